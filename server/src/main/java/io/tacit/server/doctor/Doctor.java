package io.tacit.server.doctor;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.wire.Connector;
import io.tacit.client.wire.Identity;
import io.tacit.client.wire.InvalidIdentity;
import io.tacit.client.wire.LocalParty;
import io.tacit.client.wire.PeerReport;
import io.tacit.client.wire.SessionId;
import io.tacit.client.wire.Software;
import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.kernel.provider.Kernels;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Looks at everything that a role needs before it can work: this machine, its files, its port, its peers. */
public final class Doctor {
    private static final Duration SOON = Duration.ofDays(14);
    private static final long TOLERATED_CLOCK_MILLIS = 60_000;

    private final Clock clock;

    public Doctor(Clock clock) {
        this.clock = clock;
    }

    /** The Java platform and the kernels: needs no deployment. */
    public List<Finding> machine() {
        int java = Runtime.version().feature();
        List<Finding> findings = new ArrayList<>();
        findings.add(
                java >= 17
                        ? Finding.good("java", "version " + Runtime.version())
                        : Finding.bad(
                                "java", "version " + Runtime.version(), "this side: install a JDK of 17 or later"));
        String kernels = Kernels.active().description();
        findings.add(Kernels.notice()
                .map(notice -> Finding.bad("kernels", kernels, "this side: " + notice))
                .orElse(Finding.good("kernels", kernels)));
        findings.add(Finding.good(
                "machine",
                Runtime.getRuntime().availableProcessors() + " processors, "
                        + (Runtime.getRuntime().maxMemory() >> 20) + " MiB of heap, Tacit " + Software.version()));
        return findings;
    }

    /**
     * Everything about one role of a deployment, on this machine and towards its peers.
     *
     * @param role the role that this machine plays
     * @param identityFile its identity file
     * @param modelHash hash of the model that this machine has, if it has one
     * @param listen where the role will listen, if it does and is not running already
     */
    public List<Finding> role(
            Deployment deployment,
            String role,
            Path identityFile,
            Optional<Sha256> modelHash,
            Optional<InetSocketAddress> listen) {
        List<Finding> findings = new ArrayList<>();
        findings.add(validity(deployment));
        modelHash.ifPresent(hash -> findings.add(model(deployment, hash)));
        listen.ifPresent(address -> findings.add(port(address)));
        Optional<Identity> identity = identity(deployment, role, identityFile, findings);
        if (identity.isPresent()) {
            try (LocalParty party = LocalParty.open(deployment, role, identity.get())) {
                for (String peer : deployment.roles().keySet()) {
                    if (!peer.equals(role) && deployment.role(peer).endpoint().isPresent()) {
                        peer(party, peer, findings);
                    }
                }
            } catch (ProtocolAbort | InvalidIdentity e) {
                findings.add(
                        Finding.bad("peers", "not asked: this side may not start", "this side: mend the above first"));
            }
        }
        return findings;
    }

    private Finding validity(Deployment deployment) {
        Instant now = clock.instant();
        String detail = "valid " + deployment.validity().from() + " to "
                + deployment.validity().until() + ", hash " + deployment.hash();
        if (!deployment.validity().includes(now)) {
            return Finding.bad(
                    "deployment",
                    detail + ", but here it is " + now,
                    "this side: set the clock; or all sides: get a deployment file that is valid now");
        }
        return Finding.good("deployment", detail);
    }

    private static Finding model(Deployment deployment, Sha256 hash) {
        return deployment.modelHash().equals(hash)
                ? Finding.good("model", "hash " + hash)
                : Finding.bad(
                        "model",
                        "hash " + hash + ", the deployment has " + deployment.modelHash(),
                        "this side: get the model file of the deployment; or all sides: a deployment file with this model");
    }

