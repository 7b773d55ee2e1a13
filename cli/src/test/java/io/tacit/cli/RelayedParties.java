package io.tacit.cli;

import io.tacit.client.wire.DeploymentFile;
import io.tacit.client.wire.Identity;
import io.tacit.client.wire.LocalParty;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The parties of a deployment as processes over TLS. In front of each server is a relay, so that all that travels between any
 * two parties can be counted, held back and cut.
 */
abstract class RelayedParties implements AutoCloseable {
    /** A loaded machine takes its time to start a process. */
    static final long PATIENCE_SECONDS = 300;

    private final Path work;
    private final List<String> servers;
    private final Map<String, RecordRelay> relays = new TreeMap<>();
    private final Map<String, PartyProcess> processes = new TreeMap<>();
    private int starts;

    /**
     * Starts nothing.
     *
     * @param work folder of all parties, empty
     * @param servers roles that listen, in the order in which they are started
     */
    RelayedParties(Path work, List<String> servers) {
        this.work = work;
        this.servers = List.copyOf(servers);
    }

    /** Options of a server's Java virtual machine. */
    abstract List<String> options(String server) throws IOException;

    /** Arguments of {@code tacit serve} beside its role, folder and address; {@code ROLE} stands for a name of this start's own. */
    abstract List<String> serving(String server);

    /** Puts a relay in front of a server. @param name a server's, or one more for the same server */
    final void put(String name, RecordRelay relay) {
        relays.put(name, relay);
    }

    /** Roles that listen. */
    final List<String> servers() {
        return servers;
    }

    final Path work() {
        return work;
    }

    /** Starts a server and waits until it serves. */
    final void start(String server) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(
                List.of("serve", "--role", server, "--state", state(server).toString(), "--bind", RecordRelay.BEHIND));
        serving(server).forEach(argument -> arguments.add(argument.replace("ROLE", server + "-" + starts)));
        starts++;
        processes.put(server, PartyProcess.start(work, server, List.of(), options(server), arguments));
        process(server).await(": ready on ", PATIENCE_SECONDS);
    }

    final void startAll() throws IOException, InterruptedException {
        for (String server : servers) {
            start(server);
        }
    }

    /** SIGKILL, and waits for the end. */
    final void kill(String server) {
        ProcessHandle process = handle(server);
        process.destroyForcibly();
        process.onExit().join();
    }

    final boolean isAlive(String server) {
        return ProcessHandle.of(process(server).pid())
                .map(ProcessHandle::isAlive)
                .orElse(false);
    }

    /** Ends a server in order. */
    final void stop(String server) throws InterruptedException {
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
        PartyProcess process = processes.get(server);
        if (process == null) {
            throw new IllegalStateException(server + " was not started");
        }
        return process;
    }

    /** A command of a party that only dials, as a process of its own. */
    final PartyProcess command(String name, List<String> arguments) throws IOException {
        return PartyProcess.start(
                work, name, List.of(), List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"), arguments);
    }

    /** This process in one of the roles that dial. */
    final LocalParty party(String role) {
        return LocalParty.open(
                DeploymentFile.read(work.resolve(NewDeployment.FILE)),
                role,
                Identity.load(work.resolve(role + ".pem")));
    }

    /** A server's own folder. */
    final Path state(String server) {
        return work.resolve(server + ".state");
    }

    /** What a server says while it runs. */
    final Path log(String server) {
        return work.resolve(server + ".log");
    }

    /** Has {@code steps} follow all that passes between any two parties. */
    final void arm(ProtocolSteps steps) {
        relays.forEach((name, relay) -> relay.arm(steps.of(name)));
    }

    /** Nobody follows. */
    final void disarm() {
        relays.values().forEach(relay -> relay.arm((connection, toServer, bytes) -> {}));
    }

    /** Cuts all connections between any two parties: none is kept for its next use. */
    final void cut() {
        relays.values().forEach(RecordRelay::cut);
    }

    /** Relays on which a connection stands. */
    final List<String> inUse() {
        return relays.entrySet().stream()
                .filter(entry -> entry.getValue().isInUse())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Bytes that passed between all parties so far. */
    final long bytes() {
        return relays.values().stream().mapToLong(RecordRelay::bytes).sum();
    }

    @Override
    public void close() {
        processes.values().forEach(PartyProcess::close);
        relays.values().forEach(RecordRelay::close);
    }
}
