package io.tacit.cli;

import io.tacit.bench.report.HtmlPage;
import io.tacit.client.deployment.Deployment;
import io.tacit.model.integer.IntegerNetwork;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What differs between the demos of the protocols. */
interface DemoScenario {

    /** Longest wait for a party, on a machine that is busy with other things too; one that ends is noticed at once. */
    long PATIENCE_SECONDS = 900;

    /** Protocol and mode, for headings. */
    String title();

    /** What the demo is about. @param given pictures to ask about; if none, some of the bundled ones */
    default DemoSubject subject(List<Path> given) throws IOException {
        return DemoSubject.of(DemoSubject.Example.CLOTHES, given);
    }

    /** The network whose integers the private answers have to be. */
    default IntegerNetwork computed(DemoSubject subject) {
        return subject.network();
    }

    /** One line about the network under this protocol. */
    String network(DemoSubject subject);

    /**
     * The deployment to be made for the subject.
     *
     * @param folder the network {@code demo.tacit} is there; receives what is made before there is a deployment
     */
    NewDeployment deployment(Path folder, DemoSubject subject) throws IOException, InterruptedException;

    /**
     * Starts every party but the one that asks, each a process, and has them ready for a query.
     *
     * @param folder keys, deployment and network {@code demo.tacit} are there
     * @param parties receives what is started, as soon as it is
     * @return the file of the network for the asking party
     */
    Path start(Path folder, DemoSubject subject, List<PartyProcess> parties) throws IOException, InterruptedException;

    /** System properties of the asking party's process: short commands take the plain kernels, which need no warming up. */
    default List<String> askingProperties() {
        return List.of("tacit.kernel=plain");
    }

    /** What each of the parties but the asking one received of a picture, drawn. */
    List<HtmlPage.Picture> seen(Path folder, DemoSubject subject, int picture) throws IOException;

    /** What the party of a role held and what it learned. */
    Part part(String role);

    /** Remarks for people about what is shown. */
    List<String> remarks();

    /** See {@link #part}. */
    record Part(String held, String learned) {}

    /** Says on stderr what is being done, with the seconds since the start: some of it takes a while. */
    static void doing(String what) {
        System.err.printf(
                Locale.ROOT,
                "tacit demo: %5.1f s  %s%n",
                ManagementFactory.getRuntimeMXBean().getUptime() / 1e3,
                what);
    }

    /** What a policy is in a demo. @param policy label, top-k or scores */
    static Deployment.Disclosure disclosure(String policy) {
        return switch (policy) {
            case "label" -> new Deployment.Disclosure(Deployment.Policy.LABEL, 1);
            case "top-k" -> new Deployment.Disclosure(Deployment.Policy.TOP_K, 3);
            case "scores" -> new Deployment.Disclosure(Deployment.Policy.SCORES, 0);
            default -> throw new BadInput("no policy '" + policy + "'; there are: label, top-k, scores");
        };
    }

    /** A port of this machine that nobody listens on. */
    static Deployment.Endpoint freeEndpoint() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return new Deployment.Endpoint("127.0.0.1", socket.getLocalPort());
        }
    }
}
