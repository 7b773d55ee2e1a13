package io.tacit.protocol.privdnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.model.separate.CoreFilters;
import io.tacit.model.separate.CoreSegment;
import io.tacit.model.separate.Separation;
import io.tacit.protocol.plan.Disclosure;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Owner and user with an encrypted part without encryption: exactly the separated network's integers, in both modes. */
class RolesTest {
    private static final long TIMEOUT_MILLIS = 120_000;

    static Stream<Arguments> cases() {
        CoreFilters few = new CoreFilters(List.of(1), List.of(0, 3));
        CoreFilters noFirst = new CoreFilters(List.of(), List.of(4));
        return Stream.of(
                        Arguments.of(CoreNetworks.lenet(1), few, 70),
                        Arguments.of(
                                CoreNetworks.lenet(2),
                                new CoreFilters(List.of(0, 1, 2), List.of(0, 1, 2, 3, 4)),
                                2),
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
        List<Answer> answers = answers(plan, ideal, inputs);
        IntegerTensor scores = new IntegerEvaluator(separated, Workers.NONE).evaluate(inputs);
        int classes = network.classes();
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

    private static List<Answer> answers(PrivDnnPlan plan, IdealCore ideal, IntegerTensor inputs) throws Exception {
        MemoryChannel.Pair lane = MemoryChannel.connect("owner", "user", TIMEOUT_MILLIS);
        ExecutorService threads = Executors.newCachedThreadPool();
        SecureRandom random = new SecureRandom();
        try {
            Owner owner = new Owner(plan, ideal, OwnerLimits.DEFAULT, random, new Workers(threads, 2));
            CompletableFuture<Void> served = CompletableFuture.runAsync(
                    () -> owner.serve(lane.left(), Allowance.UNLIMITED), threads);
            List<Answer> answers;
            try (User user = User.connect(plan, lane.right(), ideal, random, Workers.NONE, threads)) {
                answers = user.predict(inputs, User.Progress.NONE);
            }
            served.get();
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }
}
