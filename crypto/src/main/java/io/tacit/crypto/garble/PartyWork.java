package io.tacit.crypto.garble;

import io.tacit.crypto.block.BitPlanes;
import io.tacit.crypto.channel.Mesh;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.BlockArithmetic;
import java.util.Arrays;

/** What one party holds of a batch on its way through {@link PartyGarbler}. */
final class PartyWork {
    /** Blocks of transfers with each other party, in arrays that serve one batch after another. */
    static final class Blocks {
        private final byte[][] sent;
        private final byte[][] received;

        Blocks(int parties) {
            sent = new byte[parties][0];
            received = new byte[parties][0];
        }

        void wipe() {
            for (int party = 0; party < sent.length; party++) {
                Arrays.fill(sent[party], (byte) 0);
                Arrays.fill(received[party], (byte) 0);
            }
        }

        private void reserve(int party, int bytes) {
            if (sent[party].length < bytes) {
                sent[party] = new byte[bytes];
                received[party] = new byte[bytes];
            }
        }
    }

    private final PartyBatch batch;
    private final int number;
    private final Blocks blocks;
    private final Seed publicSeed;
    private final byte[][] publicSeeds;
    private final BitPlanes masks;
    private final BitPlanes disguises;
    private final BitPlanes lefts;
    private final BitPlanes products;
    private final BitPlanes outputs;
    private final BitPlanes[] differences;
    private final BitPlanes differenceSum;
    private final BitPlanes corrections;
    private final long[] choices;

    PartyWork(Mesh mesh, int number, PartyBatch batch, Blocks blocks) {
        this.batch = batch;
        this.number = number;
        this.blocks = blocks;
        publicSeed = batch.secret().derive("n-party garbling", "public");
        publicSeeds = new byte[mesh.parties()][];
        publicSeeds[mesh.self()] = publicSeed.reveal();
        int instances = batch.instances();
        int gates = batch.circuit().andCount();
        masks = new BitPlanes(batch.maskedWires(), instances);
        disguises = new BitPlanes(gates, instances);
        lefts = new BitPlanes(gates, instances);
        products = new BitPlanes(gates, instances);
        outputs = new BitPlanes(batch.circuit().outputBits(), instances);
        differences = new BitPlanes[mesh.parties()];
        for (int party : mesh.others()) {
            differences[party] = new BitPlanes(gates, instances);
        }
        differenceSum = new BitPlanes(gates, instances);
        corrections = new BitPlanes(gates, instances);
        int known = batch.known().words().length;
        int given = known + batch.evaluator().words().length;
        System.arraycopy(batch.known().words(), 0, masks.words(), 0, known);
        System.arraycopy(batch.evaluator().words(), 0, masks.words(), known, given - known);
        try (Prg prg = batch.secret().generator("n-party garbling", "masks")) {
            randomize(prg, masks, given);
            randomize(prg, disguises, 0);
        }
        choices = new long[(batch.transfers() + Long.SIZE - 1) / Long.SIZE];
        masks.getPacked(choices, 0);
        disguises.getPacked(choices, (long) masks.planes() * instances);
        for (int party : mesh.others()) {
            blocks.reserve(party, batch.transfers() * BlockArithmetic.BLOCK_BYTES);
        }
    }

    private static void randomize(Prg prg, BitPlanes planes, int fromWord) {
        prg.fillLongs(planes.words(), fromWord, planes.words().length - fromWord);
        planes.trim();
    }

    PartyBatch batch() {
        return batch;
    }

    int number() {
        return number;
    }

    int instances() {
        return batch.instances();
    }

    /** This party's seed that all may know. */
    Seed publicSeed() {
        return publicSeed;
    }

    byte[][] publicSeeds() {
        return publicSeeds;
    }

    /** This party's shares of the masks of known and evaluator inputs and of gates, in this order. */
    BitPlanes masks() {
        return masks;
    }

    /** This party's share of the left input's mask of each gate. */
    BitPlanes lefts() {
        return lefts;
    }

    /** This party's share, for each gate, of the product of the masks of its inputs plus the mask of its output. */
    BitPlanes products() {
        return products;
    }

    /** What this party sends to another for the products of masks, see {@link MaskProducts}. */
    BitPlanes differences(int party) {
        return differences[party];
    }

    /** The sum of what the others have sent for them. */
    BitPlanes differenceSum() {
        return differenceSum;
    }

    /** Choices of the second transfer of each gate, random; then, for all to know, what corrects them to {@link #products}. */
    BitPlanes disguises() {
        return disguises;
    }

    /** This party's shares of the masks of the outputs. */
    BitPlanes outputs() {
        return outputs;
    }

    /**
     * The sum of the others' corrections; plus {@link #products} the multiple of this party's offset that its share of
     * {@code m R_i} has beside the blocks sent.
     */
    BitPlanes corrections() {
        return corrections;
    }

    /** Blocks of the transfers in which another party chose: first those of {@link #masks}, then one a gate. */
    byte[] sent(int party) {
        return blocks.sent[party];
    }

    /** Likewise where this party chose. */
    byte[] received(int party) {
        return blocks.received[party];
    }

    /** The choices of this party in all transfers: {@link #masks}, then {@link #disguises} as they are drawn. */
    long[] choices() {
        return choices;
    }

    /** Number, among the masked wires, of a gate's output. */
    int wireOfGate(int gate) {
        return masks.planes() - batch.circuit().andCount() + gate;
    }

    /** Number, among the masked wires, of the first input of a kind. */
    int wireOfInput(InputKind kind) {
        return kind == InputKind.KNOWN ? 0 : batch.circuit().inputBits(InputKind.KNOWN);
    }

    /** Where the blocks of a masked wire stand in {@link #sent} and {@link #received}. */
    int placeOfMask(int wire) {
        return wire * instances() * BlockArithmetic.BLOCK_BYTES;
    }

    /** Where the blocks of a gate's second transfer stand. */
    int placeOfProduct(int gate) {
        return placeOfMask(masks.planes() + gate);
    }

    /** Overwrites the bits; the blocks are overwritten by the next batch's, or by {@link Blocks#wipe}. */
    void close() {
        masks.close();
        disguises.close();
        lefts.close();
        products.close();
        corrections.close();
        Arrays.fill(choices, 0);
        publicSeed.close();
    }
}
