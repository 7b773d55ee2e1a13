package io.tacit.kernel.vector;

import io.tacit.kernel.plain.PlainRing64;
import io.tacit.kernel.tile.LongTile;
import java.util.Arrays;
import java.util.Objects;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Integers modulo 2^64 in vector lanes. */
public final class VectorRing64 extends PlainRing64 {
    private static final VectorSpecies<Long> SPECIES = LongMicroKernel.SPECIES;
    private static final int LANES = SPECIES.length();

    /** The one class of vectors here; see {@link LongMicroKernel}. */
    private static final Class<? extends Vector<Long>> SHAPE = SPECIES.vectorType();

    @Override
    protected LongTile newTile(int maxRows, int innerBlock, int maxColumns) {
        return new Tile(maxRows, innerBlock, maxColumns);
    }

    @Override
    protected int columnStep() {
        return LongMicroKernel.COLUMNS;
    }

    @Override
    public long dot(long[] a, int aOffset, long[] b, int bOffset, int length) {
        Objects.checkFromIndexSize(aOffset, length, a.length);
        Objects.checkFromIndexSize(bOffset, length, b.length);
        int whole = length - length % (4 * LANES);
        return dotOfVectors(a, aOffset, b, bOffset, whole)
                + super.dot(a, aOffset + whole, b, bOffset + whole, length - whole);
    }

    private static long dotOfVectors(long[] a, int aOffset, long[] b, int bOffset, int length) {
        LongVector s0 = LongVector.zero(SPECIES);
        LongVector s1 = s0;
        LongVector s2 = s0;
        LongVector s3 = s0;
        for (int i = 0; i < length; i += 4 * LANES) {
            int x = aOffset + i;
            int y = bOffset + i;
            s0 = ((LongVector) SHAPE.cast(s0))
                    .add(LongVector.fromArray(SPECIES, a, x).mul(LongVector.fromArray(SPECIES, b, y)));
            s1 = ((LongVector) SHAPE.cast(s1))
                    .add(LongVector.fromArray(SPECIES, a, x + LANES).mul(LongVector.fromArray(SPECIES, b, y + LANES)));
            s2 = ((LongVector) SHAPE.cast(s2))
                    .add(LongVector.fromArray(SPECIES, a, x + 2 * LANES)
                            .mul(LongVector.fromArray(SPECIES, b, y + 2 * LANES)));
            s3 = ((LongVector) SHAPE.cast(s3))
                    .add(LongVector.fromArray(SPECIES, a, x + 3 * LANES)
                            .mul(LongVector.fromArray(SPECIES, b, y + 3 * LANES)));
        }
        return ((LongVector) SHAPE.cast(s0)).reduceLanes(VectorOperators.ADD)
                + ((LongVector) SHAPE.cast(s1)).reduceLanes(VectorOperators.ADD)
                + ((LongVector) SHAPE.cast(s2)).reduceLanes(VectorOperators.ADD)
                + ((LongVector) SHAPE.cast(s3)).reduceLanes(VectorOperators.ADD);
    }

    @Override
    public void add(long[] a, int aOffset, long[] b, int bOffset, long[] c, int cOffset, int length) {
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            LongVector.fromArray(SPECIES, a, aOffset + i)
                    .add(LongVector.fromArray(SPECIES, b, bOffset + i))
                    .intoArray(c, cOffset + i);
        }
        super.add(a, aOffset + i, b, bOffset + i, c, cOffset + i, length - i);
    }

    @Override
    public void subtract(long[] a, int aOffset, long[] b, int bOffset, long[] c, int cOffset, int length) {
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            LongVector.fromArray(SPECIES, a, aOffset + i)
                    .sub(LongVector.fromArray(SPECIES, b, bOffset + i))
                    .intoArray(c, cOffset + i);
        }
        super.subtract(a, aOffset + i, b, bOffset + i, c, cOffset + i, length - i);
    }

    @Override
    public void scale(long factor, long[] a, int aOffset, long[] c, int cOffset, int length) {
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            LongVector.fromArray(SPECIES, a, aOffset + i).mul(factor).intoArray(c, cOffset + i);
        }
        super.scale(factor, a, aOffset + i, c, cOffset + i, length - i);
    }

    @Override
    public void hadamard(long[] a, int aOffset, long[] b, int bOffset, long[] c, int cOffset, int length) {
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            LongVector.fromArray(SPECIES, a, aOffset + i)
                    .mul(LongVector.fromArray(SPECIES, b, bOffset + i))
                    .intoArray(c, cOffset + i);
        }
        super.hadamard(a, aOffset + i, b, bOffset + i, c, cOffset + i, length - i);
    }

    private static final class Tile extends LongTile {
        private final long[] sums;

        Tile(int maxRows, int innerBlock, int maxColumns) {
            super(innerBlock, maxColumns);
            sums = new long[maxRows * maxColumns];
        }

        @Override
        protected void clear() {
            Arrays.fill(sums, 0, rows() * stride(), 0);
        }

        @Override
        protected void accumulate(long[] left, int offset, int leftStride, int inner) {
            LongMicroKernel.accumulate(rows(), inner, columns(), left, offset, leftStride, right, sums, stride());
        }

        @Override
        protected long[] row(int r) {
            return sums;
        }

        @Override
        protected int rowOffset(int r) {
            return r * stride();
        }
    }
}
