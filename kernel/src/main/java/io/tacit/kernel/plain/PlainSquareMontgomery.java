package io.tacit.kernel.plain;

import io.tacit.kernel.SquareMontgomery;
import java.math.BigInteger;

/** Products modulo n^2 as modulo any other number. */
public final class PlainSquareMontgomery extends PlainMontgomery implements SquareMontgomery {
    private final BigInteger root;

    public PlainSquareMontgomery(BigInteger root) {
        super(root.multiply(root.abs())); // below 0 is refused
        this.root = root;
    }

    @Override
    public void load(BigInteger low, BigInteger high, long[] residues, int index) {
        requireParts(root, low, high);
        load(high.multiply(root).add(low), residues, index);
    }
}
