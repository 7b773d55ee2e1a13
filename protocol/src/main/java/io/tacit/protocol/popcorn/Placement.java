package io.tacit.protocol.popcorn;

import java.math.BigInteger;

/**
 * Where the values of a step lie in ciphertexts: those of one place of all tiles and of all images together, tile after tile,
 * image after image within a tile.
 */
final class Placement {
    private final Tiling tiling;
    private final int images;
    private final int slotBits;

    Placement(Tiling tiling, int images, int slotBits) {
        this.tiling = tiling;
        this.images = images;
        this.slotBits = slotBits;
    }

    /** One value a ciphertext. */
    static Placement alone(Tiling tiling, int modulusBits) {
        return new Placement(tiling, 1, modulusBits - 2);
    }

    Tiling tiling() {
        return tiling;
    }

    int ciphertexts() {
        return tiling.box().size();
    }

    /** Slots of a ciphertext that are in use. */
    int slots() {
        return tiling.tiles() * images;
    }

    int slotBits() {
        return slotBits;
    }

    /** Image whose value is in a slot. */
    int image(int slot) {
        return slot % images;
    }

    /** Index in the tensor of the value in a slot, or less than 0 for a place outside, whose value is zero. */
    int index(int ciphertext, int slot) {
        return tiling.index(ciphertext, slot / images);
    }

    interface Values {
        BigInteger get(int image, int index);
    }

    /** What a ciphertext holds. @param present images that there are values of; the others' are zero */
    BigInteger plaintext(int ciphertext, int present, Values values) {
        BigInteger sum = BigInteger.ZERO;
        for (int slot = slots() - 1; slot >= 0; slot--) {
            sum = sum.shiftLeft(slotBits);
            int index = index(ciphertext, slot);
            if (index >= 0 && image(slot) < present) {
                sum = sum.add(values.get(image(slot), index));
            }
        }
        return sum;
    }

    /** The same value in all slots. */
    BigInteger everywhere(BigInteger value) {
        BigInteger sum = BigInteger.ZERO;
        for (int slot = 0; slot < slots(); slot++) {
            sum = sum.shiftLeft(slotBits).add(value);
        }
        return sum;
    }
}
