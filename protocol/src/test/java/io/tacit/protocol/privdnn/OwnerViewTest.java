package io.tacit.protocol.privdnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.RecordingChannel;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.separate.CoreFilters;
import io.tacit.model.separate.CoreSegment;
import io.tacit.model.separate.Separation;
import io.tacit.protocol.plan.Disclosure;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is read from a recording is what the owner decrypted. */
class OwnerViewTest {
    private static final int IMAGES = 3;

    @ParameterizedTest
    @EnumSource(Mode.class)
    void isWhatTheOwnerDecrypted(Mode mode) throws Exception {
        IntegerNetwork network = CoreNetworks.lenet(1);
        CoreSegment segment = CoreSegment.of(network);
        CoreFilters core = new CoreFilters(List.of(1), List.of(0, 3));
        PrivDnnPlan plan = new PrivDnnPlan(
                Separation.clearPart(network, segment, core),
                segment,
                core,
                IdealCore.MODULUS,
                Settings.of(mode, Disclosure.SCORES));
        IdealCore ideal = new IdealCore(Separation.separated(network, segment, core), plan, IMAGES);
        int[][][][] seen = new int[PrivDnnPlan.PRIMES][plan.coreOutputs()][plan.positions()][];
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        MemoryChannel.Pair lane = MemoryChannel.connect("owner", "user", 120_000);
        RecordingChannel recorded = new RecordingChannel(lane.left(), received::write);
        ExecutorService threads = Executors.newCachedThreadPool();
        SecureRandom random = new SecureRandom();
        long before;
        try {
            Owner owner = new Owner(
                    plan,
                    ideal,
                    OwnerLimits.DEFAULT,
                    random,
                    Workers.NONE,
                    (prime, filter, position, residues) -> seen[prime][filter][position] = residues.clone());
            CompletableFuture<Void> served =
                    CompletableFuture.runAsync(() -> owner.serve(recorded, Allowance.UNLIMITED), threads);
            try (User user = User.connect(plan, lane.right(), ideal, random, Workers.NONE, threads)) {
                user.predict(CoreNetworks.inputs(network, IMAGES, 7), share -> {});
                before = lane.right().traffic().in(Phase.DEPLOY).bytesSent();
            }
            served.get();
        } finally {
            threads.shutdownNow();
        }
        ByteBuffer batch = ByteBuffer.wrap(received.toByteArray()).position(Math.toIntExact(before));
        OwnerView view = OwnerView.of(plan, ideal, batch, IMAGES);
        for (int filter = 0; filter < plan.coreOutputs(); filter++) {
            for (int image = 0; image < IMAGES; image++) {
                long[] map = view.map(filter, image);
                assertThat(map).hasSize(plan.positions());
                for (int position = 0; position < map.length; position++) {
                    int[] first = {seen[0][filter][position][image]};
                    int[] second = {seen[1][filter][position][image]};
                    long combined = plan.modulus().combine(first, second)[0];
                    assertThat(map[position]).isEqualTo(plan.modulus().centred(combined));
                }
            }
        }
    }
}
