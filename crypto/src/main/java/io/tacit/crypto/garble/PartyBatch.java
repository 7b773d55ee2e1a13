package io.tacit.crypto.garble;

import io.tacit.crypto.block.BitPlanes;
import io.tacit.crypto.random.Seed;

/**
 * One party's part of a batch: many instances of one circuit that n parties garble together. The bits of
 * {@link InputKind#KNOWN} and {@link InputKind#EVALUATOR} inputs are the sums, modulo 2, of what all parties say here: a
 * party that alone knows a bit gives it while the others give zero, and a bit that nobody is to know is the sum of random
 * ones. {@link InputKind#ONLINE} inputs are public, and fed when they are known.
 *
 * @param circuit the circuit, the same for all; without projections
 * @param secret this party's seed for this batch alone
 * @param known this party's summands of the {@link InputKind#KNOWN} inputs; secret
 * @param evaluator this party's summands of the {@link InputKind#EVALUATOR} inputs; secret
 * @param sealed whether the masks of the outputs stay shared, so that the evaluator cannot read its result
 */
public record PartyBatch(Circuit circuit, Seed secret, BitPlanes known, BitPlanes evaluator, boolean sealed) {
    /** Most transfers with each other party for one batch: 64 MiB of blocks. */
    private static final long MAX_TRANSFERS = 1 << 22;

    public PartyBatch {
        int instances = known.instances();
        if (instances < 1 || instances > Garbler.MAX_INSTANCES) {
            throw new IllegalArgumentException(
                    "a batch of " + instances + " instances: 1 to " + Garbler.MAX_INSTANCES + " are allowed");
        }
        if (circuit.projectedBits() > 0) {
            throw new IllegalArgumentException("no party knows the masks that this circuit's projections need");
        }
        circuit.requireInputs(known, InputKind.KNOWN, instances);
        circuit.requireInputs(evaluator, InputKind.EVALUATOR, instances);
        if (transfers(circuit, instances) > MAX_TRANSFERS) {
            throw new IllegalArgumentException(
                    "a batch of " + circuit.andCount() + " AND gates and " + instances + " instances is too large");
        }
    }

    public int instances() {
        return known.instances();
    }

    /** Wires whose mask is shared: each is one transfer an instance, and an AND gate is one more. */
    int maskedWires() {
        return maskedWires(circuit);
    }

    private static int maskedWires(Circuit circuit) {
        return circuit.inputBits(InputKind.KNOWN) + circuit.inputBits(InputKind.EVALUATOR) + circuit.andCount();
    }

    int transfers() {
        return (int) transfers(circuit, instances());
    }

    private static long transfers(Circuit circuit, int instances) {
        return ((long) maskedWires(circuit) + circuit.andCount()) * instances;
    }

    /** Bytes of the tables of a batch of {@code parties} parties: 64 a party, AND gate and instance. */
    public static long tableBytes(Circuit circuit, int instances, int parties) {
        return (long) PartyTables.ROWS * parties * 16 * circuit.andCount() * instances;
    }
}
