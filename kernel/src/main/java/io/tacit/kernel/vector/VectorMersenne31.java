package io.tacit.kernel.vector;

import io.tacit.kernel.Mersenne31;
import io.tacit.kernel.plain.PlainMersenne31;
import io.tacit.kernel.tile.IntTile;
import java.util.Objects;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The field of p = 2^31 - 1 elements in vector lanes; products in twice as wide lanes, the even and the odd values apart. */
public final class VectorMersenne31 extends PlainMersenne31 {
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = INTS.length();
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;

    /** The one class of each kind of vector here; see {@link IntMicroKernel}. */
    private static final Class<? extends Vector<Integer>> INT_SHAPE = INTS.vectorType();

    private static final Class<? extends Vector<Long>> LONG_SHAPE = LONGS.vectorType();
    private static final long LOW = 0xFFFF_FFFFL;

    @Override
    protected IntTile newTile(int maxRows, int innerBlock, int maxColumns) {
        return new VectorMersenne31Tile(maxRows, innerBlock, maxColumns);
    }

    @Override
    protected int columnStep() {
        return DoubleMicroKernel.COLUMNS;
    }

    @Override
    public int dot(int[] a, int aOffset, int[] b, int bOffset, int length) {
        Objects.checkFromIndexSize(aOffset, length, a.length);
        Objects.checkFromIndexSize(bOffset, length, b.length);
        int whole = length - length % LANES;
        return Mersenne31.add(
                dotOfVectors(a, aOffset, b, bOffset, whole),
                super.dot(a, aOffset + whole, b, bOffset + whole, length - whole));
    }

    /** As in the plain twin each folded product is below 2^32, and fewer than 2^31 of them are summed in all lanes. */
    private static int dotOfVectors(int[] a, int aOffset, int[] b, int bOffset, int length) {
        LongVector evenSum = LongVector.zero(LONGS);
        LongVector oddSum = evenSum;
        for (int i = 0; i < length; i += LANES) {
            LongVector x = IntVector.fromArray(INTS, a, aOffset + i).reinterpretAsLongs();
            LongVector y = IntVector.fromArray(INTS, b, bOffset + i).reinterpretAsLongs();
            LongVector even = x.and(LOW).mul(y.and(LOW));
            LongVector odd = x.lanewise(VectorOperators.LSHR, 32).mul(y.lanewise(VectorOperators.LSHR, 32));
            evenSum = ((LongVector) LONG_SHAPE.cast(evenSum))
                    .add(even.and(Mersenne31.P))
                    .add(even.lanewise(VectorOperators.LSHR, 31));
            oddSum = ((LongVector) LONG_SHAPE.cast(oddSum))
                    .add(odd.and(Mersenne31.P))
                    .add(odd.lanewise(VectorOperators.LSHR, 31));
        }
        return Mersenne31.reduce(((LongVector) LONG_SHAPE.cast(evenSum)).reduceLanes(VectorOperators.ADD)
                + ((LongVector) LONG_SHAPE.cast(oddSum)).reduceLanes(VectorOperators.ADD));
    }

    @Override
    public void hadamard(int[] a, int aOffset, int[] b, int bOffset, int[] c, int cOffset, int length) {
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            LongVector x = IntVector.fromArray(INTS, a, aOffset + i).reinterpretAsLongs();
            LongVector y = IntVector.fromArray(INTS, b, bOffset + i).reinterpretAsLongs();
            LongVector even = x.and(LOW).mul(y.and(LOW));
            LongVector odd = x.lanewise(VectorOperators.LSHR, 32).mul(y.lanewise(VectorOperators.LSHR, 32));
            LongVector t0 = even.and(Mersenne31.P).add(even.lanewise(VectorOperators.LSHR, 31)); // below 2^32
            LongVector t1 = odd.and(Mersenne31.P).add(odd.lanewise(VectorOperators.LSHR, 31));
            t0 = t0.and(Mersenne31.P).add(t0.lanewise(VectorOperators.LSHR, 31)).sub(Mersenne31.P); // -p .. 1
            t1 = t1.and(Mersenne31.P).add(t1.lanewise(VectorOperators.LSHR, 31)).sub(Mersenne31.P);
            IntVector t = t0.and(LOW).or(t1.lanewise(VectorOperators.LSHL, 32)).reinterpretAsInts();
            t.add(t.lanewise(VectorOperators.ASHR, 31).and(Mersenne31.P)).intoArray(c, cOffset + i);
        }
        super.hadamard(a, aOffset + i, b, bOffset + i, c, cOffset + i, length - i);
    }

    @Override
    public void scale(int factor, int[] a, int aOffset, int[] c, int cOffset, int length) {
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            LongVector x = IntVector.fromArray(INTS, a, aOffset + i).reinterpretAsLongs();
            LongVector even = x.and(LOW).mul(factor);
            LongVector odd = x.lanewise(VectorOperators.LSHR, 32).mul(factor);
            LongVector t0 = even.and(Mersenne31.P).add(even.lanewise(VectorOperators.LSHR, 31)); // below 2^32
            LongVector t1 = odd.and(Mersenne31.P).add(odd.lanewise(VectorOperators.LSHR, 31));
            t0 = t0.and(Mersenne31.P).add(t0.lanewise(VectorOperators.LSHR, 31)).sub(Mersenne31.P); // -p .. 1
            t1 = t1.and(Mersenne31.P).add(t1.lanewise(VectorOperators.LSHR, 31)).sub(Mersenne31.P);
            IntVector t = t0.and(LOW).or(t1.lanewise(VectorOperators.LSHL, 32)).reinterpretAsInts();
            t.add(t.lanewise(VectorOperators.ASHR, 31).and(Mersenne31.P)).intoArray(c, cOffset + i);
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
            t.add(t.lanewise(VectorOperators.ASHR, 31).and(Mersenne31.P)).intoArray(c, cOffset + i);
        }
        super.add(a, aOffset + i, b, bOffset + i, c, cOffset + i, length - i);
    }

    @Override
    public void subtract(int[] a, int aOffset, int[] b, int bOffset, int[] c, int cOffset, int length) {
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            IntVector t = IntVector.fromArray(INTS, a, aOffset + i).sub(IntVector.fromArray(INTS, b, bOffset + i));
            t.add(t.lanewise(VectorOperators.ASHR, 31).and(Mersenne31.P)).intoArray(c, cOffset + i);
        }
        super.subtract(a, aOffset + i, b, bOffset + i, c, cOffset + i, length - i);
    }

    @Override
    public void fromSigned(int[] signed, int signedOffset, int[] residues, int residuesOffset, int length) {
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            IntVector x = IntVector.fromArray(INTS, signed, signedOffset + i);
            IntVector t = x.and(Mersenne31.P).add(x.lanewise(VectorOperators.ASHR, 31));
            t = t.add(t.lanewise(VectorOperators.ASHR, 31).and(Mersenne31.P)).sub(Mersenne31.P);
            t.add(t.lanewise(VectorOperators.ASHR, 31).and(Mersenne31.P)).intoArray(residues, residuesOffset + i);
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
            bad = ((IntVector) INT_SHAPE.cast(bad))
                    .or(x)
                    .or(IntVector.broadcast(INTS, Mersenne31.P - 1).sub(x));
        }
        return ((IntVector) INT_SHAPE.cast(bad)).reduceLanes(VectorOperators.OR) >= 0
                & super.isCanonical(values, offset + i, length - i);
    }
}
