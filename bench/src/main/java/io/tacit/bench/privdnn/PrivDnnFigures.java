package io.tacit.bench.privdnn;

import io.tacit.bench.Median;
import io.tacit.bench.MeteredThreads;
import io.tacit.bench.PeakHeap;
import io.tacit.client.privdnn.Bundle;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.Traffic;
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
import io.tacit.protocol.privdnn.Allowance;
import io.tacit.protocol.privdnn.Answer;
import io.tacit.protocol.privdnn.CoreEvaluation;
import io.tacit.protocol.privdnn.CoreOwner;
import io.tacit.protocol.privdnn.Mode;
import io.tacit.protocol.privdnn.Owner;
import io.tacit.protocol.privdnn.OwnerLimits;
import io.tacit.protocol.privdnn.Settings;
import io.tacit.protocol.privdnn.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * One batch under PrivDNN: both roles in this process over a channel in memory, the bundle in a file. The first batch counts:
 * nothing is left out to warm up. All scores are compared with the separated network's.
 *
 * @param first core filters of the first convolution
 * @param second core filters of the second
 * @param images of the batch
 * @param packSeconds by the clock, making the bundle
 * @param bundleBytes size of the bundle
 * @param userSeconds processor time of the user
 * @param ownerSeconds processor time of the owner
 * @param wallSeconds by the clock, with both on this machine
 * @param bytesUp to the owner
 * @param bytesDown to the user
 * @param peakHeapBytes most heap in use while it ran, of both together, the inputs included
 * @param heapLimitBytes heap that Java was given
 */
public record PrivDnnFigures(
        List<Integer> first,
        List<Integer> second,
        Mode mode,
        int images,
        double packSeconds,
        long bundleBytes,
        double userSeconds,
        double ownerSeconds,
        double wallSeconds,
        long bytesUp,
        long bytesDown,
        long peakHeapBytes,
        long heapLimitBytes) {
    private static final long TIMEOUT_MILLIS = 7_200_000;
    /** Of the heap, for encrypted filters: as a user's session does. */
    private static final double MEMORY_SHARE = 0.5;

    /**
     * Measures.
     *
     * @param inputs one batch
     * @param runs of which the medians count
     * @throws IllegalStateException if a score is not the separated network's
     */
    public static PrivDnnFigures measure(
            IntegerNetwork network, CoreFilters core, Mode mode, IntegerTensor inputs, int runs) throws IOException {
        Path folder = Files.createTempDirectory("tacit-privdnn");
        Path file = folder.resolve("bench.bundle.tacit");
        SecureRandom random = new SecureRandom();
        try (Seed key = Seed.random(random);
                Seed encryption = Seed.random(random);
                Prg prg = encryption.generator("pack")) {
            long start = System.nanoTime();
            Bundle.write(file, network, core, Settings.of(mode, Disclosure.SCORES), key, prg, record -> {});
            double packed = (System.nanoTime() - start) / 1e9;
            IntegerTensor expected = new IntegerEvaluator(
                            Separation.separated(network, CoreSegment.of(network), core), Workers.NONE)
                    .evaluate(inputs);
            List<PrivDnnFigures> all = new ArrayList<>();
            try (Bundle bundle = Bundle.open(file);
                    CoreOwner owner = new CoreOwner(bundle.corePlan(), key)) {
                for (int run = 0; run < runs; run++) {
                    all.add(run(bundle, owner, inputs, expected, packed, Files.size(file), random));
                }
            }
            return median(all);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    private static PrivDnnFigures run(
            Bundle bundle,
            CoreOwner key,
            IntegerTensor inputs,
            IntegerTensor expected,
            double packSeconds,
            long bundleBytes,
            SecureRandom random) {
        long limit = Runtime.getRuntime().maxMemory();
        int cores = Runtime.getRuntime().availableProcessors();
        MemoryChannel.Pair lane = MemoryChannel.connect("owner", "user", TIMEOUT_MILLIS);
        try (MeteredThreads owners = new MeteredThreads("owner");
                MeteredThreads users = new MeteredThreads("user")) {
            Owner owner =
                    new Owner(bundle.plan(), key, OwnerLimits.DEFAULT, random, new Workers(owners.executor(), cores));
            PeakHeap heap = new PeakHeap();
            long start = System.nanoTime();
            Future<?> serving = owners.executor().submit(() -> owner.serve(lane.left(), Allowance.UNLIMITED));
            Future<List<Answer>> asking = users.executor().submit(() -> {
                Workers workers = new Workers(users.executor(), cores);
                CoreEvaluation evaluation = new CoreEvaluation(
                        bundle.corePlan(),
                        bundle.plainFilters(),
                        bundle.relinearizationKey(),
                        bundle.publicKey(),
                        bundle.records(),
                        (long) (limit * MEMORY_SHARE),
                        workers);
                try (User user =
                        User.connect(bundle.plan(), lane.right(), evaluation, random, workers, users.executor())) {
                    return user.predict(inputs, share -> {});
                }
            });
            List<Answer> answers = asking.get();
            serving.get();
            double wall = (System.nanoTime() - start) / 1e9;
            require(expected, answers);
            Traffic.Count traffic = lane.right().traffic().in(Phase.PREDICT);
            return new PrivDnnFigures(
                    bundle.plan().core().first(),
                    bundle.plan().core().second(),
                    bundle.plan().settings().mode(),
                    inputs.batch(),
                    packSeconds,
                    bundleBytes,
                    users.cpuSeconds(),
                    owners.cpuSeconds(),
                    wall,
                    traffic.bytesSent(),
                    traffic.bytesReceived(),
                    heap.bytes(),
                    limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a party has failed", e.getCause());
        }
    }

    private static void require(IntegerTensor expected, List<Answer> answers) {
        int classes = expected.shape().size();
        for (int image = 0; image < answers.size(); image++) {
            int first = image * classes;
            List<Long> scores = IntStream.range(first, first + classes)
                    .mapToObj(expected::get)
                    .toList();
            if (!answers.get(image).scores().equals(scores)) {
                throw new IllegalStateException("the private answer differs from the plaintext one");
            }
        }
    }

    private static PrivDnnFigures median(List<PrivDnnFigures> all) {
        PrivDnnFigures one = all.get(0);
        return new PrivDnnFigures(
                one.first,
                one.second,
                one.mode,
                one.images,
                one.packSeconds,
                one.bundleBytes,
                Median.of(all, PrivDnnFigures::userSeconds),
                Median.of(all, PrivDnnFigures::ownerSeconds),
                Median.of(all, PrivDnnFigures::wallSeconds),
                one.bytesUp,
                one.bytesDown,
                all.stream().mapToLong(PrivDnnFigures::peakHeapBytes).max().orElseThrow(),
                one.heapLimitBytes);
    }
}
