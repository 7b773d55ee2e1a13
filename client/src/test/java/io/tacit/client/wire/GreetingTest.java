package io.tacit.client.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.fail;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.ProtocolAbort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever differs in anything is told so by its own code, and nothing of it is served. */
@Timeout(60)
class GreetingTest {
    private final Parties parties = new Parties();
    private final Listener listener =
            parties.listen(session -> session.lane("user", "online").awaitMessage(Duration.ofSeconds(5)));

    @AfterEach
    void close() {
        listener.close();
        parties.close();
    }

    @Test
    void equalPartiesMeet() {
        try (WireChannel channel = parties.dial("online")) {
            assertThat(channel.peer()).isEqualTo("cloud-1");
        }
    }

    @Test
    void anotherProtocol() {
        Deployment d = parties.deployment;
        assertRefused(with(d, TrustSetting.SECO, d.mode(), d.modelHash(), d.limits()), AbortReason.PROTOCOL_MISMATCH);
    }

    @Test
    void anotherMode() {
        Deployment d = parties.deployment;
        assertRefused(with(d, d.protocol(), "published", d.modelHash(), d.limits()), AbortReason.MODE_MISMATCH);
    }

    @Test
    void anotherModel() {
        Deployment d = parties.deployment;
        assertRefused(
                with(d, d.protocol(), d.mode(), Sha256.of(new byte[] {9}), d.limits()), AbortReason.MODEL_MISMATCH);
    }

    @Test
    void anotherDeployment() {
        Deployment d = parties.deployment;
        var limits = new Deployment.Limits(257, 8, Duration.ofMinutes(10));
        assertRefused(with(d, d.protocol(), d.mode(), d.modelHash(), limits), AbortReason.DEPLOYMENT_MISMATCH);
    }

    @Test
    void aCertificateOfTheSameAuthorityThatIsNotTheRoles() {
        assertRefused(
                Parties.unchecked(parties.deployment, "user", parties.authority.identity("user")),
                AbortReason.CERTIFICATE_REFUSED);
    }

    @Test
    void theCertificateOfAnotherRole() {
        assertRefused(
                Parties.unchecked(parties.deployment, "user", parties.secondIdentity), AbortReason.CERTIFICATE_REFUSED);
    }

    @Test
    void aRoleThatDoesNotExist() {
        Deployment d = parties.deployment;
        assertRefused(Parties.unchecked(d, "auditor", parties.userIdentity), AbortReason.ROLE_MISMATCH);
    }

    @Test
    void aRoleThatTheProgramDoesNotServe() {
        listener.close();
        SessionHandler forTheUserAlone = new SessionHandler() {
            @Override
            public void serve(Session session) {
                session.lane("user", "online");
            }

            @Override
            public boolean admits(String role) {
                return role.equals("user");
            }
        };
        try (Listener strict = parties.listen(forTheUserAlone);
                LocalParty second = Parties.unchecked(parties.deployment, "cloud-2", parties.secondIdentity)) {
            assertReason(
                    catchThrowable(() -> new Connector(second).dial("cloud-1", parties.session(), "online")),
                    AbortReason.ROLE_MISMATCH);
            assertThat(strict.sessions()).isZero();
        }
    }

    @Test
    void theListenersOwnRole() {
        assertRefused(
                Parties.unchecked(parties.deployment, "cloud-1", parties.cloudIdentity), AbortReason.ROLE_MISMATCH);
    }

    @Test
    void aCertificateOfAnotherAuthority() {
        Identity stranger = new TestAuthority("others").identity("user");
        assertRefused(
                Parties.unchecked(parties.deployment, "user", withAuthority(stranger)),
                AbortReason.CERTIFICATE_UNTRUSTED);
    }

    @Test
    void anotherAuthorityOfTheSameName() {
        Identity stranger = new TestAuthority("tests").identity("user");
        assertRefused(
                Parties.unchecked(parties.deployment, "user", withAuthority(stranger)),
                AbortReason.CERTIFICATE_UNTRUSTED);
    }

    @Test
    void anExpiredCertificate() {
        Instant now = Instant.now();
        Identity expired =
                parties.authority.identity("user", now.minus(Duration.ofDays(2)), now.minus(Duration.ofDays(1)));
        assertRefused(Parties.unchecked(parties.deployment, "user", expired), AbortReason.CERTIFICATE_EXPIRED);
    }

    @Test
    void aCertificateOfTomorrow() {
        Instant now = Instant.now();
        Identity early = parties.authority.identity("user", now.plus(Duration.ofDays(1)), now.plus(Duration.ofDays(2)));
        assertRefused(Parties.unchecked(parties.deployment, "user", early), AbortReason.CERTIFICATE_EXPIRED);
    }

