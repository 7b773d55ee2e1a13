package io.tacit.bench.primitive;

import io.tacit.crypto.block.BitPlanes;
import io.tacit.crypto.block.FreeXorOffset;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.channel.Mesh;
import io.tacit.crypto.garble.Circuit;
import io.tacit.crypto.garble.InputKind;
import io.tacit.crypto.garble.PartyBatch;
import io.tacit.crypto.garble.PartyEvaluator;
import io.tacit.crypto.garble.PartyGarbler;
import io.tacit.crypto.garble.PartySession;
import io.tacit.crypto.ot.Extension;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.BlockArithmetic;
import io.tacit.kernel.provider.Kernels;
import io.tacit.model.integer.Step.Nonlinearity;
import io.tacit.protocol.nonlinear.BlockCircuits;
import io.tacit.protocol.nonlinear.WordFunction;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The activation of {@link Activation}, masked by a subtraction, garbled by n parties that share a process, a thread each: AND gates a second by the
 * clock, and CPU time of each; and evaluation of what was garbled.
 */
public final class PartyGarbling {
    /** As many instances as a chunk of a private network has. */
    private static final int INSTANCES = 192;

    private static final int BATCHES = 64;
    private static final int SHIFT = 8;
    private static final int BITS = 8;
    private static final long TIMEOUT_MILLIS = 120_000;

    /** The party that evaluates. */
    private static final int EVALUATOR = 0;

    private final int parties;
    private final BlockArithmetic blocks = Kernels.active().blocks();
    private final Circuit circuit = new BlockCircuits(BlockCircuits.Resharing.SUBTRACTED)
            .map(
                    new BlockCircuits.SharedWord(Activation.RING_BITS, true),
                    1,
                    new WordFunction.Saturate(Nonlinearity.RELU, SHIFT, BITS, (1 << BITS) - 1),
                    Activation.RING_BITS);
    private final AtomicReferenceArray<byte[]> stored = new AtomicReferenceArray<>(2);

    private PartyGarbling(int parties) {
        this.parties = parties;
    }

    /**
     * What was measured after warm-up.
     *
     * @param parties n
     * @param millionGatesASecond AND gates garbled a microsecond, by the clock
     * @param garblerNanosAGate CPU time of a party that does not evaluate, an AND gate
     * @param evaluatorNanosAGate CPU time of the evaluator for garbling, an AND gate
     * @param millionEvaluatedASecond AND gates evaluated a microsecond of CPU time, tables in memory
     */
    public record Figures(
            int parties,
            double millionGatesASecond,
            double garblerNanosAGate,
            double evaluatorNanosAGate,
            double millionEvaluatedASecond) {}

    /** CPU and clock of one party's measured batches, in nanoseconds. */
    private record Times(long cpu, long clock) {}

    /**
     * Measures.
     *
     * @param rounds of 64 batches, after as many for warm-up
     */
    public static Figures measure(int parties, int rounds) {
        PartyGarbling run = new PartyGarbling(parties);
        List<Times> times = run.garble(rounds);
        double gates = (double) run.circuit.andCount() * INSTANCES * BATCHES * rounds;
        return new Figures(
                parties,
                gates / times.get(EVALUATOR).clock * 1e3,
                times.get(EVALUATOR + 1).cpu / gates,
                times.get(EVALUATOR).cpu / gates,
                run.evaluate());
    }

