package io.tacit.client.seco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tacit.client.wire.InvalidIdentity;
import io.tacit.client.wire.OpeningKeyFile;
import io.tacit.crypto.seal.OpeningKey;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.ModelFileException;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.seco.Mode;
import io.tacit.protocol.seco.NetworkSplit;
import io.tacit.protocol.seco.SecoPlan;
import io.tacit.protocol.seco.UserPlan;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What splitting a network writes, and what reading it refuses. */
class SplitFilesTest {
    private final SecureRandom random = new SecureRandom();

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init") // JUnit fills the folder
    SplitFilesTest() {}

    /** Three dense layers with two ReLUs. */
    private static IntegerNetwork network() {
        Range unknown = Range.of(0, 0);
        Preprocessing none =
                new Preprocessing(6, 6, 0, Preprocessing.ChannelOrder.NUMBERS, 1, List.of(), List.of(), 1.0, List.of());
        return new IntegerNetwork(
                        "secret depth",
                        none,
                        List.of(
                                new Step.Input("input", new TensorShape(36, 1, 1), Range.of(0, 255)),
                                dense("one", 0, 36, 8),
                                relu("two", 1, 8),
                                dense("three", 2, 8, 8),
                                relu("four", 3, 8),
                                dense("five", 4, 8, 4)),
                        1.0)
                .withProvenRanges();
    }

    private static Step dense(String name, int source, int inputs, int outputs) {
        ConvolutionGeometry geometry = ConvolutionGeometry.dense(inputs, outputs);
        int[] weights =
                IntStream.range(0, geometry.weightCount()).map(i -> i % 7 - 3).toArray();
        return new Step.Linear(name, source, geometry, weights, new long[outputs], Range.of(0, 0));
    }

    private static Step relu(String name, int source, int size) {
        return new Step.Activation(
                name,
                source,
                Step.Nonlinearity.RELU,
                new int[] {4},
                8,
                255,
                new TensorShape(size, 1, 1),
                Range.of(0, 0));
    }

    @ParameterizedTest
    @CsvSource({"0, HARDENED, 0", "2, HARDENED, 0", "0, PUBLISHED, 0", "2, HARDENED, 40"})
    void whatEverybodyReadsIsTheSamePlan(int layers, Mode mode, int shownRounds) throws Exception {
        NetworkSplit split = NetworkSplit.at(network(), layers);
        for (Disclosure disclosure : List.of(Disclosure.LABEL, Disclosure.topK(2), Disclosure.SCORES)) {
            SecoPlan plan = ServerFile.plan(mode, shownRounds, split, disclosure, 3);
            List<ServerFile> parts = ServerFile.of(plan, split, random);
            for (int server = 0; server < 3; server++) {
                ServerFile read = ServerFile.decode(parts.get(server).encode(), server);
                assertThat(read.plan().hash()).isEqualTo(plan.hash());
                assertThat(read.plan().mode()).isEqualTo(mode);
                assertThat(read.plan().shownRounds()).isEqualTo(shownRounds);
                assertThat(read.share().encode())
                        .isEqualTo(parts.get(server).share().encode());
                Optional<IntegerNetwork> own = server == 0 ? split.gatewayPart() : Optional.empty();
                assertThat(read.layers().map(IntegerNetworkFile::encode).orElse(new byte[0]))
                        .isEqualTo(own.map(IntegerNetworkFile::encode).orElse(new byte[0]));
                assertThat(read.plan().first().isPresent()).isEqualTo(server == 0 && layers > 0);
            }
            UserPlan user = UserFile.decode(UserFile.encode(plan.forUser()));
            assertThat(user.hash()).isEqualTo(plan.hash());
            assertThat(user.servers()).isEqualTo(3);
            assertThat(user.mode()).isEqualTo(mode);
            assertThat(user.disclosure()).isEqualTo(disclosure);
            assertThat(user.inputRing()).isEqualTo(plan.forUser().inputRing());
            assertThat(user.firstNetwork()).isEqualTo(plan.forUser().firstNetwork());
        }
    }

