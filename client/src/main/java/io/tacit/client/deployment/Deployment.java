package io.tacit.client.deployment;

import io.tacit.crypto.seal.SealingKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One deployment: all that its parties must agree on before they talk. Nothing in it is secret. {@link DeploymentReader}
 * makes it from text, {@link DeploymentWriter} turns it into commented text, and {@link #hash} is compared at the start
 * of every connection.
 *
 * @param protocol the trust setting
 * @param mode one of the protocol's modes
 * @param modelHash hash of the integer network's file
 * @param roles every party, by role name
 * @param disclosure what the querying party is told
 * @param quotas how much one client may ask
 * @param limits sizes and times that every party refuses to exceed
 * @param validity when the deployment may be used
 */
public record Deployment(
        TrustSetting protocol,
        String mode,
        Sha256 modelHash,
        SortedMap<String, Role> roles,
        Disclosure disclosure,
        Quotas quotas,
        Limits limits,
        Validity validity) {

    /** Version of the file format. */
    public static final int FORMAT = 1;

    public Deployment {
        roles = Collections.unmodifiableSortedMap(new TreeMap<>(roles));
    }

    /**
     * One party.
     *
     * @param endpoint where it listens; empty for roles that only dial
     * @param certificates fingerprints of the certificates that may act in this role, at least one
     * @param sealingKey under which others seal messages for this role that pass through third parties
     */
    public record Role(Optional<Endpoint> endpoint, List<Sha256> certificates, Optional<SealingKey> sealingKey) {
        /** A role for which nothing is sealed. */
        public Role(Optional<Endpoint> endpoint, List<Sha256> certificates) {
            this(endpoint, certificates, Optional.empty());
        }

        public Role {
            certificates = certificates.stream()
                    .distinct()
                    .sorted((a, b) -> a.hex().compareTo(b.hex()))
                    .toList();
        }
    }

    /**
     * A host and a port.
     *
     * @param host name or address, an IPv6 address without brackets
     * @param port 1 to 65535
     */
    public record Endpoint(String host, int port) {
        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /** What the querying party learns of the network's output. */
    public enum Policy {
        /** The index of the largest score. */
        LABEL("label"),
        /** The indices of the k largest scores, in order. */
        TOP_K("top-k"),
        /** All scores. */
        SCORES("scores");

        private final String id;

        Policy(String id) {
            this.id = id;
        }

        /** Name in the file. */
        public String id() {
            return id;
        }
    }

    /**
     * @param policy what is told
     * @param topK how many labels are told under {@link Policy#TOP_K}; 1 under {@link Policy#LABEL}, 0 under
     *     {@link Policy#SCORES}
     */
    public record Disclosure(Policy policy, int topK) {}

    /**
     * @param queriesPerDay most predictions for one client in a day
     * @param preparedQueries most queries' material that lies ready for one client
     */
    public record Quotas(long queriesPerDay, int preparedQueries) {}

    /**
     * @param batch most inputs in one query
     * @param sessions most sessions that one party serves at a time
     * @param messageDeadline longest wait for one message of a live peer
     */
    public record Limits(int batch, int sessions, Duration messageDeadline) {}

    /**
     * @param from first instant of use
     * @param until first instant after use
     */
    public record Validity(Instant from, Instant until) {
        public boolean includes(Instant now) {
            return !now.isBefore(from) && now.isBefore(until);
        }
    }

    /** The party of that role. */
    public Role role(String name) {
        Role role = roles.get(name);
        if (role == null) {
            throw new IllegalArgumentException(
                    "the deployment has no role " + name + " (roles: " + String.join(", ", roles.keySet()) + ")");
        }
        return role;
    }

    /** SHA-256 over {@link #canonicalText}: independent of comments, order and notation in the file. */
    public Sha256 hash() {
        return Sha256.of(canonicalText().getBytes(StandardCharsets.UTF_8));
    }

    /** One {@code key=value} a line, in a fixed order; durations in milliseconds, times in UTC. */
    public String canonicalText() {
        StringBuilder text = new StringBuilder("tacit-deployment/" + FORMAT + "\n");
        line(text, "protocol", protocol.id());
        line(text, "mode", mode);
        line(text, "model-hash", modelHash.hex());
        for (Map.Entry<String, Role> entry : roles.entrySet()) {
            Role role = entry.getValue();
            role.endpoint().ifPresent(at -> line(text, "roles." + entry.getKey() + ".endpoint", at.toString()));
            String certificates = role.certificates().stream().map(Sha256::hex).collect(Collectors.joining(","));
            line(text, "roles." + entry.getKey() + ".certificates", certificates);
            role.sealingKey()
                    .ifPresent(key -> line(
                            text,
                            "roles." + entry.getKey() + ".sealing-key",
                            HexFormat.of().formatHex(key.bytes())));
        }
        line(text, "disclosure.policy", disclosure.policy().id());
        line(text, "disclosure.top-k", Integer.toString(disclosure.topK()));
        line(text, "quotas.queries-per-day", Long.toString(quotas.queriesPerDay()));
        line(text, "quotas.prepared-queries", Integer.toString(quotas.preparedQueries()));
        line(text, "limits.batch", Integer.toString(limits.batch()));
        line(text, "limits.sessions", Integer.toString(limits.sessions()));
        line(
                text,
                "limits.message-deadline",
                Long.toString(limits.messageDeadline().toMillis()));
        line(text, "valid.from", validity.from().toString());
        line(text, "valid.until", validity.until().toString());
        return text.toString();
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append(key).append('=').append(value).append('\n');
    }
}
