package io.tacit.crypto.garble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.crypto.block.BitPlanes;
import io.tacit.crypto.block.CircularHash;
import io.tacit.crypto.block.FreeXorOffset;
import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.channel.Mesh;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.garble.PartyRun.Job;
import io.tacit.crypto.ot.Extension;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.BlockArithmetic;
import io.tacit.kernel.plain.PlainBlocks;
import io.tacit.kernel.vector.VectorBlocks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Garbling by n parties against evaluation in the clear. */
class PartyGarblingTest {
    private static final BlockArithmetic PLAIN = new PlainBlocks(); // vectors are slow until they are compiled

    /** Six input bits of all kinds; every gate with both of its inputs inverted or not, chains, constants, no gate at all. */
    private static Circuit smallCircuit() {
        CircuitBuilder gates = new CircuitBuilder();
        Word known = gates.input(InputKind.KNOWN, 2);
        Word online = gates.input(InputKind.ONLINE, 2);
        Word evaluator = gates.input(InputKind.EVALUATOR, 2);
        Word bits = known.then(online).then(evaluator);
        Word chain = bits.bit(0);
        for (int i = 0; i < 6; i++) {
            for (int j = 0; j < i; j++) {
                Word a = (i + j) % 2 == 0 ? bits.bit(i) : bits.bit(i).not();
                Word b = (i * j) % 3 == 0 ? bits.bit(j) : bits.bit(j).not();
                Word and = gates.and(a, b);
                chain = gates.xor(gates.and(chain.not(), and), bits.bit(j));
                gates.output(j % 2 == 0 ? and : and.not());
                gates.output(gates.or(gates.xor(a, chain), b));
            }
        }
        gates.output(chain);
        gates.output(Word.constant(2, 2));
        gates.output(bits);
        gates.output(gates.xor(known, evaluator).not());
        return gates.build();
    }

