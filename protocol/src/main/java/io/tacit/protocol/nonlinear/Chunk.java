package io.tacit.protocol.nonlinear;

import io.tacit.crypto.block.BitPlanes;
import io.tacit.crypto.garble.Circuit;
import io.tacit.crypto.garble.InputKind;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.BlockArithmetic;
import java.util.Arrays;

/**
 * Some instances of a block that are garbled, sent and evaluated together. Word w of instance i is word
 * {@code w * instances + i} of the chunk.
 *
 * @param number of the chunk in its query
 * @param block the block
 * @param group the instances of one circuit of the block
 * @param first the first of them
 * @param instances how many of them
 */
public record Chunk(int number, Block block, Block.Group group, int first, int instances) {

    public Circuit circuit() {
        return group.circuit();
    }

    /** Words of all instances. */
    public int words() {
        return group.words() * instances;
    }

    /** Transfers: bits of s of all instances. */
    public int transfers() {
        return words() * block.input().bits();
    }

    /** Bytes of the labels of y, and of those of s. */
    public int labelBytes() {
        return transfers() * BlockArithmetic.BLOCK_BYTES;
    }

    /** Bytes of the garbled tables. */
    public int tableBytes() {
        return circuit().tableBytes(instances);
    }

    /** Bytes of the decoding bits that the evaluator gets: none for the answer. */
    public int decodingBytes() {
        return block.isAnswer() ? 0 : answerBytes();
    }

    /** Bytes of the outputs that need decoding bits, and of these. */
    public int answerBytes() {
        return BitPlanes.storedBytes(circuit().outputBits(), instances);
    }

    /** Bytes that the evaluator gets from the garbler before the query is known: public seed, decoding bits, tables. */
    public int garbledBytes() {
        return Seed.BYTES + decodingBytes() + tableBytes();
    }

    /** The places in the source of all words. */
    public int[] inputs() {
        int[] places = new int[words()];
        int cells = group.cellOutputs().length;
        for (int i = 0; i < instances; i++) {
            int channel = group.channels()[(first + i) / cells];
            int cell = (first + i) % cells;
            for (int word = 0; word < group.words(); word++) {
                places[word * instances + i] =
                        channel * group.inputPlane() + group.cellInputs()[cell * group.words() + word];
            }
        }
        return places;
    }

    /** The places in the target of all results. */
    public int[] outputs() {
        int[] places = new int[instances];
        int cells = group.cellOutputs().length;
        for (int i = 0; i < instances; i++) {
            int channel = group.channels()[(first + i) / cells];
            places[i] = channel * group.outputPlane() + group.cellOutputs()[(first + i) % cells];
        }
        return places;
    }

    /** s as the evaluator chooses it: bit w of instance i is bit {@code w * instances + i}; uniform, from its seed. */
    long[] choices(Seed evaluatorSeed) {
        long[] bits = new long[(transfers() + Long.SIZE - 1) / Long.SIZE];
        try (Prg prg = evaluatorSeed.generator("outsourced", "inputs of circuits", Integer.toString(number))) {
            prg.fillLongs(bits, 0, bits.length);
        }
        bits[bits.length - 1] &= -1L >>> -transfers();
        return bits;
    }

    /** The same where s is the evaluator's share itself, see {@link Block#residues}. @param share of the block's source */
    long[] choices(RingVector share) {
        long[] words = new long[words()];
        share.pick(inputs(), 0, words, 0, words.length);
        int bits = block.input().bits();
        long[] choices = new long[(transfers() + Long.SIZE - 1) / Long.SIZE];
        for (int i = 0; i < words.length; i++) {
            int word = i / instances;
            for (int bit = 0; bit < bits; bit++) {
                int at = (word * bits + bit) * instances + i % instances;
                choices[at / Long.SIZE] |= (words[i] >>> bit & 1) << at % Long.SIZE;
            }
        }
        Arrays.fill(words, 0);
        return choices;
    }

    /** The words of s, in the order of the chunk. */
    long[] maskWords(Seed evaluatorSeed) {
        int bits = block.input().bits();
        long[] choices = choices(evaluatorSeed);
        long[] values = new long[words()];
        try (BitPlanes planes = new BitPlanes(group.words() * bits, instances)) {
            planes.setPacked(choices, 0);
            for (int word = 0; word < group.words(); word++) {
                planes.getValues(word * bits, bits, values, word * instances);
            }
        }
        Arrays.fill(choices, 0);
        return values;
    }

    /** The words of y as planes of the circuit's online inputs. */
    BitPlanes onlinePlanes(long[] words) {
        int bits = block.input().bits();
        BitPlanes planes = new BitPlanes(group.words() * bits, instances);
        for (int word = 0; word < group.words(); word++) {
            planes.setValues(word * bits, bits, words, word * instances);
        }
        return planes;
    }

    /** Masks r of the results, of {@link Block#outputBits} bits each, as planes of the circuit's known inputs. */
    BitPlanes knownPlanes(ResultMasks masks) {
        BitPlanes planes = new BitPlanes(circuit().inputBits(InputKind.KNOWN), instances);
        if (planes.planes() > 0) {
            masks.write(this, planes);
        }
        return planes;
    }

    /** Writes the planes of outputs that need decoding. */
    void storePlanes(BitPlanes planes, byte[] bytes, int at) {
        planes.store(circuit().outputBits(), bytes, at);
    }

    /** Reads what {@link #storePlanes} wrote; planes of projected outputs are zero. */
    BitPlanes loadPlanes(byte[] bytes, int at) {
        BitPlanes planes = new BitPlanes(circuit().outputBits() + circuit().projectedBits(), instances);
        planes.load(circuit().outputBits(), bytes, at);
        return planes;
    }
}
