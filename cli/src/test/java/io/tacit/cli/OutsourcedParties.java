package io.tacit.cli;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.outsourced.OutsourcedLanes;
import io.tacit.client.wire.Identity;
import io.tacit.client.wire.LocalParty;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.model.integer.PublicNetworkFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The roles of {@code outsourced} as processes over TLS, homomorphic preparation and all. In front of each server is a relay,
 * so that all that travels between any two parties can be counted, held back and cut.
 */
final class OutsourcedParties implements AutoCloseable {
    static final List<String> SERVERS = List.of(OutsourcedLanes.GARBLER, OutsourcedLanes.EVALUATOR);
    static final String PUBLIC_NETWORK = "net.public.tacit";

    /** A loaded machine takes its time to start a process. */
    static final long PATIENCE_SECONDS = 300;

    private static final Pattern COLLECTION = Pattern.compile("(\\d+)M->(\\d+)M\\(");
    private static final Pattern AT_EXIT = Pattern.compile("total \\d+K, used (\\d+)K");

    private final Path work;
    private final Deployment deployment;
    private final List<String> options;
    private final List<String> serving;
    private final Map<String, RecordRelay> relays = new TreeMap<>();
    private final Map<String, PartyProcess> servers = new TreeMap<>();
    private int starts;

    /**
     * Makes the deployment; starts nothing.
     *
     * @param work folder of all parties, empty
     * @param options of each server's Java virtual machine
     * @param serving further arguments of {@code tacit serve}
     */
    OutsourcedParties(Path work, IntegerNetwork network, List<String> options, List<String> serving)
            throws IOException {
        this.work = work;
        this.options = options;
        this.serving = serving;
        PublicNetwork known = PublicNetwork.of(network);
        IntegerNetworkFile.write(network, work.resolve("net.tacit"));
        PublicNetworkFile.write(known, work.resolve(PUBLIC_NETWORK));
        Map<String, Deployment.Endpoint> endpoints = new TreeMap<>();
        for (String server : SERVERS) {
            RecordRelay relay = new RecordRelay();
            relays.put(server, relay);
            endpoints.put(server, new Deployment.Endpoint("127.0.0.1", relay.port()));
        }
        deployment = new NewDeployment(
                        TrustSetting.OUTSOURCED,
                        "hardened",
                        0,
                        Sha256.ofDigest(known.hash()),
                        endpoints,
                        new Deployment.Disclosure(Deployment.Policy.SCORES, 0),
                        64,
                        Duration.ofHours(12))
                .write(work)
                .deployment();
    }

    /** Starts a server and waits until it serves. */
    void start(String server) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(
                "serve",
                "--role",
                server,
                "--model",
                PUBLIC_NETWORK,
                "--state",
                state(server).toString(),
                "--bind",
                RecordRelay.BEHIND,
                "--warm-up",
                "0"));
        serving.forEach(argument -> arguments.add(argument.replace("ROLE", server + "-" + starts)));
        starts++;
        List<String> all = new ArrayList<>(options);
        all.add("-Xlog:gc,gc+heap+exit=info:file=" + heapLog(server));
        servers.put(server, PartyProcess.start(work, server, List.of(), all, arguments));
        servers.get(server).await(": ready on ", PATIENCE_SECONDS);
    }

    void startBoth() throws IOException, InterruptedException {
        for (String server : SERVERS) {
            start(server);
        }
    }

    private Path heapLog(String server) {
        return work.resolve(server + ".heap");
    }

    /** SIGKILL, and waits for the end. */
    void kill(String server) {
        ProcessHandle process = handle(server);
        process.destroyForcibly();
        process.onExit().join();
    }

    boolean isAlive(String server) {
        return ProcessHandle.of(process(server).pid())
                .map(ProcessHandle::isAlive)
                .orElse(false);
    }

    /** Ends a server in order. */
    void stop(String server) throws InterruptedException {
        PartyProcess process = process(server);
        ProcessHandle handle = handle(server);
        process.close();
        handle.onExit().join();
    }

    private ProcessHandle handle(String server) {
        return ProcessHandle.of(process(server).pid())
                .orElseThrow(() -> new IllegalStateException(server + " has ended by itself"));
    }

    private PartyProcess process(String server) {
        PartyProcess process = servers.get(server);
        if (process == null) {
            throw new IllegalStateException(server + " was not started");
        }
        return process;
    }

    /** A command of a party that only dials, as a process of its own. */
    PartyProcess command(String name, List<String> arguments) throws IOException {
        return PartyProcess.start(
                work, name, List.of(), List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"), arguments);
    }

    /**
     * The command, to its end. On a machine with much else to do two fresh processes may not get through their greeting in its
     * five seconds; that is tried again.
     *
     * @return seconds it took
     */
    double run(String name, List<String> arguments) throws IOException, InterruptedException {
        for (int left = 4; ; left--) {
            long start = System.nanoTime();
            try (PartyProcess process = command(name, arguments)) {
                process.finish(TimeUnit.HOURS.toSeconds(1));
                return (System.nanoTime() - start) / 1e9;
            } catch (BadInput e) {
                String said = String.valueOf(e.getMessage());
                if (left == 0
                        || !(said.contains("no TLS and hello within") || said.contains("the connection was lost"))) {
                    throw e;
                }
                System.out.println("tried again: " + said);
            }
        }
    }

    /** Arguments of the client's question about pictures. */
    static List<String> predict(List<Path> pictures) {
        List<String> arguments =
                new ArrayList<>(List.of("predict", "--model", PUBLIC_NETWORK, "--json", "answers.json"));
        pictures.forEach(picture -> arguments.add(picture.toAbsolutePath().toString()));
        return arguments;
    }

    /** This process in one of the roles that dial. */
    LocalParty party(String role) {
        return LocalParty.open(deployment, role, Identity.load(work.resolve(role + ".pem")));
    }

    /** A server's own folder. */
    Path state(String server) {
        return work.resolve(server + ".state");
    }

    /** Has {@code steps} follow all that passes between any two parties. */
    void arm(ProtocolSteps steps) {
        relays.forEach((server, relay) -> relay.arm(steps.of(server)));
    }

    /** Nobody follows. */
    void disarm() {
        relays.values().forEach(relay -> relay.arm((connection, toServer, bytes) -> {}));
    }

    /** Cuts all connections between any two parties: none is kept for its next use. */
    void cut() {
        relays.values().forEach(RecordRelay::cut);
    }

    /** Bytes that passed between all parties so far. */
    long bytes() {
        return relays.values().stream().mapToLong(RecordRelay::bytes).sum();
    }

    /**
     * What a server's heap held.
     *
     * @param peakMiB the most before any collection, or at the end
     * @param liveMiB the most that a collection left
     */
    record Heap(long peakMiB, long liveMiB) {}

    /** Of a server that has ended in order. */
    Heap heap(String server) throws IOException {
        long peak = 0;
        long live = 0;
        long atExit = 0;
        for (String line : Files.readAllLines(heapLog(server))) {
            Matcher collection = COLLECTION.matcher(line);
            if (collection.find()) {
                peak = Math.max(peak, Long.parseLong(collection.group(1)));
                live = Math.max(live, Long.parseLong(collection.group(2)));
            }
            Matcher part = AT_EXIT.matcher(line);
            if (part.find()) {
                atExit += Long.parseLong(part.group(1)) / 1024;
            }
        }
        return new Heap(Math.max(peak, atExit), live);
    }

    @Override
    public void close() {
        servers.values().forEach(PartyProcess::close);
        relays.values().forEach(RecordRelay::close);
    }

    Path work() {
        return work;
    }
}
