package io.tacit.crypto.garble;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.block.BitPlanes;
import io.tacit.crypto.block.FreeXorOffset;
import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Mesh;
import io.tacit.crypto.ot.Extension;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.BlockArithmetic;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** A list of batches through both phases, every party in its own thread. */
final class PartyRun {
    private static final int BLOCK = BlockArithmetic.BLOCK_BYTES;

    /**
     * A batch and its inputs in the clear.
     *
     * @param sealed whether outputs stay shared
     */
    record Job(Circuit circuit, BitPlanes known, BitPlanes online, BitPlanes evaluator, boolean sealed) {
        static Job random(Circuit circuit, int instances, Random random) {
            return new Job(
                    circuit,
                    GarblingTest.randomPlanes(random, circuit.inputBits(InputKind.KNOWN), instances),
                    GarblingTest.randomPlanes(random, circuit.inputBits(InputKind.ONLINE), instances),
                    GarblingTest.randomPlanes(random, circuit.inputBits(InputKind.EVALUATOR), instances),
                    false);
        }

        int instances() {
            return known.instances();
        }

        BitPlanes expected() {
            return circuit.evaluate(known, online, evaluator);
        }
    }

    /**
     * What one party has at the end.
     *
     * @param external external bits of each batch's outputs, at the evaluator
     * @param masks masks of the outputs by batch: at the evaluator all together; of a sealed batch this party's share
     * @param storedBytes bytes of tables, at the evaluator
     */
    record Outcome(List<BitPlanes> external, Map<Integer, BitPlanes> masks, long storedBytes) {
        /** Masks of the outputs of a batch. */
        BitPlanes maskOf(int batch) {
            return Objects.requireNonNull(masks.get(batch), "batch " + batch);
        }
    }

    private final List<Job> jobs;
    private final List<BitPlanes[]> known = new ArrayList<>();
    private final List<BitPlanes[]> evaluatorInputs = new ArrayList<>();
    private final int evaluator;
    private final long seed;

    PartyRun(int parties, List<Job> jobs, int evaluator, long seed) {
        this.jobs = jobs;
        this.evaluator = evaluator;
        this.seed = seed;
        Random random = new Random(seed);
        for (Job job : jobs) {
            known.add(split(job.known, parties, random));
            evaluatorInputs.add(split(job.evaluator, parties, random));
        }
    }

    static BitPlanes[] split(BitPlanes bits, int parties, Random random) {
        BitPlanes[] summands = new BitPlanes[parties];
        summands[0] = copy(bits);
        for (int party = 1; party < parties; party++) {
            summands[party] = GarblingTest.randomPlanes(random, bits.planes(), bits.instances());
            summands[0].xor(summands[party]);
        }
        return summands;
    }

    private static BitPlanes copy(BitPlanes bits) {
        BitPlanes copy = new BitPlanes(bits.planes(), bits.instances());
        copy.xor(bits);
        return copy;
    }

    /** One party's share of the known inputs of a batch. */
    BitPlanes known(int job, int party) {
        return known.get(job)[party];
    }

    Outcome run(Mesh mesh, BlockArithmetic blocks) {
        Seed secret = GarblingTest.seed(seed * 100 + mesh.self());
        byte[] name = new byte[16];
        name[0] = (byte) seed;
        try (FreeXorOffset offset = FreeXorOffset.of(secret.derive("offset"));
                PartySession session = PartySession.connect(
                        mesh, name, Extension.SOFTSPOKEN_2, offset, secret.derive("session"), blocks)) {
            return run(mesh, session, offset, secret, blocks);
        }
    }

    private Outcome run(Mesh mesh, PartySession session, FreeXorOffset offset, Seed secret, BlockArithmetic blocks) {
        int self = mesh.self();
        List<byte[]> seeds = new ArrayList<>();
        Map<Integer, BitPlanes> masks = new HashMap<>();
        ByteArrayOutputStream tables = new ByteArrayOutputStream();
        try (PartyGarbler garbler = new PartyGarbler(session)) {
            garbler.garble(jobs.size(), i -> batch(i, self, secret), evaluator, new PartyGarbler.Product() {
                @Override
                public void begin(int batch, byte[] publicSeeds, BitPlanes decoding) {
                    assertThat(batch).isEqualTo(seeds.size());
                    seeds.add(publicSeeds.clone());
                    if (!jobs.get(batch).sealed) {
                        masks.put(batch, copy(decoding));
                    }
                }

                @Override
                public void tables(byte[] bytes, int at, int length) {
                    tables.write(bytes, at, length);
                }

                @Override
                public void share(int batch, BitPlanes share) {
                    masks.put(batch, copy(share));
                }
            });
        }
        List<BitPlanes> external = new ArrayList<>();
        int[] read = {0};
        byte[] stored = tables.toByteArray();
        for (int i = 0; i < jobs.size(); i++) {
            Job job = jobs.get(i);
            int labelBytes = job.online.planes() * job.instances() * BLOCK;
            byte[] labels = new byte[mesh.parties() * labelBytes];
            new PartyEncoder(offset, seedOf(secret, i), blocks).encode(job.online, labels, self * labelBytes);
            if (self != evaluator) {
                Bulk.sendBytes(mesh.to(evaluator), labels, self * labelBytes, labelBytes);
                continue;
            }
            for (int party : mesh.others()) {
                Bulk.receiveBytes(mesh.to(party), labels, party * labelBytes, labelBytes);
            }
            try (PartyEvaluator machine = new PartyEvaluator(mesh.parties(), blocks)) {
                external.add(
                        machine.evaluate(job.circuit, job.instances(), seeds.get(i), labels, (into, at, length) -> {
                            System.arraycopy(stored, read[0], into, at, length);
                            read[0] += length;
                        }));
            }
        }
        assertThat(read[0]).isEqualTo(stored.length);
        return new Outcome(external, masks, stored.length);
    }

    private PartyBatch batch(int number, int party, Seed secret) {
        Job job = jobs.get(number);
        return new PartyBatch(
                job.circuit,
                seedOf(secret, number),
                known.get(number)[party],
                evaluatorInputs.get(number)[party],
                job.sealed);
    }

    private static Seed seedOf(Seed secret, int number) {
        return secret.derive("batch", Integer.toString(number));
    }

    /** Runs all and compares every output with evaluation in the clear. */
    static List<Outcome> check(int parties, List<Job> jobs, int evaluator, long seed, BlockArithmetic... blocks)
            throws Exception {
        PartyRun run = new PartyRun(parties, jobs, evaluator, seed);
        List<Outcome> outcomes = Parties.run(parties, mesh -> run.run(mesh, blocks[mesh.self() % blocks.length]));
        Outcome evaluated = outcomes.get(evaluator);
        for (int i = 0; i < jobs.size(); i++) {
            BitPlanes found = copy(evaluated.external.get(i));
            found.xor(evaluated.maskOf(i));
            for (int party = 0; party < parties && jobs.get(i).sealed; party++) {
                if (party != evaluator) {
                    found.xor(outcomes.get(party).maskOf(i));
                }
            }
            assertThat(found.words())
                    .as("%d parties, batch %d", parties, i)
                    .isEqualTo(jobs.get(i).expected().words());
        }
        return outcomes;
    }

    static long andGates(List<Job> jobs) {
        return jobs.stream()
                .mapToLong(job -> (long) job.circuit.andCount() * job.instances())
                .sum();
    }

    static BitPlanes planes(int bits, long... values) {
        BitPlanes planes = new BitPlanes(bits, values.length);
        planes.setValues(0, bits, Arrays.copyOf(values, Math.max(values.length, 1)), 0);
        return planes;
    }
}
