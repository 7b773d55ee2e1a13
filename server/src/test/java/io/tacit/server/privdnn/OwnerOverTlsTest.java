package io.tacit.server.privdnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.client.api.Prediction;
import io.tacit.client.api.PrivateModel;
import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.privdnn.Bundle;
import io.tacit.client.privdnn.PrivDnnSession;
import io.tacit.client.wire.Identity;
import io.tacit.client.wire.Listener;
import io.tacit.client.wire.LocalParty;
import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.model.ModelFileException;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.Step.Nonlinearity;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.model.separate.CoreFilters;
import io.tacit.model.separate.CoreSegment;
import io.tacit.model.separate.Separation;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.privdnn.CoreOwner;
import io.tacit.protocol.privdnn.Mode;
import io.tacit.protocol.privdnn.Owner;
import io.tacit.protocol.privdnn.OwnerLimits;
import io.tacit.protocol.privdnn.Settings;
import io.tacit.server.identity.KeyGenerator;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Owner and user of a tiny bundle that talk TLS: whose bundle a user takes, and how much the owner decrypts for it. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class OwnerOverTlsTest {
    private static final CoreFilters CORE = new CoreFilters(List.of(1), List.of(0));
    private static final Range UNKNOWN = Range.of(0, 0);
    /** Of the second convolution: values of a core filter that an image needs. */
    private static final int POSITIONS = 4;

    @TempDir
    private Path folder;

    private final SecureRandom random = new SecureRandom();
    private final IntegerNetwork network = network();

    @SuppressWarnings("NullAway.Init") // JUnit fills the folder
    OwnerOverTlsTest() {}

    private static Step.Linear linear(String name, int source, ConvolutionGeometry g, Random random) {
        int[] weights = random.ints(g.weightCount(), -9, 10).toArray();
        return new Step.Linear(name, source, g, weights, new long[g.outChannels()], UNKNOWN);
    }

    private static IntegerNetwork network() {
        Random random = new Random(3);
        List<Step> steps = new ArrayList<>();
        steps.add(new Step.Input("input", new TensorShape(1, 4, 4), Range.of(0, 255)));
        steps.add(linear("conv1", 0, ConvolutionGeometry.square(1, 4, 2, 2, 1, 0), random));
        steps.add(new Step.Deferred("square", 1, Nonlinearity.SQUARE, null, new TensorShape(2, 3, 3), UNKNOWN));
        steps.add(linear("conv2", 2, ConvolutionGeometry.square(2, 3, 2, 2, 1, 0), random));
        steps.add(new Step.Activation(
                "relu", 3, Nonlinearity.RELU, new int[] {20}, 8, 255, new TensorShape(2, 2, 2), UNKNOWN));
        steps.add(linear("scores", 4, ConvolutionGeometry.dense(8, 3), random));
        Preprocessing none =
                new Preprocessing(4, 4, 0, Preprocessing.ChannelOrder.GRAY, 1, List.of(), List.of(), 1.0, List.of());
        return new IntegerNetwork("tiny", none, steps, 1.0).withProvenRanges();
    }

    private List<KeyGenerator.Issued> identities(String name) throws IOException {
        return new KeyGenerator(random)
                .generate(
                        Files.createDirectory(folder.resolve(name)),
                        TrustSetting.PRIVDNN.roles(0),
                        Instant.now(),
                        Duration.ofDays(1));
    }

    private Deployment deployment(List<KeyGenerator.Issued> issued, Sha256 bundle) throws IOException {
        TreeMap<String, Deployment.Role> roles = new TreeMap<>();
        int port = freePort();
        for (KeyGenerator.Issued one : issued) {
            roles.put(
                    one.role(),
                    new Deployment.Role(
                            one.role().equals("user")
                                    ? Optional.empty()
                                    : Optional.of(new Deployment.Endpoint("127.0.0.1", port)),
                            List.of(one.fingerprint())));
        }
        return new Deployment(
                TrustSetting.PRIVDNN,
                "published",
                bundle,
                roles,
                new Deployment.Disclosure(Deployment.Policy.SCORES, 0),
                new Deployment.Quotas(1_000, 10),
                new Deployment.Limits(256, 8, Duration.ofMinutes(5)),
                new Deployment.Validity(
                        Instant.now().minusSeconds(60), Instant.now().plusSeconds(86_400)));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Sha256 pack(Path file, Seed key) throws IOException {
        try (Prg prg = key.generator("test", "encryption")) {
            return Bundle.write(
                    file, network, CORE, Settings.of(Mode.PUBLISHED, Disclosure.SCORES), key, prg, record -> {});
        }
    }

    private IntegerTensor inputs(int images) {
        int[] pixels = new Random(5).ints(images * 16L, 0, 256).toArray();
        return IntegerTensor.ofInts(images, network.input().shape(), pixels);
    }

    private List<List<BigInteger>> expected(IntegerTensor inputs) {
        IntegerTensor scores = new IntegerEvaluator(
                        Separation.separated(network, CoreSegment.of(network), CORE), Workers.NONE)
                .evaluate(inputs);
        return IntStream.range(0, inputs.batch())
                .mapToObj(image -> IntStream.range(0, 3)
                        .mapToObj(i -> scores.getBig(image * 3 + i))
                        .toList())
                .toList();
    }

    @Test
    void theQuotaCountsValuesOfAFilter() throws IOException {
        Path file = folder.resolve("tiny.bundle.tacit");
        try (Seed key = Seed.random(random)) {
            Sha256 hash = pack(file, key);
            List<KeyGenerator.Issued> issued = identities("parties");
            Deployment deployment = deployment(issued, hash);
            assertThat(Bundle.sign(file, Identity.load(folder.resolve("parties/owner.pem"))))
                    .isEqualTo(hash);
            Identity user = Identity.load(folder.resolve("parties/user.pem"));
            try (Bundle bundle = Bundle.open(file);
                    CoreOwner core = new CoreOwner(bundle.corePlan(), key);
                    LocalParty party =
                            LocalParty.open(deployment, "owner", Identity.load(folder.resolve("parties/owner.pem")))) {
                Owner owner = new Owner(bundle.plan(), core, OwnerLimits.DEFAULT, random, Workers.NONE);
                OwnerService service = new OwnerService(
                        owner, OwnerService.quota(7 * POSITIONS + 3, Clock.systemUTC()), UnaryOperator.identity());
                InetSocketAddress address = new InetSocketAddress(
                        InetAddress.getLoopbackAddress(),
                        deployment.role("owner").endpoint().orElseThrow().port());
                try (Listener listener = OwnerService.listen(party, address, service)) {
                    IntegerTensor five = inputs(5);
                    try (PrivateModel model = PrivateModel.open(deployment, user, Bundle.open(file))) {
                        assertThat(model.predict(five).stream()
                                        .map(Prediction::scores)
                                        .toList())
                                .isEqualTo(expected(five));
                    }
                    try (PrivateModel model = PrivateModel.open(deployment, user, Bundle.open(file))) {
                        assertThatThrownBy(() -> model.predict(inputs(3)))
                                .isInstanceOfSatisfying(
                                        ProtocolAbort.class,
                                        abort -> assertThat(abort.reason()).isEqualTo(AbortReason.LIMIT_EXCEEDED));
                    }
                    try (PrivateModel model = PrivateModel.open(deployment, user, Bundle.open(file))) {
                        IntegerTensor two = inputs(2);
                        assertThat(model.predict(two).stream()
                                        .map(Prediction::scores)
                                        .toList())
                                .isEqualTo(expected(two));
                    }
                }
            }
        }
    }

    @Test
    void aBundleIsTheOwners() throws IOException {
        Path file = folder.resolve("tiny.bundle.tacit");
        try (Seed key = Seed.random(random)) {
            Sha256 hash = pack(file, key);
            Deployment deployment = deployment(identities("parties"), hash);
            identities("others");
            requireRefused(deployment, file);
            Bundle.sign(file, Identity.load(folder.resolve("others/owner.pem")));
            requireRefused(deployment, file);
            Bundle.sign(file, Identity.load(folder.resolve("parties/user.pem")));
            requireRefused(deployment, file);
            Bundle.sign(file, Identity.load(folder.resolve("parties/owner.pem")));
            byte[] good = Files.readAllBytes(file);
            try (Bundle bundle = Bundle.open(file)) {
                PrivDnnSession.requireBundle(deployment, bundle);
            }
            int unsigned = good.length - signatureBytes(file, key);
            Random changes = new Random(6);
            for (int i = 0; i < 6; i++) {
                byte[] bad = good.clone();
                bad[unsigned + changes.nextInt(good.length - unsigned)] ^= (byte) (1 << changes.nextInt(8));
                Files.write(file, bad);
                requireRefused(deployment, file);
            }
            for (int length : new int[] {unsigned, unsigned + 1, unsigned + 40, good.length - 1}) {
                Files.write(file, java.util.Arrays.copyOf(good, length));
                requireRefused(deployment, file);
            }
            Files.write(file, java.util.Arrays.copyOf(good, good.length + 1));
            requireRefused(deployment, file);
            Files.write(file, java.util.Arrays.copyOf(good, good.length + (1 << 14)));
            assertThatThrownBy(() -> Bundle.open(file)).isInstanceOf(ModelFileException.class);
        }
    }

    /** What the owner's signature takes of the file's end. */
    private int signatureBytes(Path signed, Seed key) throws IOException {
        Path unsigned = folder.resolve("unsigned.bundle.tacit");
        pack(unsigned, key);
        return (int) (Files.size(signed) - Files.size(unsigned));
    }

    private static void requireRefused(Deployment deployment, Path file) {
        try (Bundle bundle = Bundle.open(file)) {
            assertThatThrownBy(() -> PrivDnnSession.requireBundle(deployment, bundle))
                    .isInstanceOf(ModelFileException.class)
                    .hasMessageContaining("not signed by the deployment's owner");
        }
    }
}
