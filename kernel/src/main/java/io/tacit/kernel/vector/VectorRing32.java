package io.tacit.kernel.vector;

import io.tacit.kernel.plain.PlainRing32;
import io.tacit.kernel.tile.IntTile;
import java.util.Arrays;
import java.util.Objects;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Integers modulo 2^32 in vector lanes. */
public final class VectorRing32 extends PlainRing32 {
    private static final VectorSpecies<Integer> SPECIES = IntMicroKernel.SPECIES;
    private static final int LANES = SPECIES.length();

    /** The one class of vectors here; see {@link IntMicroKernel}. */
    private static final Class<? extends Vector<Integer>> SHAPE = SPECIES.vectorType();

    @Override
    protected IntTile newTile(int maxRows, int innerBlock, int maxColumns) {
        return new Tile(maxRows, innerBlock, maxColumns);
    }

    @Override
    protected int columnStep() {
        return IntMicroKernel.COLUMNS;
    }

    @Override
    public int dot(int[] a, int aOffset, int[] b, int bOffset, int length) {
        Objects.checkFromIndexSize(aOffset, length, a.length);
        Objects.checkFromIndexSize(bOffset, length, b.length);
        int whole = length - length % (4 * LANES);
        return dotOfVectors(a, aOffset, b, bOffset, whole)
                + super.dot(a, aOffset + whole, b, bOffset + whole, length - whole);
    }

    private static int dotOfVectors(int[] a, int aOffset, int[] b, int bOffset, int length) {
        IntVector s0 = IntVector.zero(SPECIES);
        IntVector s1 = s0;
        IntVector s2 = s0;
        IntVector s3 = s0;
        for (int i = 0; i < length; i += 4 * LANES) {
            int x = aOffset + i;
            int y = bOffset + i;
            s0 = ((IntVector) SHAPE.cast(s0))
                    .add(IntVector.fromArray(SPECIES, a, x).mul(IntVector.fromArray(SPECIES, b, y)));
            s1 = ((IntVector) SHAPE.cast(s1))
                    .add(IntVector.fromArray(SPECIES, a, x + LANES).mul(IntVector.fromArray(SPECIES, b, y + LANES)));
            s2 = ((IntVector) SHAPE.cast(s2))
                    .add(IntVector.fromArray(SPECIES, a, x + 2 * LANES)
                            .mul(IntVector.fromArray(SPECIES, b, y + 2 * LANES)));
            s3 = ((IntVector) SHAPE.cast(s3))
                    .add(IntVector.fromArray(SPECIES, a, x + 3 * LANES)
                            .mul(IntVector.fromArray(SPECIES, b, y + 3 * LANES)));
        }
        return ((IntVector) SHAPE.cast(s0)).reduceLanes(VectorOperators.ADD)
                + ((IntVector) SHAPE.cast(s1)).reduceLanes(VectorOperators.ADD)
                + ((IntVector) SHAPE.cast(s2)).reduceLanes(VectorOperators.ADD)
                + ((IntVector) SHAPE.cast(s3)).reduceLanes(VectorOperators.ADD);
    }

    @Override
    public void add(int[] a, int aOffset, int[] b, int bOffset, int[] c, int cOffset, int length) {
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            IntVector.fromArray(SPECIES, a, aOffset + i)
                    .add(IntVector.fromArray(SPECIES, b, bOffset + i))
                    .intoArray(c, cOffset + i);
        }
        super.add(a, aOffset + i, b, bOffset + i, c, cOffset + i, length - i);
    }

    @Override
    public void subtract(int[] a, int aOffset, int[] b, int bOffset, int[] c, int cOffset, int length) {
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            IntVector.fromArray(SPECIES, a, aOffset + i)
                    .sub(IntVector.fromArray(SPECIES, b, bOffset + i))
                    .intoArray(c, cOffset + i);
        }
        super.subtract(a, aOffset + i, b, bOffset + i, c, cOffset + i, length - i);
    }

    @Override
    public void scale(int factor, int[] a, int aOffset, int[] c, int cOffset, int length) {
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            IntVector.fromArray(SPECIES, a, aOffset + i).mul(factor).intoArray(c, cOffset + i);
        }
        super.scale(factor, a, aOffset + i, c, cOffset + i, length - i);
    }

    @Override
    public void hadamard(int[] a, int aOffset, int[] b, int bOffset, int[] c, int cOffset, int length) {
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            IntVector.fromArray(SPECIES, a, aOffset + i)
                    .mul(IntVector.fromArray(SPECIES, b, bOffset + i))
                    .intoArray(c, cOffset + i);
        }
        super.hadamard(a, aOffset + i, b, bOffset + i, c, cOffset + i, length - i);
    }

    private static final class Tile extends IntTile {
        private final int[] sums;

        Tile(int maxRows, int innerBlock, int maxColumns) {
            super(innerBlock, maxColumns);
            sums = new int[maxRows * maxColumns];
        }

        @Override
        protected void clear() {
            Arrays.fill(sums, 0, rows() * stride(), 0);
        }

        @Override
        protected void accumulate(int[] left, int offset, int leftStride, int inner) {
            IntMicroKernel.accumulate(rows(), inner, columns(), left, offset, leftStride, right, sums, stride());
        }

        @Override
        protected int[] row(int r) {
            return sums;
        }

        @Override
        protected int rowOffset(int r) {
            return r * stride();
        }
    }
}
