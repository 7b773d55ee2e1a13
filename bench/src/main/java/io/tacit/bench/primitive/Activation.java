package io.tacit.bench.primitive;

import io.tacit.crypto.block.BitPlanes;
import io.tacit.crypto.block.FreeXorOffset;
import io.tacit.crypto.garble.Arithmetic;
import io.tacit.crypto.garble.Circuit;
import io.tacit.crypto.garble.CircuitBuilder;
import io.tacit.crypto.garble.Evaluator;
import io.tacit.crypto.garble.Garbler;
import io.tacit.crypto.garble.InputKind;
import io.tacit.crypto.garble.TableSink;
import io.tacit.crypto.garble.TableSource;
import io.tacit.crypto.garble.Word;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.BlockArithmetic;

/**
 * The circuit that most gates of a private network belong to: unmask a 22-bit sum, ReLU, shift by 8, saturate to 8 bits,
 * mask again. One batch of it, garbled and evaluated again and again with the same dummy inputs.
 */
public final class Activation {
    static final int RING_BITS = 22;
    public static final int INSTANCES = 512;

    private static final int SHIFT = 8;
    private static final int BITS = 8;
    private static final int LABEL_BYTES = RING_BITS * INSTANCES * BlockArithmetic.BLOCK_BYTES;

    final Circuit circuit = circuit();
    private final BitPlanes known = new BitPlanes(RING_BITS, INSTANCES);
    private final byte[] zeroLabels = new byte[LABEL_BYTES];
    private final Evaluator.Labels labels = new Evaluator.Labels(new byte[LABEL_BYTES], 0);
    private final Garbler garbler;
    private final Evaluator evaluator;

    public Activation(BlockArithmetic blocks) {
        Seed secret = Seed.of(new byte[Seed.BYTES]);
        garbler = new Garbler(FreeXorOffset.of(secret), secret, blocks);
        evaluator = new Evaluator(garbler.publicSeed(), blocks);
    }

    private static Circuit circuit() {
        CircuitBuilder gates = new CircuitBuilder();
        Arithmetic blocks = new Arithmetic(gates);
        Word sum = blocks.add(gates.input(InputKind.ONLINE, RING_BITS), gates.input(InputKind.EVALUATOR, RING_BITS));
        Word activation = blocks.saturateToUnsigned(sum.shiftRight(SHIFT), BITS);
        blocks.outputMasked(activation, gates.input(InputKind.KNOWN, RING_BITS));
        return gates.build();
    }

    /** AND gates of the batch. */
    public long gates() {
        return (long) circuit.andCount() * INSTANCES;
    }

    int tableBytes() {
        return circuit.tableBytes(INSTANCES);
    }

    /** Garbles the batch. */
    public void garble(TableSink tables) {
        garbler.garble(circuit, known, zeroLabels, 0, tables);
    }

    /** Evaluates the batch. */
    public BitPlanes evaluate(TableSource tables) {
        return evaluator.evaluate(circuit, 0, INSTANCES, labels, labels, tables);
    }
}