    private static Finding port(InetSocketAddress address) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(address);
            return Finding.good("port", address.getPort() + " is free");
        } catch (IOException e) {
            return Finding.bad(
                    "port",
                    address.getPort() + " cannot be had: " + e.getMessage(),
                    "this side: stop the program that has the port (or is this role running already?)");
        }
    }

    private Optional<Identity> identity(Deployment deployment, String role, Path file, List<Finding> findings) {
        Identity identity;
        try {
            identity = Identity.load(file);
        } catch (InvalidIdentity e) {
            findings.add(Finding.bad(
                    "identity",
                    String.valueOf(e.getMessage()),
                    "this side: use the file that tacit keygen made for " + role));
            return Optional.empty();
        }
        findings.add(Finding.good("identity", file + " can be used"));
        X509Certificate certificate = identity.certificate();
        Instant until = certificate.getNotAfter().toInstant();
        Instant now = clock.instant();
        String detail =
                identity.fingerprint() + ", valid " + certificate.getNotBefore().toInstant() + " to " + until;
        if (!deployment.role(role).certificates().contains(identity.fingerprint())) {
            findings.add(Finding.bad(
                    "certificate",
                    detail + ": not that of " + role + " in the deployment file",
                    "this side: use the identity file of " + role
                            + "; or all sides: a deployment file with this fingerprint"));
            return Optional.empty();
        }
        if (now.isBefore(certificate.getNotBefore().toInstant()) || now.isAfter(until)) {
            findings.add(Finding.bad(
                    "certificate",
                    detail + ", but here it is " + now,
                    "this side: set the clock; or all sides: new certificates and a new deployment file"));
            return Optional.empty();
        }
        findings.add(
                now.isAfter(until.minus(SOON))
                        ? Finding.bad("certificate", detail, "all sides: it ends soon; make new certificates")
                        : Finding.good("certificate", detail));
        return Optional.of(identity);
    }

    private static void peer(LocalParty party, String peer, List<Finding> findings) {
        try {
            PeerReport report = new Connector(party).probe(peer, SessionId.random(new SecureRandom()));
            findings.add(Finding.good(
                    peer,
                    String.format(
                            Locale.ROOT,
                            "connection %.1f ms, round trip %.2f ms, %.1f MB/s to it, %.1f MB/s from it",
                            report.connectMillis(),
                            report.link().roundTripMicros() / 1e3,
                            report.link().sendBytesPerSecond() / 1e6,
                            report.link().receiveBytesPerSecond() / 1e6)));
            long ahead = report.clockAheadMillis();
            findings.add(
                    Math.abs(ahead) <= TOLERATED_CLOCK_MILLIS
                            ? Finding.good(peer + " clock", clockWords(ahead))
                            : Finding.bad(
                                    peer + " clock",
                                    clockWords(ahead),
                                    "the side whose clock is wrong: set it (now here: " + Instant.now(Clock.systemUTC())
                                            + ")"));
            findings.add(
                    report.software().equals(Software.version())
                            ? Finding.good(peer + " version", report.software())
                            : Finding.bad(
                                    peer + " version",
                                    report.software() + ", here " + Software.version(),
                                    "works, since both speak the same wire version; better one version on all sides"));
        } catch (PeerUnavailable e) {
            findings.add(Finding.bad(
                    peer,
                    String.valueOf(e.getMessage()),
                    peer + ": start it and let this machine reach its port; or all sides: correct its endpoint"));
        } catch (ProtocolAbort e) {
            findings.add(Finding.bad(peer, e.reason().meaning() + " [" + e.reason() + "]", remedy(peer, e.reason())));
        }
    }

    private static String clockWords(long ahead) {
        return Math.abs(ahead) + " ms " + (ahead < 0 ? "behind" : "ahead of") + " this side's";
    }

    private static String remedy(String peer, AbortReason reason) {
        return switch (reason) {
            case VERSION_MISMATCH -> "this side or " + peer + ": install the version of the other";
            case PROTOCOL_MISMATCH, MODE_MISMATCH, MODEL_MISMATCH, DEPLOYMENT_MISMATCH ->
                "this side or " + peer + ": take the deployment file of the other; compare its hash above with " + peer
                        + "'s";
            case ROLE_MISMATCH -> peer + ": another role answers at its endpoint; all sides: correct the endpoint";
            case CERTIFICATE_REFUSED ->
                peer + ": use the identity file of that role; or all sides: a deployment file with its fingerprint";
            case CERTIFICATE_UNTRUSTED ->
                "this side or " + peer + ": use identity files of one and the same run of tacit keygen";
            case CERTIFICATE_EXPIRED, DEPLOYMENT_EXPIRED ->
                peer + ": set its clock if that is wrong; or all sides: new certificates and deployment file";
            case BUSY -> "nobody: " + peer + " is measuring for others; try again";
            default -> peer + ": " + reason.remedy();
        };
    }
}
