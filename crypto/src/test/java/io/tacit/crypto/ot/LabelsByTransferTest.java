package io.tacit.crypto.ot;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.block.BitPlanes;
import io.tacit.crypto.block.FreeXorOffset;
import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.garble.Arithmetic;
import io.tacit.crypto.garble.Circuit;
import io.tacit.crypto.garble.CircuitBuilder;
import io.tacit.crypto.garble.Evaluator;
import io.tacit.crypto.garble.Garbler;
import io.tacit.crypto.garble.InputKind;
import io.tacit.crypto.garble.OnlineEncoder;
import io.tacit.crypto.garble.Word;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.BlockArithmetic;
import io.tacit.kernel.plain.PlainBlocks;
import io.tacit.kernel.vector.VectorBlocks;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An activation as the outsourced protocol runs it: the evaluator's random bits and their labels by correlated transfers,
 * tables streamed, the garbler's difference online, the result masked. Compared with the integers.
 */
class LabelsByTransferTest {
    private static final int RING = 22;
    private static final int SHIFT = 8;
    private static final int BITS = 8;
    private static final long MASK = (1L << RING) - 1;

    private static Circuit activation() {
        CircuitBuilder gates = new CircuitBuilder();
        Arithmetic blocks = new Arithmetic(gates);
        Word sum = blocks.add(gates.input(InputKind.ONLINE, RING), gates.input(InputKind.EVALUATOR, RING));
        Word activation = blocks.saturateToUnsigned(sum.shiftRight(SHIFT), BITS);
        gates.output(blocks.subtract(activation.unsigned(RING), gates.input(InputKind.KNOWN, RING)));
        return gates.build();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 37, 512, 1000})
    void sharesOfTheActivation(int instances) throws Exception {
        Circuit circuit = activation();
        Random random = new Random(instances);
        long[] values = random.longs(instances, -(1L << 18), 1L << 18).toArray();
        long[] masks = random.longs(instances, 0, 1L << RING).toArray();
        BitPlanes known = new BitPlanes(RING, instances);
        known.setValues(0, RING, masks, 0);
        int labelBytes = RING * instances * BlockArithmetic.BLOCK_BYTES;
        byte[] session = TwoParties.session(instances & 127);

        long[] results = TwoParties.run(
                        channel -> {
                            BlockArithmetic blocks = new VectorBlocks();
                            Seed secret = TwoParties.seed(1);
                            FreeXorOffset offset = FreeXorOffset.of(secret.derive("session"));
                            byte[] zeroLabels = new byte[labelBytes];
                            try (var transfers = CorrelatedSender.connect(
                                    channel,
                                    session,
                                    Extension.SOFTSPOKEN_4,
                                    offset,
                                    secret.derive("transfers"),
                                    blocks)) {
                                transfers.random(RING * instances, zeroLabels, 0);
                            }
                            Garbler garbler = new Garbler(offset, secret.derive("garbler"), blocks);
                            channel.send(garbler.publicSeed());
                            var garbled = garbler.garble(circuit, known, zeroLabels, 0, channel::send);
                            // Online: y = value - s, where the evaluator opens s masked; here it sends s itself.
                            long[] s = new long[instances];
                            Bulk.receiveLongs(channel, s, 0, instances);
                            long[] y = new long[instances];
                            Arrays.setAll(y, i -> values[i] - s[i] & MASK);
                            BitPlanes online = new BitPlanes(RING, instances);
                            online.setValues(0, RING, y, 0);
                            byte[] labels = new byte[labelBytes];
                            new OnlineEncoder(offset, secret.derive("garbler"), blocks)
                                    .encode(garbled.number(), online, labels, 0);
                            for (int at = 0; at < labelBytes; at += RING * BlockArithmetic.BLOCK_BYTES) {
                                channel.send(labels, at, RING * BlockArithmetic.BLOCK_BYTES);
                            }
                            long[] decoding = new long[instances];
                            garbled.decoding().getValues(0, RING, decoding, 0);
                            Bulk.sendLongs(channel, decoding, 0, instances);
                            return 0;
                        },
                        channel -> {
                            BlockArithmetic blocks = new PlainBlocks();
                            byte[] labels = new byte[labelBytes];
                            long[] packed = new long[(RING * instances + 63) / 64];
                            try (var transfers = CorrelatedReceiver.connect(
                                    channel, session, Extension.SOFTSPOKEN_4, TwoParties.seed(2), blocks)) {
                                transfers.random(RING * instances, packed, labels, 0);
                            }
                            BitPlanes chosen = new BitPlanes(RING, instances);
                            chosen.setPacked(packed, 0);
                            long[] s = new long[instances];
                            chosen.getValues(0, RING, s, 0);
                            Evaluator evaluator = new Evaluator(channel.receive(Seed.BYTES), blocks);
                            byte[] tables = new byte[32 * circuit.andCount() * instances];
                            int[] end = {0};
                            int piece = Math.max(1, (1 << 18) / (32 * instances)) * 32 * instances;
                            while (end[0] < tables.length) {
                                int part = Math.min(piece, tables.length - end[0]);
                                channel.receive(tables, end[0], part);
                                end[0] += part;
                            }
                            Bulk.sendLongs(channel, s, 0, instances);
                            byte[] online = new byte[labelBytes];
                            for (int at = 0; at < labelBytes; at += RING * BlockArithmetic.BLOCK_BYTES) {
                                channel.receive(online, at, RING * BlockArithmetic.BLOCK_BYTES);
                            }
                            int[] read = {0};
                            BitPlanes colours = evaluator.evaluate(
                                    circuit,
                                    0,
                                    instances,
                                    new Evaluator.Labels(online, 0),
                                    new Evaluator.Labels(labels, 0),
                                    (into, at, length) -> {
                                        System.arraycopy(tables, read[0], into, at, length);
                                        read[0] += length;
                                    });
                            long[] out = new long[instances];
                            colours.getValues(0, RING, out, 0);
                            long[] decoding = new long[instances];
                            Bulk.receiveLongs(channel, decoding, 0, instances);
                            for (int i = 0; i < instances; i++) {
                                out[i] ^= decoding[i];
                            }
                            return out;
                        })
                .receiver();
        for (int i = 0; i < instances; i++) {
            long expected = Math.max(0, Math.min(255, values[i] >> SHIFT));
            assertThat(results[i] + masks[i] & MASK).isEqualTo(expected);
        }
    }
}
