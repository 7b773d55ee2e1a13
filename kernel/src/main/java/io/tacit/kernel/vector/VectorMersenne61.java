package io.tacit.kernel.vector;

import io.tacit.kernel.Mersenne61;
import io.tacit.kernel.plain.PlainMersenne61;
import io.tacit.kernel.tile.LongTile;
import java.util.Objects;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The field of p = 2^61 - 1 elements in vector lanes. Products of single elements stay scalar: a 64 x 64 bit multiplication
 * a cycle is as fast as six products of limbs in eight lanes with their cutting and recombining.
 */
public final class VectorMersenne61 extends PlainMersenne61 {
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    /** The one class of vectors here; see {@link LongMicroKernel}. */
    private static final Class<? extends Vector<Long>> SHAPE = SPECIES.vectorType();

    @Override
    protected LongTile newTile(int maxRows, int innerBlock, int maxColumns) {
        return new VectorMersenne61Tile(maxRows, innerBlock, maxColumns);
    }

    @Override
    protected int columnStep() {
        return DoubleMicroKernel.COLUMNS;
    }

    @Override
    public void add(long[] a, int aOffset, long[] b, int bOffset, long[] c, int cOffset, int length) {
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            LongVector t = LongVector.fromArray(SPECIES, a, aOffset + i)
                    .sub(Mersenne61.P)
                    .add(LongVector.fromArray(SPECIES, b, bOffset + i));
            t.add(t.lanewise(VectorOperators.ASHR, 63).and(Mersenne61.P)).intoArray(c, cOffset + i);
        }
        super.add(a, aOffset + i, b, bOffset + i, c, cOffset + i, length - i);
    }

    @Override
    public void subtract(long[] a, int aOffset, long[] b, int bOffset, long[] c, int cOffset, int length) {
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            LongVector t =
                    LongVector.fromArray(SPECIES, a, aOffset + i).sub(LongVector.fromArray(SPECIES, b, bOffset + i));
            t.add(t.lanewise(VectorOperators.ASHR, 63).and(Mersenne61.P)).intoArray(c, cOffset + i);
        }
        super.subtract(a, aOffset + i, b, bOffset + i, c, cOffset + i, length - i);
    }

    @Override
    public void fromSigned(long[] signed, int signedOffset, long[] residues, int residuesOffset, int length) {
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            LongVector x = LongVector.fromArray(SPECIES, signed, signedOffset + i);
            LongVector t = x.and(Mersenne61.P).add(x.lanewise(VectorOperators.ASHR, 61));
            t = t.add(t.lanewise(VectorOperators.ASHR, 63).and(Mersenne61.P)).sub(Mersenne61.P);
            t.add(t.lanewise(VectorOperators.ASHR, 63).and(Mersenne61.P)).intoArray(residues, residuesOffset + i);
        }
        super.fromSigned(signed, signedOffset + i, residues, residuesOffset + i, length - i);
    }

    @Override
    public void toSigned(long[] residues, int residuesOffset, long[] signed, int signedOffset, int length) {
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            LongVector x = LongVector.fromArray(SPECIES, residues, residuesOffset + i);
            LongVector above =
                    LongVector.broadcast(SPECIES, Mersenne61.HALF).sub(x).lanewise(VectorOperators.ASHR, 63);
            x.sub(above.and(Mersenne61.P)).intoArray(signed, signedOffset + i);
        }
        super.toSigned(residues, residuesOffset + i, signed, signedOffset + i, length - i);
    }

    @Override
    public boolean isCanonical(long[] values, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, values.length);
        LongVector bad = LongVector.zero(SPECIES); // negative once a value is negative, p or more
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            LongVector x = LongVector.fromArray(SPECIES, values, offset + i);
            bad = ((LongVector) SHAPE.cast(bad))
                    .or(x)
                    .or(LongVector.broadcast(SPECIES, Mersenne61.P - 1).sub(x));
        }
        return ((LongVector) SHAPE.cast(bad)).reduceLanes(VectorOperators.OR) >= 0
                & super.isCanonical(values, offset + i, length - i);
    }
}
