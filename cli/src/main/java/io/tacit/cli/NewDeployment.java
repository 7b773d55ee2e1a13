package io.tacit.cli;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.DeploymentReader;
import io.tacit.client.deployment.DeploymentWriter;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.wire.OpeningKeyFile;
import io.tacit.crypto.seal.OpeningKey;
import io.tacit.crypto.seal.SealingKey;
import io.tacit.server.identity.KeyGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A deployment to be made: identities for every role and the file that names them.
 *
 * @param numbered number of clouds, or of servers beside the gateway; 0 where roles have no numbers
 * @param endpoints where roles listen; the others on 127.0.0.1, ports from {@link #FIRST_PORT}
 * @param disclosure what the asking party is told
 * @param batch most pictures in one query
 */
record NewDeployment(
        TrustSetting setting,
        String mode,
        int numbered,
        Sha256 modelHash,
        Map<String, Deployment.Endpoint> endpoints,
        Deployment.Disclosure disclosure,
        int batch,
        Duration validity) {

    static final int FIRST_PORT = 7101;

    /** Longest wait for a message where a peer computes a whole layer of a large network before it has one to send. */
    private static final Duration ONE_LAYER = Duration.ofHours(1);

    private static final int MAX_BATCH = 65_536;

    /** Name of the deployment file in its folder. */
    static final String FILE = "deployment.conf";

    /**
     * What was made.
     *
     * @param identities of every role
     * @param askers those of the asking role, which are among them
     */
    record Made(
            Deployment deployment, Path file, List<KeyGenerator.Issued> identities, List<KeyGenerator.Issued> askers) {}

    /** {@link #write(Path, int)} with one asking party. */
    Made write(Path folder) throws IOException {
        return write(folder, 1);
    }

    /**
     * Writes {@code ROLE.pem} for every role, and the deployment file. Existing files are never replaced.
     *
     * @param askers identities of the asking role: {@code ROLE.pem}, {@code ROLE-2.pem} and so on, each with quotas of its own
     */
    Made write(Path folder, int askers) throws IOException {
        Path file = folder.resolve(FILE);
        if (Files.exists(file)) {
            throw new BadInput(file + " is there already; name another folder with --dir");
        }
        List<String> roles = setting.roles(numbered);
        List<String> unknown = new ArrayList<>(endpoints.keySet());
        unknown.removeAll(roles);
        if (!unknown.isEmpty()) {
            throw new BadInput("--endpoint names roles that are not in this deployment: " + String.join(", ", unknown));
        }
        if (batch < 1 || batch > MAX_BATCH) {
            throw new BadInput("--batch " + batch + " is not within 1 .. " + MAX_BATCH);
        }
        if (askers < 1 || askers > DeploymentReader.MAX_CERTIFICATES) {
            throw new BadInput("--askers " + askers + " is not within 1 .. " + DeploymentReader.MAX_CERTIFICATES);
        }
        if (endpoints.values().stream().distinct().count() < endpoints.size()) {
            throw new BadInput("--endpoint names the same address for two roles");
        }
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new BadInput("--dir " + folder + " is not a folder");
        }
        Files.createDirectories(folder);
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        List<String> further = IntStream.rangeClosed(2, askers)
                .mapToObj(i -> setting.askingRole() + "-" + i)
                .toList();
        List<KeyGenerator.Issued> issued = new KeyGenerator(new SecureRandom())
                .generate(
                        folder, Stream.concat(roles.stream(), further.stream()).toList(), now, validity);
        List<KeyGenerator.Issued> asking = issued.stream()
                .filter(each -> each.role().equals(setting.askingRole()) || further.contains(each.role()))
                .toList();
        TreeMap<String, Deployment.Role> parties = new TreeMap<>();
        int port = FIRST_PORT;
        for (KeyGenerator.Issued identity : issued.subList(0, roles.size())) {
            Optional<Deployment.Endpoint> endpoint = Optional.empty();
            if (setting.listens(identity.role())) {
                endpoint = Optional.of(
                        endpoints.getOrDefault(identity.role(), new Deployment.Endpoint("127.0.0.1", port)));
                port++;
            }
            Optional<SealingKey> sealingKey =
                    setting.opensSealed(identity.role()) ? Optional.of(newOpeningKey(identity)) : Optional.empty();
            List<KeyGenerator.Issued> holders =
                    identity.role().equals(setting.askingRole()) ? asking : List.of(identity);
            List<Sha256> certificates =
                    holders.stream().map(KeyGenerator.Issued::fingerprint).toList();
            parties.put(identity.role(), new Deployment.Role(endpoint, certificates, sealingKey));
        }
        Deployment deployment = new Deployment(
                setting,
                mode,
                modelHash,
                parties,
                disclosure,
                new Deployment.Quotas(1_000_000, 100_000),
                new Deployment.Limits(batch, 16, patience()),
                new Deployment.Validity(now.minus(Duration.ofMinutes(10)), now.plus(validity)));
        String text = DeploymentWriter.write(deployment);
        DeploymentReader.read(text, file.toString()); // refuses bad endpoints and limits in the reader's own words
        Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
        return new Made(deployment, file, issued, asking);
    }

    /** Makes the role's key for what is sealed for it, beside its identity. @return the public half */
    private static SealingKey newOpeningKey(KeyGenerator.Issued identity) throws IOException {
        try (OpeningKey key = OpeningKey.generate(new SecureRandom())) {
            OpeningKeyFile.write(OpeningKeyFile.beside(identity.file()), key);
            return key.sealingKey();
        }
    }

    /** The longest wait for a message. */
    private Duration patience() {
        return switch (setting) {
            case POPCORN, PRIVDNN, SECO -> ONE_LAYER;
            case OUTSOURCED, SECURENETS -> Duration.ofMinutes(2);
        };
    }
}
