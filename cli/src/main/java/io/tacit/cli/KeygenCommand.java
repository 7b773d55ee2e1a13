package io.tacit.cli;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.outsourced.OutsourcedPlans;
import io.tacit.client.popcorn.PopcornSession;
import io.tacit.client.privdnn.Bundle;
import io.tacit.client.privdnn.PrivDnnSession;
import io.tacit.client.seco.UserFile;
import io.tacit.client.wire.Identity;
import io.tacit.crypto.paillier.KeyLength;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.model.integer.PublicNetworkFile;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.popcorn.Mode;
import io.tacit.protocol.popcorn.PopcornPlan;
import io.tacit.protocol.popcorn.PublishedPlan;
import io.tacit.protocol.popcorn.Settings;
import io.tacit.protocol.seco.UserPlan;
import io.tacit.server.identity.KeyGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes all that a new deployment needs: a private authority, one identity a role, and the deployment file. */
@Command(
        name = "keygen",
        description = "Makes keys and certificates for every role, and the deployment file that names them.")
final class KeygenCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "NET.tacit",
            description = "the integer network to be served; privdnn: the bundle (NET.bundle.tacit);"
                    + " seco: the users' file of its split (NET.user.tacit)")
    private Path model;

    @Option(
            names = "--protocol",
            defaultValue = "securenets",
            description = "trust setting: outsourced, securenets, popcorn, privdnn or seco (default: ${DEFAULT-VALUE})")
    private String protocol;

    @Option(
            names = "--mode",
            description =
                    "securenets: blinded (default), weights-public (one cloud), or published (for comparison only);"
                            + " popcorn: hardened (default) or published (for comparison only, unscaled networks);"
                            + " outsourced: hardened; privdnn, seco: as packed or split")
    private @Nullable String mode;

    @Mixin
    private DisclosureOptions told;

    @Option(names = "--clouds", description = "clouds in mode blinded: 2 (default) or 3; the other modes have 1")
    private @Nullable Integer clouds;

    @Option(
            names = "--endpoint",
            paramLabel = "ROLE=HOST:PORT",
            description = "where a role listens, once a role (default: 127.0.0.1, ports from "
                    + NewDeployment.FIRST_PORT + ")")
    private Map<String, String> endpoints = new TreeMap<>();

    @Option(
            names = "--dir",
            defaultValue = ".",
            description = "folder for ROLE.pem and deployment.conf (default: here)")
    private Path dir;

    @Option(
            names = "--days",
            defaultValue = "365",
            description = "validity of certificates and deployment (default: 365)")
    private int days;

    @Option(
            names = "--batch",
            defaultValue = "4096",
            description = "most pictures in one query (default: ${DEFAULT-VALUE})")
    private int batch;

    @Option(names = "--key-bits", description = "popcorn: length of the client's Paillier key, 3072 (default) or 2048")
    private @Nullable Integer keyBits;

    @Option(
            names = "--askers",
            defaultValue = "1",
            paramLabel = "N",
            description = "people who may ask (role client or user), each with a key and quotas of its own"
                    + " (default: ${DEFAULT-VALUE})")
    private int askers;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    KeygenCommand() {}

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        TrustSetting setting = TrustSetting.ofId(protocol)
                .orElseThrow(() -> new BadInput(
                        "no protocol '" + protocol + "'; there are: outsourced, securenets, popcorn, privdnn, seco"));
        String chosen = mode == null ? setting.modes().get(0) : mode;
        if (!setting.modes().contains(chosen)) {
            throw new BadInput("no mode '" + chosen + "'; " + protocol + " has: " + String.join(", ", setting.modes()));
        }
        int count = setting == TrustSetting.SECURENETS ? clouds(chosen) : 0;
        if (setting != TrustSetting.SECURENETS && clouds != null) {
            throw new BadInput("--clouds is for securenets; " + protocol + " has no clouds");
        }
        if (days < 1 || days > 3650) {
            throw new BadInput("--days " + days + " is not within 1 .. 3650");
        }
        Map<String, Deployment.Endpoint> at = new TreeMap<>();
        endpoints.forEach((role, given) -> at.put(role, endpoint(role, given)));
        if (setting == TrustSetting.PRIVDNN) {
            return privDnn(out, at);
        }
        if (setting == TrustSetting.SECO) {
            return seco(out, at);
        }
        IntegerNetwork network = IntegerNetworkFile.read(model);
        Deployment.Disclosure disclosure = disclosure(setting, network.classes());
        PublicNetwork known = OutsourcedPlans.disclosure(disclosure).known(network);
        boolean withoutWeights = setting != TrustSetting.SECURENETS;
        if (setting == TrustSetting.OUTSOURCED) {
            OutsourcedModel.check(known, disclosure);
        }
        if (setting != TrustSetting.POPCORN && keyBits != null) {
            throw new BadInput("--key-bits is for popcorn");
        }
        KeyLength length = keyLength(keyBits);
        if (setting == TrustSetting.POPCORN) {
            checkPopcorn(known, chosen, disclosure, length);
        }
        NewDeployment.Made made = new NewDeployment(
                        setting,
                        chosen,
                        count,
                        Sha256.ofDigest(withoutWeights ? known.hash() : network.hash()),
                        at,
                        disclosure,
                        batch,
                        Duration.ofDays(days))
                .write(dir, askers);
        list(out, made, at.keySet());
        String handed = made.file() + " and its own .pem file";
        if (setting == TrustSetting.POPCORN) {
            writePaillierKey(out, length, made);
        }
        if (withoutWeights) {
            Path publicFile = dir.resolve(publicName());
            PublicNetworkFile.write(known, publicFile);
            out.println("network without weights  " + publicFile + "  "
                    + made.deployment().modelHash());
            handed += setting == TrustSetting.POPCORN
                    ? " (the server also " + model + ", the client its .paillier file and " + publicFile + ")"
                    : " (servers and clients also " + publicFile + ", the owner has " + model + ")";
        }
        out.println("Give every party " + handed + ", nothing else; the .pem "
                + (setting == TrustSetting.POPCORN ? "and .paillier " : "") + "files are secret.");
        return 0;
    }

    /** Mode and disclosure were chosen when the bundle was packed. */
    private int privDnn(PrintWriter out, Map<String, Deployment.Endpoint> at) throws IOException {
        if (mode != null || told.given() || keyBits != null) {
            throw new BadInput(
                    "--mode, --policy and --top-k are chosen with 'tacit privdnn pack'; --key-bits is for popcorn");
        }
        try (Bundle bundle = Bundle.open(model)) {
            NewDeployment.Made made = new NewDeployment(
                            TrustSetting.PRIVDNN,
                            bundle.plan().settings().mode().name().toLowerCase(Locale.ROOT),
                            0,
                            bundle.hash(),
                            at,
                            told(bundle.plan().settings().disclosure()),
                            batch,
                            Duration.ofDays(days))
                    .write(dir, askers);
            list(out, made, at.keySet());
            KeyGenerator.Issued owner = made.identities().stream()
                    .filter(identity -> identity.role().equals(PrivDnnSession.OWNER))
                    .findFirst()
                    .orElseThrow();
            Bundle.sign(model, Identity.load(owner.file()));
            out.println("signed by the owner  " + model);
            out.println(
                    "Give every party " + made.file() + ", " + model + " and its own .pem file; the owner also has the"
                            + " key of the core filters. The .pem files and that key are secret.");
        }
        return 0;
    }

    /** Servers, place of the cut and disclosure were chosen when the network was split. */
    private int seco(PrintWriter out, Map<String, Deployment.Endpoint> at) throws IOException {
        if (mode != null || told.given() || keyBits != null) {
            throw new BadInput("--mode, --policy and --top-k are chosen with 'tacit split'; --key-bits is for popcorn");
        }
        UserPlan plan = UserFile.read(model);
        NewDeployment.Made made = new NewDeployment(
                        TrustSetting.SECO,
                        plan.mode().id(),
                        plan.servers() - 1,
                        Sha256.ofDigest(plan.hash()),
                        at,
                        told(plan.disclosure()),
                        batch,
                        Duration.ofDays(days))
                .write(dir, askers);
        list(out, made, at.keySet());
        out.println("Give every party " + made.file() + " and its own .pem file; every server also its own .opening"
                + " file and its own part of the network (tacit split), the users " + model
                + ". The .pem and .opening files and the servers' parts are secret.");
        return 0;
    }

    private static Deployment.Disclosure told(Disclosure disclosure) {
        return switch (disclosure.kind()) {
            case LABEL -> new Deployment.Disclosure(Deployment.Policy.LABEL, 1);
            case TOP_K -> new Deployment.Disclosure(Deployment.Policy.TOP_K, disclosure.places());
            case SCORES -> new Deployment.Disclosure(Deployment.Policy.SCORES, 0);
        };
    }

    /** @param given roles whose endpoints were said; the others' are told */
    private static void list(PrintWriter out, NewDeployment.Made made, Set<String> given) {
        for (KeyGenerator.Issued identity : made.identities()) {
            out.println(identity.role() + "  " + identity.file() + "  " + identity.fingerprint());
        }
        out.println("deployment  " + made.file() + "  " + made.deployment().hash());
        made.deployment()
                .roles()
                .forEach((name, role) -> role.endpoint()
                        .filter(endpoint -> !given.contains(name))
                        .ifPresent(endpoint -> out.println("endpoint  " + name + "=" + endpoint
                                + ", as none was given (--endpoint " + name + "=HOST:PORT)")));
    }

    /** Refuses a network that the mode cannot answer, by layer. */
    private static void checkPopcorn(
            PublicNetwork known, String mode, Deployment.Disclosure disclosure, KeyLength length) {
        Disclosure policy = PopcornSession.disclosure(disclosure);
        if (mode.equals("published")) {
            if (policy.kind() != Disclosure.Kind.SCORES) {
                throw new BadInput("mode published discloses all scores: --policy scores");
            }
            new PublishedPlan(known, Settings.of(Mode.PUBLISHED, length, policy, 1));
        } else {
            new PopcornPlan(known, Settings.of(Mode.HARDENED, length, policy, 1));
        }
    }

    /** The length that was asked for, or the default. */
    static KeyLength keyLength(@Nullable Integer keyBits) {
        int bits = keyBits == null ? KeyLength.BITS_3072.modulusBits() : keyBits;
        return Arrays.stream(KeyLength.values())
                .filter(length -> length.modulusBits() == bits)
                .findFirst()
                .orElseThrow(() -> new BadInput("--key-bits " + bits + " is neither 3072 nor 2048"));
    }

    /** The client's own: it may as well be made by the client, on its machine, in a run of its own. */
    private static void writePaillierKey(PrintWriter out, KeyLength length, NewDeployment.Made made)
            throws IOException {
        for (KeyGenerator.Issued client : made.askers()) {
            out.println("searching for two safe primes of " + length.modulusBits() / 2 + " bits ...");
            out.flush();
            Path file = PaillierKeyMaker.write(length, client.file(), client.fingerprint());
            out.println(client.role() + "  " + file + "  Paillier key, " + length.modulusBits() + " bits");
        }
    }

    private String publicName() {
        String name = String.valueOf(model.getFileName());
        return (name.endsWith(".tacit") ? name.substring(0, name.length() - ".tacit".length()) : name)
                + ".public.tacit";
    }

    private int clouds(String chosen) {
        boolean blinded = chosen.equals("blinded");
        int count = clouds != null ? clouds : blinded ? 2 : 1;
        if (!blinded && count != 1) {
            throw new BadInput("mode " + chosen + " has 1 cloud, not " + count + "; leave --clouds out");
        }
        if (blinded && (count < 2 || count > 3)) {
            throw new BadInput(
                    "mode blinded takes 2 or 3 clouds; with 1 cloud the weights are public: --mode weights-public");
        }
        return count;
    }

    /** Under securenets the user owns the network and has all scores anyway. */
    private Deployment.Disclosure disclosure(TrustSetting setting, int classes) {
        if (setting == TrustSetting.SECURENETS) {
            if (told.given()) {
                throw new BadInput(
                        "--policy and --top-k are for outsourced and popcorn; the user of securenets has all scores");
            }
            return new Deployment.Disclosure(Deployment.Policy.SCORES, 0);
        }
        return told.of(classes);
    }

    private static Deployment.Endpoint endpoint(String role, String given) {
        int colon = given.lastIndexOf(':');
        try {
            int port = Integer.parseInt(given.substring(colon + 1));
            if (colon == 0 || port < 1 || port > 65_535) {
                throw new BadInput("--endpoint " + role + "=" + given + " needs a host, and a port within 1 .. 65535");
            }
            return new Deployment.Endpoint(given.substring(0, colon), port);
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            throw new BadInput("--endpoint " + role + "=" + given + " is not HOST:PORT");
        }
    }
}
