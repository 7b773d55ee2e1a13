package io.tacit.protocol.privdnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.model.separate.CoreFilters;
import io.tacit.model.separate.CoreSegment;
import io.tacit.model.separate.Separation;
import io.tacit.protocol.plan.Disclosure;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Owner and user, most with an encrypted part without encryption: exactly the separated network's integers, in both modes. */
class RolesTest {
    private static final long TIMEOUT_MILLIS = 120_000;

    static Stream<Arguments> cases() {
        CoreFilters few = new CoreFilters(List.of(1), List.of(0, 3));
        CoreFilters noFirst = new CoreFilters(List.of(), List.of(4));
        return Stream.of(
                        Arguments.of(CoreNetworks.lenet(1), few, 70),
                        Arguments.of(
                                CoreNetworks.lenet(2), new CoreFilters(List.of(0, 1, 2), List.of(0, 1, 2, 3, 4)), 2),
                        Arguments.of(CoreNetworks.alexnet(3), few, 3),
                        Arguments.of(CoreNetworks.vgg(4), noFirst, 2),
                        Arguments.of(CoreNetworks.resnet(5), few, 2))
                .flatMap(c -> Stream.of(
                                Settings.of(Mode.PUBLISHED, Disclosure.SCORES),
                                Settings.of(Mode.HARDENED, Disclosure.SCORES),
                                Settings.of(Mode.HARDENED, Disclosure.LABEL),
                                Settings.of(Mode.HARDENED, Disclosure.topK(3)))
                        .map(settings -> Arguments.of(c.get()[0], c.get()[1], c.get()[2], settings)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void answersAreTheSeparatedNetworks(IntegerNetwork network, CoreFilters core, int images, Settings settings)
            throws Exception {
        CoreSegment segment = CoreSegment.of(network);
        IntegerNetwork separated = Separation.separated(network, segment, core);
        PrivDnnPlan plan = new PrivDnnPlan(
                Separation.clearPart(network, segment, core), segment, core, IdealCore.MODULUS, settings);
        IdealCore ideal = new IdealCore(separated, plan, images);
        IntegerTensor inputs = CoreNetworks.inputs(network, images, 7);
        requireAnswers(answers(plan, ideal, ideal, inputs), separated, inputs, settings);
        // the core filters are of consequence
        IntegerNetwork without = Separation.removed(network, segment, core);
        assertThat(new IntegerEvaluator(without, Workers.NONE).evaluate(inputs).get(0))
                .isNotEqualTo(new IntegerEvaluator(separated, Workers.NONE)
                        .evaluate(inputs)
                        .get(0));
    }

    /** The same with the encrypted part encrypted. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void encrypted(Mode mode) throws Exception {
        IntegerNetwork network = CoreNetworks.lenet(1);
        CoreSegment segment = CoreSegment.of(network);
        CoreFilters core = new CoreFilters(List.of(1), List.of(0, 3));
        IntegerNetwork clearPart = Separation.clearPart(network, segment, core);
        IntegerNetwork separated = Separation.separated(network, segment, core);
        CorePlan corePlan = CorePlan.of(EncryptedPart.shape(clearPart, segment, core), mode);
        Settings settings = Settings.of(mode, Disclosure.SCORES);
        PrivDnnPlan plan = new PrivDnnPlan(
                clearPart, segment, core, new ResidueModulus(corePlan.prime(0), corePlan.prime(1)), settings);
        IntegerTensor inputs = CoreNetworks.inputs(network, 5, 8);
        SecureRandom random = new SecureRandom();
        List<byte[]> records = new ArrayList<>();
        try (Seed seed = Seed.random(random);
                CoreOwner owner = new CoreOwner(corePlan, seed);
                Prg prg = seed.generator("test", "weights")) {
            owner.encrypt(EncryptedPart.core(separated, segment, core), prg, (record, encoded) -> records.add(encoded));
            CoreEvaluation user = new CoreEvaluation(
                    corePlan,
                    EncryptedPart.plain(clearPart, segment, core),
                    owner.relinearizationKey(),
                    owner.publicKey(),
                    records::get,
                    1L << 29,
                    Workers.NONE);
            requireAnswers(answers(plan, user, owner, inputs), separated, inputs, settings);
        }
    }

    private static void requireAnswers(
            List<Answer> answers, IntegerNetwork separated, IntegerTensor inputs, Settings settings) {
        int images = inputs.batch();
        IntegerTensor scores = new IntegerEvaluator(separated, Workers.NONE).evaluate(inputs);
        int classes = separated.classes();
        for (int image = 0; image < images; image++) {
            int own = image;
            List<Long> expected = IntStream.range(0, classes)
                    .mapToObj(i -> scores.get(own * classes + i))
                    .toList();
            List<Integer> ranked = IntStream.range(0, classes)
                    .boxed()
                    .sorted((a, b) -> Long.compare(expected.get(b), expected.get(a)))
                    .toList();
            if (settings.disclosure().kind() == Disclosure.Kind.SCORES) {
                assertThat(answers.get(image)).isEqualTo(new Answer(ranked, expected));
            } else {
                assertThat(answers.get(image))
                        .isEqualTo(new Answer(
                                ranked.subList(0, settings.disclosure().places()), List.of()));
            }
        }
    }

    private static List<Answer> answers(PrivDnnPlan plan, CoreOutputs user, CoreDecryption key, IntegerTensor inputs)
            throws Exception {
        MemoryChannel.Pair lane = MemoryChannel.connect("owner", "user", TIMEOUT_MILLIS);
        ExecutorService threads = Executors.newCachedThreadPool();
        SecureRandom random = new SecureRandom();
        try {
            Owner owner = new Owner(plan, key, OwnerLimits.DEFAULT, random, new Workers(threads, 2));
            CompletableFuture<Void> served =
                    CompletableFuture.runAsync(() -> owner.serve(lane.left(), Allowance.UNLIMITED), threads);
            List<Answer> answers;
            try (User asking = User.connect(plan, lane.right(), user, random, Workers.NONE, threads)) {
                answers = asking.predict(inputs, share -> {});
            }
            served.get();
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }
}
