package io.tacit.kernel.vector;

import io.tacit.kernel.NttPrime;
import io.tacit.kernel.plain.PlainResidues;
import java.util.Objects;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Residues in double lanes; products as in {@link VectorTransform}. Values that do not fill a vector are left to the plain
 * loops, and so are counts of bits, which the processor has an instruction for in scalars but not always in lanes.
 */
final class VectorResidues extends PlainResidues {
    private static final VectorSpecies<Double> SPECIES = DoubleMicroKernel.SPECIES;
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_PREFERRED;
    private static final Class<? extends Vector<Double>> SHAPE = SPECIES.vectorType();
    private static final Class<? extends Vector<Long>> LONG_SHAPE = LONGS.vectorType();
    private static final int LANES = SPECIES.length();

    /** 1.5 * 2^52 and its bits: adding the bits to an integer up to 2^51 makes a double that exceeds it by 1.5 * 2^52. */
    private static final double SHIFTER = 0x1.8p52;

    private static final long SHIFTER_BITS = Double.doubleToRawLongBits(SHIFTER);
    private static final long LOW_WORD = 0xFFFFFFFFL;

    @Override
    public void add(
            NttPrime prime, double[] a, int aOffset, double[] b, int bOffset, double[] c, int cOffset, int length) {
        DoubleVector shifter = DoubleVector.broadcast(SPECIES, SHIFTER);
        DoubleVector p = DoubleVector.broadcast(SPECIES, prime.value());
        DoubleVector inverse = DoubleVector.broadcast(SPECIES, prime.inverse());
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            DoubleVector y = DoubleVector.fromArray(SPECIES, a, aOffset + i)
                    .add(DoubleVector.fromArray(SPECIES, b, bOffset + i));
            ((DoubleVector) SHAPE.cast(shifter.sub(y.fma(inverse, shifter)).fma(p, y))).intoArray(c, cOffset + i);
        }
        super.add(prime, a, aOffset + i, b, bOffset + i, c, cOffset + i, length - i);
    }

    @Override
    public void subtract(
            NttPrime prime, double[] a, int aOffset, double[] b, int bOffset, double[] c, int cOffset, int length) {
        DoubleVector shifter = DoubleVector.broadcast(SPECIES, SHIFTER);
        DoubleVector p = DoubleVector.broadcast(SPECIES, prime.value());
        DoubleVector inverse = DoubleVector.broadcast(SPECIES, prime.inverse());
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            DoubleVector y = DoubleVector.fromArray(SPECIES, a, aOffset + i)
                    .sub(DoubleVector.fromArray(SPECIES, b, bOffset + i));
            ((DoubleVector) SHAPE.cast(shifter.sub(y.fma(inverse, shifter)).fma(p, y))).intoArray(c, cOffset + i);
        }
        super.subtract(prime, a, aOffset + i, b, bOffset + i, c, cOffset + i, length - i);
    }

    @Override
    public void multiply(
            NttPrime prime, double[] a, int aOffset, double[] b, int bOffset, double[] c, int cOffset, int length) {
        DoubleVector shifter = DoubleVector.broadcast(SPECIES, SHIFTER);
        DoubleVector p = DoubleVector.broadcast(SPECIES, prime.value());
        DoubleVector inverse = DoubleVector.broadcast(SPECIES, prime.inverse());
        DoubleVector minusP = DoubleVector.broadcast(SPECIES, -(double) prime.value());
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            DoubleVector y = DoubleVector.fromArray(SPECIES, a, aOffset + i);
            DoubleVector w = DoubleVector.fromArray(SPECIES, b, bOffset + i);
            DoubleVector k = y.mul(w).fma(inverse, shifter).sub(shifter);
            DoubleVector t = k.mul(minusP);
            DoubleVector r = y.fma(w, t).sub(k.fma(p, t));
            ((DoubleVector) SHAPE.cast(shifter.sub(r.fma(inverse, shifter)).fma(p, r))).intoArray(c, cOffset + i);
        }
        super.multiply(prime, a, aOffset + i, b, bOffset + i, c, cOffset + i, length - i);
    }

    @Override
    public void multiplyAdd(
            NttPrime prime, double[] a, int aOffset, double[] b, int bOffset, double[] sum, int sumOffset, int length) {
        DoubleVector shifter = DoubleVector.broadcast(SPECIES, SHIFTER);
        DoubleVector p = DoubleVector.broadcast(SPECIES, prime.value());
        DoubleVector inverse = DoubleVector.broadcast(SPECIES, prime.inverse());
        DoubleVector minusP = DoubleVector.broadcast(SPECIES, -(double) prime.value());
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            DoubleVector y = DoubleVector.fromArray(SPECIES, a, aOffset + i);
            DoubleVector w = DoubleVector.fromArray(SPECIES, b, bOffset + i);
            DoubleVector k = y.mul(w).fma(inverse, shifter).sub(shifter);
            DoubleVector t = k.mul(minusP);
            DoubleVector r = y.fma(w, t).sub(k.fma(p, t));
            ((DoubleVector) SHAPE.cast(
                            DoubleVector.fromArray(SPECIES, sum, sumOffset + i).add(r)))
                    .intoArray(sum, sumOffset + i);
        }
        super.multiplyAdd(prime, a, aOffset + i, b, bOffset + i, sum, sumOffset + i, length - i);
    }

    @Override
    public void scale(NttPrime prime, double factor, double[] a, int aOffset, double[] c, int cOffset, int length) {
        DoubleVector shifter = DoubleVector.broadcast(SPECIES, SHIFTER);
        DoubleVector p = DoubleVector.broadcast(SPECIES, prime.value());
        DoubleVector inverse = DoubleVector.broadcast(SPECIES, prime.inverse());
        DoubleVector minusP = DoubleVector.broadcast(SPECIES, -(double) prime.value());
        DoubleVector w = DoubleVector.broadcast(SPECIES, factor);
        DoubleVector v = DoubleVector.broadcast(SPECIES, factor / prime.value());
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            DoubleVector y = DoubleVector.fromArray(SPECIES, a, aOffset + i);
            DoubleVector k = y.fma(v, shifter).sub(shifter);
            DoubleVector t = k.mul(minusP);
            DoubleVector r = y.fma(w, t).sub(k.fma(p, t));
            ((DoubleVector) SHAPE.cast(shifter.sub(r.fma(inverse, shifter)).fma(p, r))).intoArray(c, cOffset + i);
        }
        super.scale(prime, factor, a, aOffset + i, c, cOffset + i, length - i);
    }

    @Override
    public void reduce(NttPrime prime, double[] a, int aOffset, double[] c, int cOffset, int length) {
        DoubleVector shifter = DoubleVector.broadcast(SPECIES, SHIFTER);
        DoubleVector p = DoubleVector.broadcast(SPECIES, prime.value());
        DoubleVector inverse = DoubleVector.broadcast(SPECIES, prime.inverse());
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            DoubleVector y = DoubleVector.fromArray(SPECIES, a, aOffset + i);
            ((DoubleVector) SHAPE.cast(shifter.sub(y.fma(inverse, shifter)).fma(p, y))).intoArray(c, cOffset + i);
        }
        super.reduce(prime, a, aOffset + i, c, cOffset + i, length - i);
    }

    @Override
    public void fromSigned(
            NttPrime prime, long[] integers, int integersOffset, double[] residues, int residuesOffset, int length) {
        double factor = highWordFactor(prime);
        DoubleVector shifter = DoubleVector.broadcast(SPECIES, SHIFTER);
        DoubleVector p = DoubleVector.broadcast(SPECIES, prime.value());
        DoubleVector inverse = DoubleVector.broadcast(SPECIES, prime.inverse());
        DoubleVector minusP = DoubleVector.broadcast(SPECIES, -(double) prime.value());
        DoubleVector w = DoubleVector.broadcast(SPECIES, factor);
        DoubleVector v = DoubleVector.broadcast(SPECIES, factor / prime.value());
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            LongVector integer = LongVector.fromArray(LONGS, integers, integersOffset + i);
            DoubleVector y = integer.lanewise(VectorOperators.ASHR, Integer.SIZE)
                    .add(SHIFTER_BITS)
                    .reinterpretAsDoubles()
                    .sub(shifter);
            DoubleVector low = integer.and(LOW_WORD)
                    .add(SHIFTER_BITS)
                    .reinterpretAsDoubles()
                    .sub(shifter);
            DoubleVector k = y.fma(v, shifter).sub(shifter);
            DoubleVector t = k.mul(minusP);
            DoubleVector r = y.fma(w, t).sub(k.fma(p, t)).add(low);
            ((DoubleVector) SHAPE.cast(shifter.sub(r.fma(inverse, shifter)).fma(p, r)))
                    .intoArray(residues, residuesOffset + i);
        }
        super.fromSigned(prime, integers, integersOffset + i, residues, residuesOffset + i, length - i);
    }

    @Override
    public void toSigned(double[] residues, int residuesOffset, long[] integers, int integersOffset, int length) {
        DoubleVector shifter = DoubleVector.broadcast(SPECIES, SHIFTER);
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            ((LongVector) LONG_SHAPE.cast(DoubleVector.fromArray(SPECIES, residues, residuesOffset + i)
                            .add(shifter)
                            .reinterpretAsLongs()
                            .sub(SHIFTER_BITS)))
                    .intoArray(integers, integersOffset + i);
        }
        super.toSigned(residues, residuesOffset + i, integers, integersOffset + i, length - i);
    }

    @Override
    public void toUnsigned(
            NttPrime prime, double[] residues, int residuesOffset, long[] integers, int integersOffset, int length) {
        DoubleVector shifter = DoubleVector.broadcast(SPECIES, SHIFTER);
        LongVector p = LongVector.broadcast(LONGS, prime.value());
        int i = 0;
        for (; i < length - (LANES - 1); i += LANES) {
            LongVector residue = DoubleVector.fromArray(SPECIES, residues, residuesOffset + i)
                    .add(shifter)
                    .reinterpretAsLongs()
                    .sub(SHIFTER_BITS);
            ((LongVector) LONG_SHAPE.cast(residue.add(residue.lanewise(VectorOperators.ASHR, Long.SIZE - 1)
                            .and(p))))
                    .intoArray(integers, integersOffset + i);
        }
        super.toUnsigned(prime, residues, residuesOffset + i, integers, integersOffset + i, length - i);
    }

    /** All are written where they stand if none is rejected, else from the start again, one by one. */
    @Override
    public int uniform(NttPrime prime, byte[] stream, int streamOffset, double[] out, int outOffset, int words) {
        Objects.checkFromIndexSize(outOffset, words, out.length);
        int whole = words - words % LANES;
        if (someRejected(prime, stream, streamOffset, out, outOffset, whole)) {
            return super.uniform(prime, stream, streamOffset, out, outOffset, words);
        }
        return whole
                + super.uniform(
                        prime, stream, streamOffset + whole * WORD_BYTES, out, outOffset + whole, words - whole);
    }

    private static boolean someRejected(
            NttPrime prime, byte[] stream, int streamOffset, double[] out, int outOffset, int words) {
        DoubleVector shifter = DoubleVector.broadcast(SPECIES, SHIFTER);
        LongVector greatest = LongVector.broadcast(LONGS, prime.value() - 1);
        LongVector mask = LongVector.broadcast(LONGS, -1L >>> (Long.SIZE - prime.bits()));
        LongVector base = LongVector.broadcast(LONGS, SHIFTER_BITS - prime.half());
        LongVector bad = LongVector.zero(LONGS); // negative once a candidate is p or more
        for (int i = 0; i < words; i += LANES) {
            LongVector candidate = ByteVector.fromArray(BYTES, stream, streamOffset + i * WORD_BYTES)
                    .reinterpretAsLongs()
                    .and(mask);
            bad = ((LongVector) LONG_SHAPE.cast(bad)).or(greatest.sub(candidate));
            ((DoubleVector) SHAPE.cast(
                            candidate.add(base).reinterpretAsDoubles().sub(shifter)))
                    .intoArray(out, outOffset + i);
        }
        return ((LongVector) LONG_SHAPE.cast(bad)).reduceLanes(VectorOperators.OR) < 0;
    }
}