    @Test
    void theDialingSideRefusesAnExpiredListener() {
        try (LocalParty late = new LocalParty(
                parties.deployment,
                "user",
                parties.userIdentity,
                Parties.QUICK,
                Clock.fixed(Instant.now().plus(Duration.ofDays(3)), ZoneOffset.UTC))) {
            assertRefused(late, AbortReason.CERTIFICATE_EXPIRED);
        }
    }

    @Test
    void theDialingSideRefusesAListenerWithAnotherCertificate() {
        int port = Parties.freePort();
        try (LocalParty impostor =
                        Parties.unchecked(parties.deployment(port), "cloud-1", parties.authority.identity("cloud-1"));
                Listener trap = Listener.open(
                        impostor,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                        Set.of("online"),
                        session -> fail("served"));
                LocalParty user =
                        LocalParty.open(parties.deployment(port), "user", parties.userIdentity, Parties.QUICK)) {
            assertThat(trap.port()).isEqualTo(port);
            assertRefused(user, AbortReason.CERTIFICATE_REFUSED);
        }
    }

    @Test
    void anUnknownLane() {
        assertReason(catchThrowable(() -> parties.dial("triplets")), AbortReason.LANE_REFUSED);
    }

    @Test
    void aLaneThatIsOpenAlready() {
        SessionId session = parties.session();
        Connector connector = new Connector(parties.user);
        try (WireChannel first = connector.dial("cloud-1", session, "online")) {
            assertReason(catchThrowable(() -> connector.dial("cloud-1", session, "online")), AbortReason.LANE_REFUSED);
            assertThat(first.isEnded()).isFalse();
        }
    }

    @Test
    void moreSessionsThanAllowed() {
        WireChannel[] channels = new WireChannel[parties.deployment.limits().sessions()];
        for (int i = 0; i < channels.length; i++) {
            channels[i] = parties.dial("online");
        }
        assertReason(catchThrowable(() -> parties.dial("online")), AbortReason.BUSY);
        for (WireChannel channel : channels) {
            channel.close();
        }
    }

    @Test
    void aPartyChecksItselfBeforeItStarts() {
        Identity other = parties.authority.identity("user");
        assertThatThrownBy(() -> LocalParty.open(parties.deployment, "user", other, Parties.QUICK))
                .isInstanceOf(InvalidIdentity.class)
                .hasMessageContaining(other.fingerprint().hex());
        assertReason(
                catchThrowable(() -> LocalParty.open(
                        parties.deployment,
                        "user",
                        parties.userIdentity,
                        Parties.QUICK,
                        Clock.fixed(Instant.parse("2121-01-01T00:00:00Z"), ZoneOffset.UTC))),
                AbortReason.DEPLOYMENT_EXPIRED);
        assertReason(
                catchThrowable(() -> LocalParty.open(
                        parties.deployment,
                        "user",
                        parties.userIdentity,
                        Parties.QUICK,
                        Clock.fixed(Instant.now().plus(Duration.ofDays(3)), ZoneOffset.UTC))),
                AbortReason.CERTIFICATE_EXPIRED);
    }

    @Test
    void aPortInUseIsOneClearSentence() {
        assertThatThrownBy(() -> parties.listen(session -> {}))
                .isInstanceOf(PeerUnavailable.class)
                .hasMessageContaining("cannot listen on")
                .hasMessageContaining(String.valueOf(parties.cloudPort))
                .hasMessageNotContaining("\n");
    }

    @Test
    void nobodyListens() {
        int port = Parties.freePort();
        try (LocalParty user = LocalParty.open(parties.deployment(port), "user", parties.userIdentity, Parties.QUICK)) {
            assertThatThrownBy(() -> new Connector(user).dial("cloud-1", parties.session(), "online"))
                    .isInstanceOf(PeerUnavailable.class)
                    .hasMessageContaining("127.0.0.1:" + port);
        }
    }

    private Identity withAuthority(Identity stranger) {
        return new Identity(stranger.key(), stranger.certificate(), parties.userIdentity.authority());
    }

    private static Deployment with(
            Deployment d, TrustSetting protocol, String mode, Sha256 model, Deployment.Limits limits) {
        return new Deployment(protocol, mode, model, d.roles(), d.disclosure(), d.quotas(), limits, d.validity());
    }

    private void assertRefused(Deployment deployment, AbortReason reason) {
        assertRefused(Parties.unchecked(deployment, "user", parties.userIdentity), reason);
    }

    /** Refused with that reason, soon, and with no session begun. */
    private void assertRefused(LocalParty party, AbortReason reason) {
        try (party) {
            long before = System.nanoTime();
            assertReason(
                    catchThrowable(() -> new Connector(party).dial("cloud-1", parties.session(), "online")), reason);
            assertThat(System.nanoTime() - before)
                    .isLessThan(Duration.ofSeconds(10).toNanos());
            assertThat(listener.sessions()).isZero();
        }
    }

    private static void assertReason(Throwable thrown, AbortReason reason) {
        assertThat(thrown)
                .isInstanceOfSatisfying(
                        ProtocolAbort.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