    /** The user's file tells of the servers' layers neither names nor number. */
    @Test
    void theUsersFileDoesNotShowWhatTheServersHold() {
        SecoPlan plan = ServerFile.plan(Mode.HARDENED, 0, NetworkSplit.at(network(), 2), Disclosure.LABEL, 2);
        String text = new String(UserFile.encode(plan.forUser()), StandardCharsets.ISO_8859_1);
        assertThat(text).contains("one", "two").doesNotContain("three", "four", "five");
        // nor does a remote server's file show the gateway's layers
        ServerFile part =
                ServerFile.of(plan, NetworkSplit.at(network(), 2), random).get(1);
        assertThat(new String(part.encode(), StandardCharsets.ISO_8859_1))
                .contains("three")
                .doesNotContain("one");
    }

    @Test
    void otherFilesAreRefused() throws Exception {
        NetworkSplit split = NetworkSplit.at(network(), 0);
        SecoPlan plan = ServerFile.plan(Mode.HARDENED, 0, split, Disclosure.LABEL, 2);
        byte[] user = UserFile.encode(plan.forUser());
        List<ServerFile> parts = ServerFile.of(plan, split, random);
        byte[] server = parts.get(1).encode();
        assertThatExceptionOfType(ModelFileException.class)
                .isThrownBy(() -> ServerFile.decode(server, 0))
                .withMessageContaining("the part of server-1");
        assertThatExceptionOfType(ModelFileException.class).isThrownBy(() -> UserFile.decode(server));
        assertThatExceptionOfType(ModelFileException.class).isThrownBy(() -> ServerFile.decode(user, 1));
        for (int i = 0; i < user.length; i += 7) {
            byte[] altered = user.clone();
            altered[i] ^= 1;
            assertThatExceptionOfType(ModelFileException.class).isThrownBy(() -> UserFile.decode(altered));
            byte[] cut = Arrays.copyOf(user, i);
            assertThatExceptionOfType(ModelFileException.class).isThrownBy(() -> UserFile.decode(cut));
        }
        Path file = folder.resolve("part");
        parts.get(1).write(file);
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThatExceptionOfType(InvalidIdentity.class)
                .isThrownBy(() -> parts.get(1).write(file));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatExceptionOfType(InvalidIdentity.class)
                .isThrownBy(() -> ServerFile.read(file, 1))
                .withMessageContaining("other accounts");
    }

    /** Contents that are whole and yet contradict each other: lengths and numbers are looked at before they are used. */
    @Test
    void whatIsSealedIsNotTrusted() {
        byte[] magic = {(byte) 0x89, 'T', 'U', 'S', 'E', 'R', '\r', '\n'};
        byte[] good =
                UserFile.encode(ServerFile.plan(Mode.HARDENED, 0, NetworkSplit.at(network(), 0), Disclosure.LABEL, 2)
                        .forUser());
        byte[] content = Arrays.copyOfRange(good, 10, good.length - 32);
        for (int i = 0; i < 60; i++) {
            for (byte value : new byte[] {-1, 0, 127}) {
                byte[] altered = content.clone();
                altered[i] = value;
                try {
                    UserFile.decode(SplitFormat.seal(magic, altered));
                } catch (ModelFileException e) {
                    assertThat(e.getMessage()).isNotEmpty();
                }
            }
        }
    }

    @Test
    void openingKeys() throws Exception {
        Path file = OpeningKeyFile.beside(folder.resolve("gateway.pem"));
        assertThat(file).hasFileName("gateway.opening");
        try (OpeningKey key = OpeningKey.generate(random);
                OpeningKey other = OpeningKey.generate(random)) {
            OpeningKeyFile.write(file, key);
            byte[] context = {1};
            byte[] sealed = key.sealingKey().seal(new byte[] {7}, context, random);
            try (OpeningKey read = OpeningKeyFile.read(file, key.sealingKey())) {
                assertThat(read.open(sealed, context, "user")).containsExactly(7);
            }
            assertThatExceptionOfType(InvalidIdentity.class)
                    .isThrownBy(() -> OpeningKeyFile.read(file, other.sealingKey()))
                    .withMessageContaining("sealing-key");
            assertThatExceptionOfType(InvalidIdentity.class).isThrownBy(() -> OpeningKeyFile.write(file, other));
            byte[] bytes = Files.readAllBytes(file);
            bytes[50] ^= 1;
            Files.write(file, bytes);
            assertThatExceptionOfType(InvalidIdentity.class)
                    .isThrownBy(() -> OpeningKeyFile.read(file, key.sealingKey()));
        }
    }
}