    /** All 64 assignments, as 64 instances. */
    private static Job allAssignments(boolean sealed) {
        long[] low = LongStream.range(0, 64).map(i -> i & 3).toArray();
        long[] middle = LongStream.range(0, 64).map(i -> i >> 2 & 3).toArray();
        long[] high = LongStream.range(0, 64).map(i -> i >> 4).toArray();
        return new Job(
                smallCircuit(), PartyRun.planes(2, low), PartyRun.planes(2, middle), PartyRun.planes(2, high), sealed);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5})
    void everyAssignmentAndRandomCircuits(int parties) throws Exception {
        Random random = new Random(parties);
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            jobs.add(allAssignments(i == 1));
        }
        for (int instances : new int[] {1, 3, 63, 65, 130, 200}) {
            jobs.add(Job.random(GarblingTest.randomCircuit(random, 0), instances, random));
        }
        List<PartyRun.Outcome> outcomes =
                PartyRun.check(parties, jobs, parties - 1, 10 + parties, PLAIN, new VectorBlocks());
        assertThat(outcomes.get(parties - 1).storedBytes()).isEqualTo(64L * parties * PartyRun.andGates(jobs));
        assertThat(outcomes.get(0).storedBytes()).isZero();
    }

    @Test
    void everyPartyEvaluates() throws Exception {
        for (int evaluator = 0; evaluator < 3; evaluator++) {
            PartyRun.check(3, List.of(allAssignments(true), allAssignments(false)), evaluator, 20 + evaluator, PLAIN);
        }
    }

    /** Fewer batches than steps, more of them, and none. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9})
    void batchesFollowEachOther(int count) throws Exception {
        Random random = new Random(count);
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            jobs.add(Job.random(BlocksOfCircuitsTest.activation(12, 3, 5, 12), 20 + 37 * i, random));
        }
        PartyRun.check(2, jobs, 0, 30 + count, PLAIN);
    }

    @Test
    void activations() throws Exception {
        int ring = 22;
        Circuit circuit = BlocksOfCircuitsTest.activation(ring, 8, 8, ring);
        assertThat(circuit.andCount()).isEqualTo(55);
        Random random = new Random(3);
        long[] edges = {0, 1, -1, 255, 256, 257, 65279, 65280, 65535, 65536, (1 << 21) - 1, -(1 << 21), -256, -255};
        long[] x = LongStream.concat(LongStream.of(edges), random.longs(300, -(1 << 21), 1 << 21))
                .toArray();
        long mask = (1 << ring) - 1;
        long[] s = random.longs(x.length, 0, 1 << ring).toArray();
        long[] r = random.longs(x.length, 0, 1 << ring).toArray();
        long[] y = new long[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = x[i] - s[i] & mask;
        }
        Job job = new Job(circuit, PartyRun.planes(ring, r), PartyRun.planes(ring, y), PartyRun.planes(ring, s), false);
        PartyRun.Outcome outcome = PartyRun.check(3, List.of(job), 1, 40, PLAIN).get(1);
        BitPlanes result = outcome.external().get(0);
        result.xor(outcome.maskOf(0));
        long[] found = new long[x.length];
        result.getValues(0, ring, found, 0);
        for (int i = 0; i < x.length; i++) {
            long expected = Math.min(255, Math.max(0, x[i]) >> 8);
            assertThat(found[i] + r[i] & mask).as("x = %d", x[i]).isEqualTo(expected);
        }
    }

    /** More gates than one hash key may serve: all change it at the same places. */
    @Test
    @Tag("slow")
    void keysChangeInsideABatch() throws Exception {
        CircuitBuilder gates = new CircuitBuilder();
        gates.input(InputKind.KNOWN, 1);
        Word a = gates.input(InputKind.ONLINE, 32);
        Word b = gates.input(InputKind.EVALUATOR, 32);
        gates.output(new Arithmetic(gates).multiply(a, b, 64));
        Circuit circuit = gates.build();
        int instances = 601;
        assertThat((long) circuit.andCount() * instances).isGreaterThan(CircularHash.MAX_GATES_PER_KEY);
        PartyRun.check(2, List.of(Job.random(circuit, instances, new Random(5))), 1, 50, PLAIN);
    }

    @Test
    void whatTravels() throws Exception {
        Random random = new Random(6);
        Circuit circuit = BlocksOfCircuitsTest.activation(22, 8, 8, 22);
        int instances = 128;
        PartyRun run = new PartyRun(3, List.of(Job.random(circuit, instances, random)), 2, 60);
        List<Mesh> meshes = Parties.meshes(3, (self, peer, channel) -> channel);
        Parties.run(meshes, mesh -> run.run(mesh, PLAIN));
        long gates = (long) circuit.andCount() * instances;
        long transfers = 44L * instances + 2 * gates;
        long planeBytes = instances / 8;
        // to another garbler: choices of transfers, a bit a gate twice, the public seed
        long between = Extension.SOFTSPOKEN_2.bytes(transfers, true) + 2 * circuit.andCount() * planeBytes + Seed.BYTES;
        // to the evaluator also tables, masks of outputs, labels of online inputs
        long toEvaluator = between + 64 * 3 * gates + 22 * planeBytes + 22 * 16L * instances;
        long connecting = connectingBytes();
        assertThat(meshes.get(0).to(1).traffic().total().bytesSent()).isEqualTo(between + connecting);
        assertThat(meshes.get(0).to(2).traffic().total().bytesSent()).isEqualTo(toEvaluator + connecting);
        assertThat(meshes.get(2).to(0).traffic().total().bytesSent()).isEqualTo(between + connecting);
    }

    private static long connectingBytes() throws Exception {
        List<Mesh> meshes = Parties.meshes(2, (self, peer, channel) -> channel);
        Parties.run(meshes, mesh -> {
            Seed seed = GarblingTest.seed(mesh.self());
            FreeXorOffset offset = FreeXorOffset.of(seed.derive("offset"));
            return PartySession.connect(mesh, new byte[16], Extension.SOFTSPOKEN_2, offset, seed, PLAIN);
        });
        return meshes.get(0).to(1).traffic().total().bytesSent();
    }

    /** Messages of one party cut short, one after another: refused before they are used, and the party is named. */
    @Test
    void messagesOfOtherLengthsAreRefused() throws Exception {
        Job job = allAssignments(false);
        int firstAfterBaseTransfers = 3;
        for (int message = firstAfterBaseTransfers; message < 10; message++) {
            int cut = message;
            List<Mesh> meshes =
                    Parties.meshes(2, (self, peer, channel) -> self == 1 ? new Shortening(channel, cut) : channel);
            PartyRun run = new PartyRun(2, List.of(job), 0, 70);
            Object outcome =
                    Parties.outcomes(meshes, mesh -> run.run(mesh, PLAIN)).get(0);
            assertThat(outcome).as("message %d", message).isInstanceOf(ProtocolAbort.class);
            ProtocolAbort abort = (ProtocolAbort) outcome;
            assertThat(abort.reason()).isEqualTo(AbortReason.UNEXPECTED_LENGTH);
            assertThat(abort.peer()).isEqualTo(Parties.name(1));
        }
    }

    @Test
    void aPartyThatEndsIsNamed() throws Exception {
        Job job = allAssignments(false);
        List<Mesh> meshes = Parties.meshes(3, (self, peer, channel) -> channel);
        PartyRun run = new PartyRun(3, List.of(job, job), 2, 80);
        List<Object> outcomes = Parties.outcomes(meshes, mesh -> {
            if (mesh.self() == 1) {
                for (int party : mesh.others()) {
                    mesh.to(party).close();
                }
                return "gone";
            }
            return run.run(mesh, PLAIN);
        });
        assertThat(outcomes.get(0))
                .isInstanceOfSatisfying(
                        PeerUnavailable.class, gone -> assertThat(gone.peer()).isEqualTo(Parties.name(1)));
        assertThat(outcomes.get(2)).isInstanceOf(PeerUnavailable.class);
    }

    @Test
    void labelsAreEncodedOnce() {
        Seed seed = GarblingTest.seed(9);
        PartyEncoder encoder = new PartyEncoder(FreeXorOffset.of(seed), seed, PLAIN);
        BitPlanes bits = new BitPlanes(1, 2);
        byte[] labels = new byte[32];
        encoder.encode(bits, labels, 0);
        assertThatThrownBy(() -> encoder.encode(bits, labels, 0)).isInstanceOf(IllegalStateException.class);
    }

    /** More than a carrier holds goes from everybody to everybody. */
    @Test
    void exchangesEndWhateverCarriersHold() throws Exception {
        int messages = 1 + MemoryChannel.CAPACITY_BYTES / Channel.MAX_MESSAGE_BYTES;
        List<Integer> sums = Parties.run(4, mesh -> {
            int[] sum = new int[1];
            byte[] message = new byte[Channel.MAX_MESSAGE_BYTES];
            message[0] = (byte) (1 << mesh.self());
            mesh.exchange(
                    party -> {
                        for (int i = 0; i < messages; i++) {
                            mesh.to(party).send(message);
                        }
                    },
                    party -> {
                        for (int i = 0; i < messages; i++) {
                            sum[0] += mesh.to(party).receive(message.length)[0];
                        }
                    });
            return sum[0];
        });
        assertThat(sums).containsExactly(14 * messages, 13 * messages, 11 * messages, 7 * messages);
    }

    @Test
    void whatMakesNoBatchOrMesh() {
        Circuit circuit = smallCircuit();
        Seed seed = GarblingTest.seed(1);
        assertThatThrownBy(() -> new PartyBatch(circuit, seed, new BitPlanes(2, 4), new BitPlanes(3, 4), false))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PartyBatch(circuit, seed, new BitPlanes(2, 0), new BitPlanes(2, 0), false))
                .isInstanceOf(IllegalArgumentException.class);
        Circuit projecting = GarblingTest.randomCircuit(new Random(1), 1);
        BitPlanes known = new BitPlanes(projecting.inputBits(InputKind.KNOWN), 1);
        BitPlanes inputs = new BitPlanes(projecting.inputBits(InputKind.EVALUATOR), 1);
        assertThatThrownBy(() -> new PartyBatch(projecting, seed, known, inputs, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("projections");
        Channel channel = MemoryChannel.connect("a", "b", 1000).left();
        assertThatThrownBy(() -> new Mesh(0, List.of(Optional.empty()))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Mesh(0, List.of(Optional.of(channel), Optional.empty())))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Mesh(2, List.of(Optional.of(channel), Optional.of(channel))))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
