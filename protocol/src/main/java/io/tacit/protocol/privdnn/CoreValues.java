package io.tacit.protocol.privdnn;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Residues modulo the plaintext primes for every output of the core filters and every image of a batch; each is set once. There
 * is room for those that have come: a peer that announces a batch takes no memory by that.
 */
final class CoreValues {
    private static final int[] NONE = {};

    private final PrivDnnPlan plan;
    private final int images;
    private final int[][] residues;
    private final BitSet there = new BitSet();

    CoreValues(PrivDnnPlan plan, int images) {
        this.plan = plan;
        this.images = images;
        residues = new int[plan.returned()][];
        Arrays.fill(residues, NONE);
    }

    /** Where the images' residues of one value are to be put. @throws ProtocolAbort if that value came before */
    int[] take(ReturnHeader header, String peer) {
        int index = header.index(plan);
        if (there.get(index)) {
            throw new ProtocolAbort(peer, "core outputs", AbortReason.MATERIAL_SPENT);
        }
        there.set(index);
        residues[index] = new int[images];
        return residues[index];
    }

    /** Drops a value that has come and is not read again. */
    void drop(ReturnHeader header) {
        residues[header.index(plan)] = NONE;
    }

    /** Values set so far. */
    int taken() {
        return there.cardinality();
    }

    /** @throws ProtocolAbort unless every value has come */
    void requireAll(String peer) {
        if (taken() < residues.length) {
            throw new ProtocolAbort(peer, "core outputs", AbortReason.MALFORMED);
        }
    }

    /** Residues modulo T of one output, for some images. */
    long[] combined(int filter, int position, int firstImage, int images) {
        int first = new ReturnHeader(0, filter, position).index(plan);
        int second = new ReturnHeader(1, filter, position).index(plan);
        return plan.modulus()
                .combine(
                        Arrays.copyOfRange(residues[first], firstImage, firstImage + images),
                        Arrays.copyOfRange(residues[second], firstImage, firstImage + images));
    }

    /**
     * The residues modulo T, or their negatives, in the shape of the boundary; zero in channels that are not core.
     *
     * @param negated whether -r mod T is wanted
     */
    RingVector shares(int firstImage, int images, boolean negated) {
        int channels =
                plan.network().steps().get(plan.segment().boundary()).shape().channels();
        int positions = plan.positions();
        ResidueModulus modulus = plan.modulus();
        RingVector shares =
                new Ring(Long.SIZE - Long.numberOfLeadingZeros(modulus.product())).zeros(images * channels * positions);
        for (int filter = 0; filter < plan.coreOutputs(); filter++) {
            int channel = plan.core().second().get(filter);
            for (int position = 0; position < positions; position++) {
                long[] combined = combined(filter, position, firstImage, images);
                for (int image = 0; image < images; image++) {
                    long value = negated ? modulus.negate(combined[image]) : combined[image];
                    shares.set((image * channels + channel) * positions + position, value);
                }
            }
        }
        return shares;
    }

    /** Overwrites everything. */
    void wipe() {
        for (int[] values : residues) {
            Arrays.fill(values, 0);
        }
    }
}
