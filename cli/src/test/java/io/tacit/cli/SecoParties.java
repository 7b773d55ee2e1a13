package io.tacit.cli;

import io.tacit.client.deployment.Deployment;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.protocol.seco.SecoPlan;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The gateway of {@code seco} and two other servers, that hold the whole network together. Two servers dial the last one, and
 * neither waits for the other: so that each has a relay of its own, the deployment has names for hosts, and every server its own
 * addresses for them.
 */
final class SecoParties extends RelayedParties {
    static final List<String> SERVERS =
            IntStream.range(0, 3).mapToObj(SecoPlan::role).toList();

    private final List<String> options;
    private final Map<String, List<String>> serving;

    /**
     * Makes the deployment; starts nothing.
     *
     * @param work folder of all parties, empty
     * @param options of each server's Java virtual machine
     * @param serving further arguments of {@code tacit serve}, of some servers
     */
    SecoParties(Path work, IntegerNetwork network, List<String> options, Map<String, List<String>> serving)
            throws IOException {
        super(work, SERVERS);
        this.options = options;
        this.serving = serving;
        Map<String, Deployment.Endpoint> endpoints = new LinkedHashMap<>();
        for (int server = 0; server < SERVERS.size(); server++) {
            String role = SERVERS.get(server);
            RecordRelay relay = new RecordRelay();
            put(role, relay);
            for (int dialler = 1; dialler < server; dialler++) {
                String further = role + " from " + SERVERS.get(dialler);
                put(further, relay.at(InetAddress.getByName(addressFor(dialler))));
            }
            String host = server == SecoPlan.GATEWAY ? addressFor(server) : host(role);
            endpoints.put(role, new Deployment.Endpoint(host, relay.port()));
        }
        for (int dialler = 0; dialler < SERVERS.size(); dialler++) {
            String address = addressFor(dialler);
            Files.writeString(
                    hosts(SERVERS.get(dialler)),
                    SERVERS.stream()
                            .map(role -> address + " " + host(role) + "\n")
                            .collect(Collectors.joining()));
        }
        SecoProcessesTest.deploy(work, network, 0, "scores", List.of(), endpoints);
    }

    /** Where relays wait for a server, and for the user. */
    private static String addressFor(int dialler) {
        return "127.0.0." + (dialler == SecoPlan.GATEWAY ? 1 : 2 + dialler);
    }

    private static String host(String role) {
        return role + ".test";
    }

    private Path hosts(String server) {
        return work().resolve(server + ".hosts");
    }

    @Override
    List<String> options(String server) {
        List<String> all = new ArrayList<>(options);
        all.add("-Djdk.net.hosts.file=" + hosts(server));
        return all;
    }

    @Override
    List<String> serving(String server) {
        List<String> all = new ArrayList<>(List.of("--model", "net." + server + ".tacit"));
        all.addAll(serving.getOrDefault(server, List.of()));
        return all;
    }
}