    private List<Times> garble(int rounds) {
        ExecutorService threads = Executors.newFixedThreadPool(parties);
        try {
            List<Future<Times>> running = new ArrayList<>();
            for (Mesh mesh : meshes()) {
                Callable<Times> party = () -> garble(mesh, rounds);
                running.add(threads.submit(party));
            }
            List<Times> times = new ArrayList<>();
            for (Future<Times> each : running) {
                times.add(each.get());
            }
            return times;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a party failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private List<Mesh> meshes() {
        List<List<Optional<Channel>>> channels = new ArrayList<>();
        for (int i = 0; i < parties; i++) {
            channels.add(new ArrayList<>());
        }
        for (int i = 0; i < parties; i++) {
            channels.get(i).add(Optional.empty());
            for (int j = i + 1; j < parties; j++) {
                MemoryChannel.Pair pair = MemoryChannel.connect("party " + i, "party " + j, TIMEOUT_MILLIS);
                channels.get(i).add(Optional.of(pair.left()));
                channels.get(j).add(Optional.of(pair.right()));
            }
        }
        List<Mesh> meshes = new ArrayList<>();
        for (int i = 0; i < parties; i++) {
            meshes.add(new Mesh(i, channels.get(i)));
        }
        return meshes;
    }

    private Times garble(Mesh mesh, int rounds) {
        Seed secret = Seed.of(new byte[Seed.BYTES]).derive("party", Integer.toString(mesh.self()));
        try (FreeXorOffset offset = FreeXorOffset.of(secret.derive("offset"));
                PartySession session = PartySession.connect(
                        mesh, new byte[Seed.BYTES], Extension.SOFTSPOKEN_2, offset, secret.derive("session"), blocks);
                PartyGarbler garbler = new PartyGarbler(session)) {
            run(garbler, secret.derive("warm-up"), rounds);
            long clock = System.nanoTime();
            long cpu = cpuNanos();
            run(garbler, secret.derive("measured"), rounds);
            return new Times(cpuNanos() - cpu, System.nanoTime() - clock);
        }
    }

    private void run(PartyGarbler garbler, Seed secret, int rounds) {
        BitPlanes known = new BitPlanes(circuit.inputBits(InputKind.KNOWN), INSTANCES);
        BitPlanes inputs = new BitPlanes(circuit.inputBits(InputKind.EVALUATOR), INSTANCES);
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        PartyGarbler.Product product = new PartyGarbler.Product() {
            private boolean isFirst;

            @Override
            public void begin(int batch, byte[] publicSeeds, BitPlanes decoding) {
                isFirst = batch == 0 && first.size() == 0;
                if (isFirst) {
                    stored.set(0, publicSeeds);
                }
            }

            @Override
            public void tables(byte[] bytes, int offset, int length) {
                if (isFirst) {
                    first.write(bytes, offset, length);
                }
            }

            @Override
            public void share(int batch, BitPlanes masks) {}
        };
        for (int round = 0; round < rounds; round++) {
            Seed seed = secret.derive("round", Integer.toString(round));
            garbler.garble(
                    BATCHES,
                    i -> new PartyBatch(circuit, seed.derive("batch", Integer.toString(i)), known, inputs, false),
                    EVALUATOR,
                    product);
        }
        if (first.size() > 0) {
            stored.set(1, first.toByteArray());
        }
    }

    /** AND gates evaluated a microsecond of CPU time. */
    private double evaluate() {
        byte[] seeds = stored.get(0);
        byte[] tables = stored.get(1);
        byte[] labels =
                new byte[parties * circuit.inputBits(InputKind.ONLINE) * INSTANCES * BlockArithmetic.BLOCK_BYTES];
        try (PartyEvaluator evaluator = new PartyEvaluator(parties, blocks)) {
            evaluateBatches(evaluator, seeds, labels, tables);
            long cpu = cpuNanos();
            evaluateBatches(evaluator, seeds, labels, tables);
            return (double) circuit.andCount() * INSTANCES * BATCHES / (cpuNanos() - cpu) * 1e3;
        }
    }

    private void evaluateBatches(PartyEvaluator evaluator, byte[] seeds, byte[] labels, byte[] tables) {
        for (int i = 0; i < BATCHES; i++) {
            int[] at = {0};
            evaluator.evaluate(circuit, INSTANCES, seeds, labels, (into, offset, length) -> {
                System.arraycopy(tables, at[0], into, offset, length);
                at[0] += length;
            });
        }
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
