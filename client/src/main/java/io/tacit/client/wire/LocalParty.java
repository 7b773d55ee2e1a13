package io.tacit.client.wire;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.ProtocolAbort;
import java.time.Clock;

/**
 * This side of all its connections: the deployment, the role it plays, the identity that proves it, and the watchdog
 * over its sockets. {@link Connector} and {@link Listener} work on its behalf; closing it closes all its connections at
 * once, so close those in order first.
 */
public final class LocalParty implements AutoCloseable {
    private final Deployment deployment;
    private final Sha256 deploymentHash;
    private final String role;
    private final Identity identity;
    private final WireSettings settings;
    private final Clock clock;
    private final Tls tls;
    private final Watchdog watchdog;

    /** No checks: for {@link #open} and for tests of what the other side makes of a wrong party. */
    LocalParty(Deployment deployment, String role, Identity identity, WireSettings settings, Clock clock) {
        this.deployment = deployment;
        this.deploymentHash = deployment.hash();
        this.role = role;
        this.identity = identity;
        this.settings = settings;
        this.clock = clock;
        this.tls = new Tls(identity);
        this.watchdog = new Watchdog("tacit " + role);
    }

    /**
     * Checks that the identity may play the role now, and opens the party.
     *
     * @param role one of the deployment's roles
     * @throws ProtocolAbort with DEPLOYMENT_EXPIRED or CERTIFICATE_EXPIRED at the wrong time
     * @throws InvalidIdentity if the certificate is not the role's
     */
    public static LocalParty open(Deployment deployment, String role, Identity identity, WireSettings settings) {
        return open(deployment, role, identity, settings, Clock.systemUTC());
    }

    /** The same with the usual times of {@link WireSettings#of}. */
    public static LocalParty open(Deployment deployment, String role, Identity identity) {
        return open(deployment, role, identity, WireSettings.of(deployment));
    }

    static LocalParty open(Deployment deployment, String role, Identity identity, WireSettings settings, Clock clock) {
        if (!deployment.role(role).certificates().contains(identity.fingerprint())) {
            throw new InvalidIdentity("the certificate " + identity.fingerprint() + " is not that of role " + role
                    + " in the deployment file: use the identity file of that role, or correct roles." + role
                    + ".certificates");
        }
        if (!deployment.validity().includes(clock.instant())) {
            throw new ProtocolAbort(role, "start", AbortReason.DEPLOYMENT_EXPIRED);
        }
        try {
            PeerCertificate.checkIssue(identity.certificate(), identity.authority(), clock.instant());
        } catch (Hello.Refused e) {
            throw new ProtocolAbort(role, "start", e.reason());
        }
        return new LocalParty(deployment, role, identity, settings, clock);
    }

    public Deployment deployment() {
        return deployment;
    }

    public String role() {
        return role;
    }

    public Identity identity() {
        return identity;
    }

    public WireSettings settings() {
        return settings;
    }

    Clock clock() {
        return clock;
    }

    Tls tls() {
        return tls;
    }

    Watchdog watchdog() {
        return watchdog;
    }

    /** What this side states to {@code peer}. */
    Hello hello(String peer, SessionId session, String lane, Sha256 peerCertificate) {
        return new Hello(
                Software.version(),
                deployment.protocol().id(),
                deployment.mode(),
                deployment.modelHash(),
                deploymentHash,
                role,
                peer,
                session,
                lane,
                identity.fingerprint(),
                peerCertificate,
                clock.millis());
    }

    @Override
    public void close() {
        watchdog.close();
    }
}
