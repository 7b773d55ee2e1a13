package io.tacit.client.deployment;

import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes a deployment as the text that {@link DeploymentReader} reads, with a comment on every key. */
public final class DeploymentWriter {
    private DeploymentWriter() {}

    /** The commented text. Reading it gives an equal deployment. */
    public static String write(Deployment deployment) {
        StringBuilder out = new StringBuilder();
        out.append("""
                # A Tacit deployment: what all its parties must agree on. Give every party the same file; its meaning
                # (not its comments or layout) is hashed, and connections between different files are refused.
                # Nothing in this file is secret.

                # Version of this file format.
                format = 1

                # The trust setting: outsourced, securenets, popcorn, privdnn or seco (see: tacit explain).
                """);
        out.append("protocol = ").append(deployment.protocol().id()).append("\n\n");
        out.append("# How the protocol is run; here one of: ")
                .append(String.join(", ", deployment.protocol().modes()))
                .append(".\n");
        if (deployment.protocol().modes().contains("published")) {
            out.append(
                    "# Mode published is the paper's own and is kept for comparison only: it does not reach its goals.\n");
        }
        out.append("mode = ").append(deployment.mode()).append("\n\n");
        out.append(
                "# SHA-256 that the network's file ends with: NET.tacit under securenets (tacit quantize prints it), the bundle\n"
                        + "# under privdnn, else the file without weights, NET.public.tacit; under seco that of the split (tacit\n"
                        + "# keygen prints it).\n");
        out.append("model-hash = \"").append(deployment.modelHash()).append("\"\n\n");
        out.append("# The parties, by role.\nroles {\n");
        boolean first = true;
        for (Map.Entry<String, Deployment.Role> entry : deployment.roles().entrySet()) {
            out.append("  ").append(entry.getKey()).append(" {\n");
            entry.getValue()
                    .endpoint()
                    .ifPresent(endpoint -> out.append(
                                    "    # Where the others reach this role: \"host:port\". Roles without this key only dial.\n")
                            .append("    endpoint = \"")
                            .append(endpoint)
                            .append("\"\n"));
            if (first) {
                out.append(
                        "    # SHA-256 fingerprints of the certificates that may act in this role (tacit keygen prints\n"
                                + "    # them). A certificate belongs to one role only; a role that several people share lists theirs.\n");
                first = false;
            } else {
                out.append("    # Fingerprints of the certificates that may act in this role.\n");
            }
            String certificates = entry.getValue().certificates().stream()
                    .map(fingerprint -> "\"" + fingerprint + "\"")
                    .collect(Collectors.joining(",\n      "));
            out.append("    certificates = [\n      ").append(certificates).append("\n    ]\n");
            entry.getValue()
                    .sealingKey()
                    .ifPresent(key -> out.append(
                                    "    # Public key (X25519) under which the user seals what passes through the gateway to this role.\n")
                            .append("    sealing-key = \"")
                            .append(HexFormat.of().formatHex(key.bytes()))
                            .append("\"\n"));
            out.append("  }\n");
        }
        out.append("}\n\n");
        sections(deployment, out);
        return out.toString();
    }

    private static void sections(Deployment deployment, StringBuilder out) {
        out.append("""
                # What the querying party learns of the output. Every answer tells something about the model.
                disclosure {
                  # label: the index of the largest score. top-k: the k best indices in order. scores: all scores.
                """);
        out.append("  policy = ").append(deployment.disclosure().policy().id()).append('\n');
        out.append("  # How many indices top-k tells: 1 to 1000. With policy label 1, with policy scores 0.\n");
        out.append("  top-k = ").append(deployment.disclosure().topK()).append("\n}\n\n");
        out.append("""
                # How much one client (one certificate) may ask.
                quotas {
                  # Most predictions a day (UTC); an input of a batch counts as one. Servers count in memory: each for itself, and
                  # anew after a restart.
                """);
        out.append("  queries-per-day = ")
                .append(deployment.quotas().queriesPerDay())
                .append('\n');
        out.append("  # Most queries' prepared material that lies ready for one client.\n");
        out.append("  prepared-queries = ")
                .append(deployment.quotas().preparedQueries())
                .append("\n}\n\n");
        out.append("""
                # What every party refuses to exceed.
                limits {
                  # Most inputs in one query.
                """);
        out.append("  batch = ").append(deployment.limits().batch()).append('\n');
        out.append(
                "  # Most sessions that one party serves at a time to each of the other roles; more are told BUSY.\n");
        out.append("  sessions = ").append(deployment.limits().sessions()).append('\n');
        out.append("  # Longest wait for one message of a peer that is alive: more than its longest computation.\n");
        out.append("  message-deadline = ")
                .append(duration(deployment.limits().messageDeadline().toMillis()))
                .append("\n}\n\n");
        out.append("""
                # When this deployment may be used, in UTC. Outside, every party refuses to start and to connect.
                valid {
                  # First instant of use.
                """);
        out.append("  from = \"").append(deployment.validity().from()).append("\"\n");
        out.append("  # First instant after use.\n");
        out.append("  until = \"").append(deployment.validity().until()).append("\"\n}\n");
    }

    private static String duration(long millis) {
        if (millis % 60_000 == 0) {
            return millis / 60_000 + " m";
        }
        return millis % 1_000 == 0 ? millis / 1_000 + " s" : millis + " ms";
    }
}
