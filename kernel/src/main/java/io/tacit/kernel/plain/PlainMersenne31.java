package io.tacit.kernel.plain;

import io.tacit.kernel.Mersenne31;
import io.tacit.kernel.tile.IntProducts;
import io.tacit.kernel.tile.IntTile;
import io.tacit.kernel.tile.Mersenne31Limits;
import java.util.Objects;

/** The field of p = 2^31 - 1 elements. */
public class PlainMersenne31 extends IntProducts {

    @Override
    protected IntTile newTile(int maxRows, int innerBlock, int maxColumns) {
        return new PlainMersenne31Tile(maxRows, innerBlock, maxColumns);
    }

    @Override
    protected final int innerBlock() {
        return Mersenne31Limits.INNER_BLOCK;
    }

    @Override
    protected int rowBlock() {
        return 128;
    }

    @Override
    protected int columnBlock() {
        return 96;
    }

    @Override
    protected int columnStep() {
        return 8;
    }

    @Override
    protected int narrowColumns() {
        return 4;
    }

    @Override
    protected final int sum(int x, int y) {
        return Mersenne31.add(x, y);
    }

    @Override
    public int dot(int[] a, int aOffset, int[] b, int bOffset, int length) {
        Objects.checkFromIndexSize(aOffset, length, a.length);
        Objects.checkFromIndexSize(bOffset, length, b.length);
        long sum = 0; // each term is folded below 2^32: no overflow below 2^31 terms
        for (int i = 0; i < length; i++) {
            long product = (long) a[aOffset + i] * b[bOffset + i];
            sum += (product & Mersenne31.P) + (product >>> 31);
        }
        return Mersenne31.reduce(sum);
    }

    @Override
    public void add(int[] a, int aOffset, int[] b, int bOffset, int[] c, int cOffset, int length) {
        for (int i = 0; i < length; i++) {
            c[cOffset + i] = Mersenne31.add(a[aOffset + i], b[bOffset + i]);
        }
    }

    @Override
    public void subtract(int[] a, int aOffset, int[] b, int bOffset, int[] c, int cOffset, int length) {
        for (int i = 0; i < length; i++) {
            c[cOffset + i] = Mersenne31.subtract(a[aOffset + i], b[bOffset + i]);
        }
    }

    @Override
    public void scale(int factor, int[] a, int aOffset, int[] c, int cOffset, int length) {
        for (int i = 0; i < length; i++) {
            c[cOffset + i] = Mersenne31.multiply(factor, a[aOffset + i]);
        }
    }

    @Override
    public void hadamard(int[] a, int aOffset, int[] b, int bOffset, int[] c, int cOffset, int length) {
        for (int i = 0; i < length; i++) {
            c[cOffset + i] = Mersenne31.multiply(a[aOffset + i], b[bOffset + i]);
        }
    }

    @Override
    public void fromSigned(int[] signed, int signedOffset, int[] residues, int residuesOffset, int length) {
        for (int i = 0; i < length; i++) {
            residues[residuesOffset + i] = Mersenne31.fromSigned(signed[signedOffset + i]);
        }
    }

    @Override
    public void toSigned(int[] residues, int residuesOffset, int[] signed, int signedOffset, int length) {
        for (int i = 0; i < length; i++) {
            signed[signedOffset + i] = Mersenne31.toSigned(residues[residuesOffset + i]);
        }
    }

    @Override
    public boolean isCanonical(int[] values, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, values.length);
        int bad = 0; // negative once a value is negative or p
        for (int i = 0; i < length; i++) {
            int value = values[offset + i];
            bad |= value | (Mersenne31.P - 1 - value);
        }
        return bad >= 0;
    }
}
