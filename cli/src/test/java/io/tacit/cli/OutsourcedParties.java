package io.tacit.cli;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.outsourced.OutsourcedLanes;
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

/** The roles of {@code outsourced}, homomorphic preparation and all. */
final class OutsourcedParties extends RelayedParties {
    static final List<String> SERVERS = List.of(OutsourcedLanes.GARBLER, OutsourcedLanes.EVALUATOR);
    static final String PUBLIC_NETWORK = "net.public.tacit";

    private static final Pattern COLLECTION = Pattern.compile("(\\d+)M->(\\d+)M\\(");
    private static final Pattern AT_EXIT = Pattern.compile("total \\d+K, used (\\d+)K");

    private final List<String> options;
    private final List<String> serving;

    /**
     * Makes the deployment; starts nothing.
     *
     * @param work folder of all parties, empty
     * @param options of each server's Java virtual machine
     * @param serving further arguments of {@code tacit serve}
     */
    OutsourcedParties(Path work, IntegerNetwork network, List<String> options, List<String> serving)
            throws IOException {
        super(work, SERVERS);
        this.options = options;
        this.serving = serving;
        PublicNetwork known = PublicNetwork.of(network);
        IntegerNetworkFile.write(network, work.resolve("net.tacit"));
        PublicNetworkFile.write(known, work.resolve(PUBLIC_NETWORK));
        Map<String, Deployment.Endpoint> endpoints = new TreeMap<>();
        for (String server : SERVERS) {
            RecordRelay relay = new RecordRelay();
            put(server, relay);
            endpoints.put(server, new Deployment.Endpoint("127.0.0.1", relay.port()));
        }
        new NewDeployment(
                        TrustSetting.OUTSOURCED,
                        "hardened",
                        0,
                        Sha256.ofDigest(known.hash()),
                        endpoints,
                        new Deployment.Disclosure(Deployment.Policy.SCORES, 0),
                        64,
                        Duration.ofHours(12))
                .write(work);
    }

    @Override
    List<String> options(String server) {
        List<String> all = new ArrayList<>(options);
        all.add("-Xlog:gc,gc+heap+exit=info:file=" + heapLog(server));
        return all;
    }

    @Override
    List<String> serving(String server) {
        List<String> all = new ArrayList<>(List.of("--model", PUBLIC_NETWORK, "--warm-up", "0"));
        all.addAll(serving);
        return all;
    }

    private Path heapLog(String server) {
        return work().resolve(server + ".heap");
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
}
