package io.tacit.protocol.privdnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.Traffic;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.separate.CoreFilters;
import io.tacit.model.separate.CoreSegment;
import io.tacit.model.separate.Separation;
import io.tacit.protocol.plan.Disclosure;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The price is what the user's channel counts, byte for byte and message for message. */
class PrivDnnPriceTest {
    private static final long TIMEOUT_MILLIS = 120_000;

    static Stream<Arguments> cases() {
        CoreFilters few = new CoreFilters(List.of(1), List.of(0, 3));
        return Stream.of(
                Arguments.of(CoreNetworks.lenet(1), few, 70, Settings.of(Mode.HARDENED, Disclosure.SCORES)),
                Arguments.of(CoreNetworks.lenet(1), few, 128, Settings.of(Mode.HARDENED, Disclosure.LABEL)),
                Arguments.of(CoreNetworks.lenet(1), few, 65, Settings.of(Mode.PUBLISHED, Disclosure.SCORES)),
                Arguments.of(CoreNetworks.alexnet(3), few, 3, Settings.of(Mode.HARDENED, Disclosure.topK(3))),
                Arguments.of(CoreNetworks.resnet(5), few, 2, Settings.of(Mode.HARDENED, Disclosure.LABEL)),
                Arguments.of(CoreNetworks.vgg(4), few, 2, Settings.of(Mode.PUBLISHED, Disclosure.SCORES)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isWhatTheChannelCounts(IntegerNetwork network, CoreFilters core, int images, Settings settings)
            throws Exception {
        CoreSegment segment = CoreSegment.of(network);
        PrivDnnPlan plan = new PrivDnnPlan(
                Separation.clearPart(network, segment, core), segment, core, IdealCore.MODULUS, settings);
        IdealCore ideal = new IdealCore(Separation.separated(network, segment, core), plan, images);
        PrivDnnPrice price = new PrivDnnPrice(plan, ideal.returnBytes());
        MemoryChannel.Pair lane = MemoryChannel.connect("owner", "user", TIMEOUT_MILLIS);
        ExecutorService threads = Executors.newCachedThreadPool();
        SecureRandom random = new SecureRandom();
        try {
            Owner owner = new Owner(plan, ideal, OwnerLimits.DEFAULT, random, Workers.NONE);
            CompletableFuture<Void> served =
                    CompletableFuture.runAsync(() -> owner.serve(lane.left(), Allowance.UNLIMITED), threads);
            try (User user = User.connect(plan, lane.right(), ideal, random, Workers.NONE, threads)) {
                equal(lane.right().traffic().in(Phase.DEPLOY), price.connect());
                user.predict(CoreNetworks.inputs(network, images, 7), share -> {});
                equal(
                        lane.right().traffic().in(Phase.PREDICT),
                        price.encryptedPart(images).plus(price.circuits(images)));
            }
            served.get();
        } finally {
            threads.shutdownNow();
        }
        assertThat(price.andGates() > 0).isEqualTo(settings.mode() == Mode.HARDENED);
    }

    private static void equal(Traffic.Count counted, Traffic.Count planned) {
        assertThat(counted.bytesSent()).isEqualTo(planned.bytesSent());
        assertThat(counted.bytesReceived()).isEqualTo(planned.bytesReceived());
        assertThat(counted.messagesSent()).isEqualTo(planned.messagesSent());
        assertThat(counted.messagesReceived()).isEqualTo(planned.messagesReceived());
    }
}
