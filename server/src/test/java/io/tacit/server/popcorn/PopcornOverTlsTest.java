package io.tacit.server.popcorn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.client.api.Prediction;
import io.tacit.client.api.PrivateModel;
import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.popcorn.PopcornSession;
import io.tacit.client.wire.Identity;
import io.tacit.client.wire.InvalidIdentity;
import io.tacit.client.wire.Listener;
import io.tacit.client.wire.LocalParty;
import io.tacit.client.wire.PaillierKeyFile;
import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.channel.Traffic;
import io.tacit.crypto.paillier.KeyLength;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.protocol.popcorn.Mode;
import io.tacit.protocol.popcorn.PopcornPlan;
import io.tacit.protocol.popcorn.PopcornPrice;
import io.tacit.protocol.popcorn.Server;
import io.tacit.protocol.popcorn.ServerLimits;
import io.tacit.protocol.popcorn.Settings;
import io.tacit.server.SmallNetwork;
import io.tacit.server.identity.KeyGenerator;
import io.tacit.server.quota.DailyQuota;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Client and server that talk TLS, with the client's key in its file. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class PopcornOverTlsTest {
    private static final int QUERIES_PER_DAY = 5;

    @TempDir
    Path folder;

    private final SecureRandom random = new SecureRandom();
    private final IntegerNetwork network = SmallNetwork.make();
    private final PublicNetwork known = PublicNetwork.of(network);
    private Deployment deployment;
    private Identity identity;
    private LocalParty party;
    private Listener listener;

    @BeforeEach
    void start() throws IOException {
        List<KeyGenerator.Issued> issued = new KeyGenerator(random)
                .generate(folder, TrustSetting.POPCORN.roles(0), Instant.now(), Duration.ofDays(1));
        TreeMap<String, Deployment.Role> roles = new TreeMap<>();
        int port = freePort();
        for (KeyGenerator.Issued one : issued) {
            roles.put(
                    one.role(),
                    new Deployment.Role(
                            one.role().equals("client")
                                    ? Optional.empty()
                                    : Optional.of(new Deployment.Endpoint("127.0.0.1", port)),
                            List.of(one.fingerprint())));
        }
        deployment = new Deployment(
                TrustSetting.POPCORN,
                "hardened",
                Sha256.ofDigest(known.hash()),
                roles,
                new Deployment.Disclosure(Deployment.Policy.SCORES, 0),
                new Deployment.Quotas(QUERIES_PER_DAY, 10),
                new Deployment.Limits(256, 8, Duration.ofMinutes(5)),
                new Deployment.Validity(
                        Instant.now().minusSeconds(60), Instant.now().plusSeconds(86_400)));
        identity = Identity.load(folder.resolve("client.pem"));
        PaillierKeyFile.write(keyFile(), InsecureKey.of2048Bits(), identity.fingerprint());
        party = LocalParty.open(deployment, "server", Identity.load(folder.resolve("server.pem")));
        Server server = new Server(
                network,
                PopcornSession.disclosure(deployment.disclosure()),
                ServerLimits.usual(),
                random,
                Workers.NONE);
        PopcornService service = new PopcornService(
                server::serve, DailyQuota.ofPredictions(QUERIES_PER_DAY, Clock.systemUTC()), UnaryOperator.identity());
        listener = PopcornService.listen(party, new InetSocketAddress(InetAddress.getLoopbackAddress(), port), service);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @AfterEach
    void stop() {
        listener.close();
        party.close();
    }

    private Path keyFile() {
        return PaillierKeyFile.beside(folder.resolve("client.pem"));
    }

    private PrivateModel open() {
        return PrivateModel.open(
                deployment, identity, known, PaillierKeyFile.read(keyFile(), identity.fingerprint(), random));
    }

    private List<List<BigInteger>> expected(IntegerTensor inputs) {
        IntegerTensor scores = new IntegerEvaluator(network, Workers.NONE).evaluate(inputs);
        int classes = network.classes();
        return IntStream.range(0, inputs.batch())
                .mapToObj(i -> IntStream.range(i * classes, (i + 1) * classes)
                        .mapToObj(scores::getBig)
                        .toList())
                .toList();
    }

    @Test
    void answersAreTheReferencesAndTrafficIsThePlans() {
        try (PrivateModel model = open()) {
            IntegerTensor one = SmallNetwork.inputs(network, 1, 1);
            model.prepare(1);
            assertThat(model.predict(one).stream().map(Prediction::scores).toList())
                    .isEqualTo(expected(one));
            PopcornPlan plan = new PopcornPlan(
                    known,
                    Settings.of(
                            Mode.HARDENED, KeyLength.BITS_2048, PopcornSession.disclosure(deployment.disclosure()), 1));
            PopcornPrice price = new PopcornPrice(plan);
            Traffic.Count online = traffic(model).in(Phase.PREDICT);
            int command = 2 * Integer.BYTES;
            assertThat(online.bytesSent()).isEqualTo(command + price.ciphertextBytesUp() + price.differenceBytes());
            assertThat(online.bytesReceived()).isEqualTo(price.ciphertextBytesDown() + price.labelBytes());
            Traffic.Count ahead = traffic(model).in(Phase.PREPARE);
            assertThat(ahead.bytesSent()).isEqualTo(command + price.transferBytes());
            assertThat(ahead.bytesReceived()).isEqualTo(1 + price.tableBytes());

            IntegerTensor three = SmallNetwork.inputs(network, 3, 2); // a new session, all in the same ciphertexts
            assertThat(model.predict(three).stream().map(Prediction::scores).toList())
                    .isEqualTo(expected(three));
        }
    }

    private static Traffic traffic(PrivateModel model) {
        return Objects.requireNonNull(model.traffic().get("server"));
    }

    @Test
    void quotasHoldOverSessions() {
        try (PrivateModel model = open()) {
            model.predict(SmallNetwork.inputs(network, 3, 4));
        }
        try (PrivateModel model = open()) {
            model.predict(SmallNetwork.inputs(network, 2, 5));
            assertThatThrownBy(() -> model.predict(SmallNetwork.inputs(network, 1, 6)))
                    .isInstanceOfSatisfying(
                            ProtocolAbort.class,
                            abort -> assertThat(abort.reason()).isEqualTo(AbortReason.LIMIT_EXCEEDED));
        }
    }

    @Test
    void keyFilesAreTheirOwnersAlone() throws IOException {
        Path file = keyFile();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThatThrownBy(() -> PaillierKeyFile.write(file, InsecureKey.of2048Bits(), identity.fingerprint()))
                .isInstanceOf(InvalidIdentity.class)
                .hasMessageContaining("never replaced");
        assertThatThrownBy(() -> PaillierKeyFile.read(file, Sha256.of(new byte[1]), random))
                .isInstanceOf(InvalidIdentity.class)
                .hasMessageContaining("another identity");
        String text = Files.readString(file);
        int middle = text.length() / 2;
        char other = text.charAt(middle) == 'A' ? 'B' : 'A';
        Path damaged = folder.resolve("damaged.paillier");
        Files.writeString(damaged, text.substring(0, middle) + other + text.substring(middle + 1));
        Files.setPosixFilePermissions(damaged, PosixFilePermissions.fromString("rw-------"));
        assertThatThrownBy(() -> PaillierKeyFile.read(damaged, identity.fingerprint(), random))
                .isInstanceOf(InvalidIdentity.class)
                .hasMessageContaining("damaged");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> PaillierKeyFile.read(file, identity.fingerprint(), random))
                .isInstanceOf(InvalidIdentity.class)
                .hasMessageContaining("other accounts");
        assertThatThrownBy(() -> PaillierKeyFile.read(folder.resolve("none.paillier"), identity.fingerprint(), random))
                .isInstanceOf(InvalidIdentity.class)
                .hasMessageContaining("keygen");
    }
}
