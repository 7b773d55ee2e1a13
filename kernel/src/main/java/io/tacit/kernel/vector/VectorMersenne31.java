package io.tacit.kernel.vector;

import io.tacit.kernel.Mersenne31;
import io.tacit.kernel.plain.PlainMersenne31;
import io.tacit.kernel.tile.IntTile;
import java.util.Objects;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The field of p = 2^31 - 1 elements in vector lanes. */
public final class VectorMersenne31 extends PlainMersenne31 {
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = INTS.length();
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final int LONG_LANES = LONGS.length();

    /** As many {@code int} lanes as {@link #LONGS} has: half the width. */
    private static final VectorSpecies<Integer> HALF_INTS =
            VectorSpecies.of(int.class, VectorShape.forBitSize(LONGS.vectorBitSize() / 2));

    @Override
    protected IntTile newTile(int maxRows, int maxColumns) {
        return new VectorMersenne31Tile(maxRows, maxColumns);
    }

    @Override
    protected int columnStep() {
        return DoubleMicroKernel.COLUMNS;
    }

    @Override
    public int dot(int[] a, int aOffset, int[] b, int bOffset, int length) {
        Objects.checkFromIndexSize(aOffset, length, a.length);
        Objects.checkFromIndexSize(bOffset, length, b.length);
        int whole = length - length % (2 * LONG_LANES);
        return Mersenne31.add(
                dotOfVectors(a, aOffset, b, bOffset, whole),
                super.dot(a, aOffset + whole, b, bOffset + whole, length - whole));
    }

    /** As in the plain twin each folded product is below 2^32, and fewer than 2^31 of them are summed in all lanes. */
    private static int dotOfVectors(int[] a, int aOffset, int[] b, int bOffset, int length) {
        LongVector even = LongVector.zero(LONGS);
        LongVector odd = even;
        for (int i = 0; i < length; i += 2 * LONG_LANES) {
            even = even.add(foldedProduct(a, aOffset + i, b, bOffset + i));
            odd = odd.add(foldedProduct(a, aOffset + i + LONG_LANES, b, bOffset + i + LONG_LANES));
        }
        return Mersenne31.reduce(even.add(odd).reduceLanes(VectorOperators.ADD));
    }

    /** {@code a * b} folded by 2^31 = 1 to less than 2^32. */
    private static LongVector foldedProduct(int[] a, int i, int[] b, int j) {
        return fold(longs(a, i).mul(longs(b, j)));
    }

    private static LongVector longs(int[] a, int i) {
        return (LongVector) IntVector.fromArray(HALF_INTS, a, i).convertShape(VectorOperators.I2L, LONGS, 0);
    }

    private static LongVector fold(LongVector x) {
        return x.and(Mersenne31.P).add(x.lanewise(VectorOperators.LSHR, 31));
    }

    /** Takes p away from x below 2p where x is not below p. */
    private static IntVector canonical(LongVector folded) {
        LongVector x = fold(folded).sub(Mersenne31.P); // -p .. 1
        IntVector low = (IntVector) x.convertShape(VectorOperators.L2I, HALF_INTS, 0);
        return low.add(low.lanewise(VectorOperators.ASHR, 31).and(Mersenne31.P));
    }

    @Override
    public void hadamard(int[] a, int aOffset, int[] b, int bOffset, int[] c, int cOffset, int length) {
        int i = 0;
        for (; i < length - (LONG_LANES - 1); i += LONG_LANES) {
            canonical(foldedProduct(a, aOffset + i, b, bOffset + i)).intoArray(c, cOffset + i);
        }
        super.hadamard(a, aOffset + i, b, bOffset + i, c, cOffset + i, length - i);
    }

    @Override
    public void scale(int factor, int[] a, int aOffset, int[] c, int cOffset, int length) {
        int i = 0;
        for (; i < length - (LONG_LANES - 1); i += LONG_LANES) {
            canonical(fold(longs(a, aOffset + i).mul(factor))).intoArray(c, cOffset + i);
        }
        super.scale(factor, a, aOffset + i, c, cOffset + i, length - i);
    }

    @Override
    public void add(int[] a, int aOffset, int[] b, int bOffset, int[] c, int cOffset, int length) {
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            IntVector t = IntVector.fromArray(INTS, a, aOffset + i)
                    .sub(Mersenne31.P)
                    .add(IntVector.fromArray(INTS, b, bOffset + i));
            lift(t).intoArray(c, cOffset + i);
        }
        super.add(a, aOffset + i, b, bOffset + i, c, cOffset + i, length - i);
    }

    @Override
    public void subtract(int[] a, int aOffset, int[] b, int bOffset, int[] c, int cOffset, int length) {
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            IntVector t = IntVector.fromArray(INTS, a, aOffset + i).sub(IntVector.fromArray(INTS, b, bOffset + i));
            lift(t).intoArray(c, cOffset + i);
        }
        super.subtract(a, aOffset + i, b, bOffset + i, c, cOffset + i, length - i);
    }

    /** Adds p where negative. */
    private static IntVector lift(IntVector t) {
        return t.add(t.lanewise(VectorOperators.ASHR, 31).and(Mersenne31.P));
    }

    @Override
    public void fromSigned(int[] signed, int signedOffset, int[] residues, int residuesOffset, int length) {
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            IntVector x = IntVector.fromArray(INTS, signed, signedOffset + i);
            IntVector t = lift(x.and(Mersenne31.P).add(x.lanewise(VectorOperators.ASHR, 31)));
            lift(t.sub(Mersenne31.P)).intoArray(residues, residuesOffset + i);
        }
        super.fromSigned(signed, signedOffset + i, residues, residuesOffset + i, length - i);
    }

    @Override
    public void toSigned(int[] residues, int residuesOffset, int[] signed, int signedOffset, int length) {
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            IntVector x = IntVector.fromArray(INTS, residues, residuesOffset + i);
            IntVector above = IntVector.broadcast(INTS, Mersenne31.HALF).sub(x).lanewise(VectorOperators.ASHR, 31);
            x.sub(above.and(Mersenne31.P)).intoArray(signed, signedOffset + i);
        }
        super.toSigned(residues, residuesOffset + i, signed, signedOffset + i, length - i);
    }

    @Override
    public boolean isCanonical(int[] values, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, values.length);
        IntVector bad = IntVector.zero(INTS); // negative once a value is negative or p
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            IntVector x = IntVector.fromArray(INTS, values, offset + i);
            bad = bad.or(x).or(IntVector.broadcast(INTS, Mersenne31.P - 1).sub(x));
        }
        return bad.reduceLanes(VectorOperators.OR) >= 0 & super.isCanonical(values, offset + i, length - i);
    }
}
