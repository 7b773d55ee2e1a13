package io.tacit.kernel.plain;

import io.tacit.kernel.Mersenne61;
import io.tacit.kernel.tile.LongProducts;
import io.tacit.kernel.tile.LongTile;
import io.tacit.kernel.tile.Mersenne61Limits;
import java.util.Objects;

/** The field of p = 2^61 - 1 elements. */
public class PlainMersenne61 extends LongProducts {

    @Override
    protected LongTile newTile(int maxRows, int innerBlock, int maxColumns) {
        return new PlainMersenne61Tile(maxRows, innerBlock, maxColumns);
    }

    @Override
    protected final int innerBlock() {
        return Mersenne61Limits.INNER_BLOCK;
    }

    @Override
    protected int rowBlock() {
        return 64;
    }

    @Override
    protected int columnBlock() {
        return 64;
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
    protected final long sum(long x, long y) {
        return Mersenne61.add(x, y);
    }

    @Override
    public long dot(long[] a, int aOffset, long[] b, int bOffset, int length) {
        Objects.checkFromIndexSize(aOffset, length, a.length);
        Objects.checkFromIndexSize(bOffset, length, b.length);
        long even = 0; // a fold leaves less than 2^61 + 8, to which one product below 2^62 is added
        long odd = 0;
        int i = 0;
        for (; i < length - 1; i += 2) {
            even = (even & Mersenne61.P) + (even >>> 61) + Mersenne61.product(a[aOffset + i], b[bOffset + i]);
            odd = (odd & Mersenne61.P) + (odd >>> 61) + Mersenne61.product(a[aOffset + i + 1], b[bOffset + i + 1]);
        }
        if (i < length) {
            even = (even & Mersenne61.P) + (even >>> 61) + Mersenne61.product(a[aOffset + i], b[bOffset + i]);
        }
        return Mersenne61.add(Mersenne61.reduce(even), Mersenne61.reduce(odd));
    }

    @Override
    public void add(long[] a, int aOffset, long[] b, int bOffset, long[] c, int cOffset, int length) {
        for (int i = 0; i < length; i++) {
            c[cOffset + i] = Mersenne61.add(a[aOffset + i], b[bOffset + i]);
        }
    }

    @Override
    public void subtract(long[] a, int aOffset, long[] b, int bOffset, long[] c, int cOffset, int length) {
        for (int i = 0; i < length; i++) {
            c[cOffset + i] = Mersenne61.subtract(a[aOffset + i], b[bOffset + i]);
        }
    }

    @Override
    public void scale(long factor, long[] a, int aOffset, long[] c, int cOffset, int length) {
        for (int i = 0; i < length; i++) {
            c[cOffset + i] = Mersenne61.multiply(factor, a[aOffset + i]);
        }
    }

    @Override
    public void hadamard(long[] a, int aOffset, long[] b, int bOffset, long[] c, int cOffset, int length) {
        for (int i = 0; i < length; i++) {
            c[cOffset + i] = Mersenne61.multiply(a[aOffset + i], b[bOffset + i]);
        }
    }

    @Override
    public void fromSigned(long[] signed, int signedOffset, long[] residues, int residuesOffset, int length) {
        for (int i = 0; i < length; i++) {
            residues[residuesOffset + i] = Mersenne61.fromSigned(signed[signedOffset + i]);
        }
    }

    @Override
    public void toSigned(long[] residues, int residuesOffset, long[] signed, int signedOffset, int length) {
        for (int i = 0; i < length; i++) {
            signed[signedOffset + i] = Mersenne61.toSigned(residues[residuesOffset + i]);
        }
    }

    @Override
    public boolean isCanonical(long[] values, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, values.length);
        long bad = 0; // negative once a value is negative or p
        for (int i = 0; i < length; i++) {
            long value = values[offset + i];
            bad |= value | (Mersenne61.P - 1 - value);
        }
        return bad >= 0;
    }
}
