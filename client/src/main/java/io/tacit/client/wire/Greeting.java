package io.tacit.client.wire;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.ProtocolAbort;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.Future;
import javax.net.ssl.SSLSocket;

/** The beginning of a connection, both sides: TLS, the judgement of the certificate, the hello. Nothing else is processed. */
final class Greeting {
    private static final String STEP = "hello";
    /** The peer's name before it has one. */
    private static final String UNKNOWN = "unknown peer";

    private final LocalParty party;

    Greeting(LocalParty party) {
        this.party = party;
    }

    /** A connection that has been greeted, what the peer stated, and the certificate that it has shown. */
    record Greeted(WireChannel channel, Hello theirs, X509Certificate certificate) {}

    /** A connection whose keys have been proved and whose certificate has not yet been judged. */
    private record Secured(WireChannel channel, SSLSocket socket) {}

    /** Says whether a greeted peer may have the lane that it asks for. */
    @FunctionalInterface
    interface Admission {
        void check(Hello theirs) throws Hello.Refused;
    }

    /** Greets as the dialling side. */
    Greeted dial(Socket plain, String peer, SessionId session, String lane) {
        long began = System.nanoTime();
        var limit = party.watchdog().closeAfter(party.settings().hello().toNanos(), plain);
        Secured secured = secure(peer, plain, Optional.empty(), limit, began);
        WireChannel channel = secured.channel();
        try {
            X509Certificate certificate = judged(secured);
            Sha256 fingerprint = Identity.fingerprintOf(certificate);
            PeerCertificate.checkRole(fingerprint, party.deployment().role(peer).certificates());
            Hello mine = party.hello(peer, session, lane, fingerprint);
            channel.sendHello(mine.encode());
            Hello theirs = Hello.decode(channel.receiveHello());
            theirs.mustMatch(mine);
            return new Greeted(channel, theirs, certificate);
        } catch (Hello.Refused e) {
            channel.abort(e.reason());
            throw new ProtocolAbort(peer, STEP, e.reason());
        } finally {
            limit.cancel(false);
        }
    }

    /**
     * Greets as the listening side.
     *
     * @param consumed what has already been read from the socket
     */
    Greeted accept(Socket plain, InputStream consumed, Admission admission) {
        long began = System.nanoTime();
        var limit = party.watchdog().closeAfter(party.settings().hello().toNanos(), plain);
        Secured secured = secure(UNKNOWN, plain, Optional.of(consumed), limit, began);
        WireChannel channel = secured.channel();
        try {
            X509Certificate certificate = judged(secured);
            Sha256 fingerprint = Identity.fingerprintOf(certificate);
            Hello theirs = Hello.decode(channel.receiveHello());
            Hello mine = party.hello(theirs.sender(), theirs.session(), theirs.lane(), fingerprint);
            theirs.mustMatch(mine);
            Deployment.Role role = party.deployment().roles().get(theirs.sender());
            if (role == null || theirs.sender().equals(party.role())) {
                throw new Hello.Refused(AbortReason.ROLE_MISMATCH);
            }
            PeerCertificate.checkRole(fingerprint, role.certificates());
            if (!party.deployment().validity().includes(party.clock().instant())) {
                throw new Hello.Refused(AbortReason.DEPLOYMENT_EXPIRED);
            }
            channel.rename(theirs.sender());
            admission.check(theirs);
            channel.sendHello(mine.encode());
            return new Greeted(channel, theirs, certificate);
        } catch (Hello.Refused e) {
            channel.abort(e.reason());
            throw new ProtocolAbort(channel.peer(), STEP, e.reason());
        } finally {
            limit.cancel(false);
        }
    }

    private Secured secure(String peer, Socket plain, Optional<InputStream> consumed, Future<?> limit, long began) {
        try {
            plain.setTcpNoDelay(true);
            SSLSocket socket = consumed.isPresent()
                    ? party.tls().server(plain, consumed.get())
                    : party.tls().client(plain);
            socket.startHandshake();
            WireChannel channel = new WireChannel(
                    peer, socket.getInputStream(), socket.getOutputStream(), plain, party.settings(), party.watchdog());
            return new Secured(channel, socket);
        } catch (IOException e) {
            boolean tooLate =
                    System.nanoTime() - began >= party.settings().hello().toNanos();
            limit.cancel(false);
            party.watchdog().close(plain);
            if (tooLate) {
                throw new PeerUnavailable(
                        peer,
                        "no TLS and hello within " + party.settings().hello().toMillis() + " ms");
            }
            if (Tls.isLost(e)) {
                throw new PeerUnavailable(peer, "the connection was lost before TLS was set up");
            }
            throw new ProtocolAbort(peer, "TLS", AbortReason.TLS_FAILED);
        }
    }

    private X509Certificate judged(Secured secured) throws Hello.Refused {
        X509Certificate certificate = PeerCertificate.of(secured.socket());
        PeerCertificate.checkIssue(
                certificate, party.identity().authority(), party.clock().instant());
        return certificate;
    }
}
