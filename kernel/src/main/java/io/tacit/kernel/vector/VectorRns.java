package io.tacit.kernel.vector;

import io.tacit.kernel.NttPrime;
import io.tacit.kernel.RnsBasis;
import io.tacit.kernel.RnsScale;
import io.tacit.kernel.plain.PlainRns;
import java.util.Arrays;
import java.util.Objects;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorSpecies;

/** Changes of modulus in double lanes, a prime at a time on pieces that stay in the first cache; products as in {@link VectorTransform}. */
final class VectorRns extends PlainRns {
    private static final VectorSpecies<Double> SPECIES = DoubleMicroKernel.SPECIES;
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final Class<? extends Vector<Double>> SHAPE = SPECIES.vectorType();
    private static final Class<? extends Vector<Long>> LONG_SHAPE = LONGS.vectorType();
    private static final int LANES = SPECIES.length();
    private static final double SHIFTER = 0x1.8p52;
    private static final long SHIFTER_BITS = Double.doubleToRawLongBits(SHIFTER);

    /** Values in a piece, a multiple of every number of lanes. */
    private static final int PIECE = 512;

    /** Remainders of wider rings do not fit a double. */
    private static final int MAX_RING_BITS = 52;

    @Override
    public void encode(
            RnsScale scale,
            long[] integers,
            int integersOffset,
            double[] residues,
            int offset,
            int stride,
            int length) {
        int whole = scale.ringBits() <= MAX_RING_BITS ? length - length % LANES : 0;
        double[] remainders = new double[Math.min(whole, PIECE)];
        for (int from = 0; from < whole; from += PIECE) {
            int piece = Math.min(PIECE, whole - from);
            remainders(scale, integers, integersOffset + from, remainders, piece);
            for (int limb = 0; limb < scale.basis().size(); limb++) {
                multiply(
                        scale.basis().prime(limb),
                        scale.encodeFactor(limb),
                        remainders,
                        residues,
                        offset + limb * stride + from,
                        piece);
            }
        }
        super.encode(scale, integers, integersOffset + whole, residues, offset + whole, stride, length - whole);
    }

    private static void remainders(RnsScale scale, long[] integers, int offset, double[] remainders, int length) {
        DoubleVector shifter = DoubleVector.broadcast(SPECIES, SHIFTER);
        LongVector modulus = LongVector.broadcast(LONGS, scale.basis().modulus().longValue());
        long halfRing = 1L << (scale.ringBits() - 1);
        LongVector half = LongVector.broadcast(LONGS, halfRing);
        LongVector mask = LongVector.broadcast(LONGS, 2 * halfRing - 1);
        LongVector base = LongVector.broadcast(LONGS, halfRing + SHIFTER_BITS);
        for (int i = 0; i < length; i += LANES) {
            LongVector remainder = LongVector.fromArray(LONGS, integers, offset + i)
                    .mul(modulus)
                    .add(half)
                    .and(mask);
            ((DoubleVector) SHAPE.cast(
                            base.sub(remainder).reinterpretAsDoubles().sub(shifter)))
                    .intoArray(remainders, i);
        }
    }

    private static void multiply(
            NttPrime prime, double factor, double[] values, double[] residues, int offset, int length) {
        DoubleVector shifter = DoubleVector.broadcast(SPECIES, SHIFTER);
        DoubleVector p = DoubleVector.broadcast(SPECIES, prime.value());
        DoubleVector minusP = DoubleVector.broadcast(SPECIES, -(double) prime.value());
        DoubleVector inverse = DoubleVector.broadcast(SPECIES, prime.inverse());
        DoubleVector w = DoubleVector.broadcast(SPECIES, factor);
        DoubleVector v = DoubleVector.broadcast(SPECIES, factor / prime.value());
        for (int i = 0; i < length; i += LANES) {
            DoubleVector y = DoubleVector.fromArray(SPECIES, values, i);
            DoubleVector k = y.fma(v, shifter).sub(shifter);
            DoubleVector t = k.mul(minusP);
            DoubleVector r = y.fma(w, t).sub(k.fma(p, t));
            ((DoubleVector) SHAPE.cast(shifter.sub(r.fma(inverse, shifter)).fma(p, r))).intoArray(residues, offset + i);
        }
    }

    @Override
    public void decode(
            RnsScale scale,
            double[] residues,
            int offset,
            int stride,
            long[] integers,
            int integersOffset,
            int length) {
        Objects.checkFromIndexSize(integersOffset, length, integers.length);
        int whole = length - length % LANES;
        double[] fractions = new double[Math.min(whole, PIECE)];
        for (int from = 0; from < whole; from += PIECE) {
            int piece = Math.min(PIECE, whole - from);
            Arrays.fill(fractions, 0, piece, 0);
            Arrays.fill(integers, integersOffset + from, integersOffset + from + piece, 0);
            for (int limb = 0; limb < scale.basis().size(); limb++) {
                addLimb(
                        scale,
                        limb,
                        residues,
                        offset + limb * stride + from,
                        fractions,
                        integers,
                        integersOffset + from,
                        piece);
            }
            round(scale.ringBits(), fractions, integers, integersOffset + from, piece);
        }
        super.decode(scale, residues, offset + whole, stride, integers, integersOffset + whole, length - whole);
    }

    private static void addLimb(
            RnsScale scale,
            int limb,
            double[] residues,
            int offset,
            double[] fractions,
            long[] integers,
            int integersOffset,
            int length) {
        NttPrime prime = scale.basis().prime(limb);
        double factor = scale.decodeFactor(limb);
        DoubleVector shifter = DoubleVector.broadcast(SPECIES, SHIFTER);
        DoubleVector p = DoubleVector.broadcast(SPECIES, prime.value());
        DoubleVector minusP = DoubleVector.broadcast(SPECIES, -(double) prime.value());
        DoubleVector inverse = DoubleVector.broadcast(SPECIES, prime.inverse());
        DoubleVector w = DoubleVector.broadcast(SPECIES, factor);
        DoubleVector v = DoubleVector.broadcast(SPECIES, factor / prime.value());
        LongVector minusInverse = LongVector.broadcast(LONGS, scale.minusInverse(limb));
        for (int i = 0; i < length; i += LANES) {
            DoubleVector y = DoubleVector.fromArray(SPECIES, residues, offset + i);
            DoubleVector k = y.fma(v, shifter).sub(shifter);
            DoubleVector t = k.mul(minusP);
            DoubleVector r = y.fma(w, t).sub(k.fma(p, t));
            DoubleVector z = shifter.sub(r.fma(inverse, shifter)).fma(p, r);
            ((DoubleVector) SHAPE.cast(
                            DoubleVector.fromArray(SPECIES, fractions, i).add(z.mul(inverse))))
                    .intoArray(fractions, i);
            ((LongVector) LONG_SHAPE.cast(LongVector.fromArray(LONGS, integers, integersOffset + i)
                            .add(z.add(shifter)
                                    .reinterpretAsLongs()
                                    .sub(SHIFTER_BITS)
                                    .mul(minusInverse))))
                    .intoArray(integers, integersOffset + i);
        }
    }

    private static void round(int ringBits, double[] fractions, long[] integers, int integersOffset, int length) {
        DoubleVector shifter = DoubleVector.broadcast(SPECIES, SHIFTER);
        LongVector mask = LongVector.broadcast(LONGS, (1L << ringBits) - 1);
        for (int i = 0; i < length; i += LANES) {
            LongVector rounded = DoubleVector.fromArray(SPECIES, fractions, i)
                    .add(shifter)
                    .reinterpretAsLongs()
                    .sub(SHIFTER_BITS);
            ((LongVector) LONG_SHAPE.cast(LongVector.fromArray(LONGS, integers, integersOffset + i)
                            .add(rounded)
                            .and(mask)))
                    .intoArray(integers, integersOffset + i);
        }
    }

    @Override
    public void dropLast(RnsBasis basis, double[] residues, int offset, int stride, int length) {
        int whole = length - length % LANES;
        int last = offset + (basis.size() - 1) * stride;
        for (int limb = 0; limb < basis.size() - 1; limb++) {
            drop(basis.prime(limb), basis.dropFactor(limb), residues, offset + limb * stride, last, whole);
        }
        super.dropLast(basis, residues, offset + whole, stride, length - whole);
    }

    private static void drop(NttPrime prime, double factor, double[] residues, int offset, int lastOffset, int length) {
        DoubleVector shifter = DoubleVector.broadcast(SPECIES, SHIFTER);
        DoubleVector p = DoubleVector.broadcast(SPECIES, prime.value());
        DoubleVector minusP = DoubleVector.broadcast(SPECIES, -(double) prime.value());
        DoubleVector inverse = DoubleVector.broadcast(SPECIES, prime.inverse());
        DoubleVector w = DoubleVector.broadcast(SPECIES, factor);
        DoubleVector v = DoubleVector.broadcast(SPECIES, factor / prime.value());
        for (int i = 0; i < length; i += LANES) {
            DoubleVector y = DoubleVector.fromArray(SPECIES, residues, offset + i)
                    .sub(DoubleVector.fromArray(SPECIES, residues, lastOffset + i));
            DoubleVector k = y.fma(v, shifter).sub(shifter);
            DoubleVector t = k.mul(minusP);
            DoubleVector r = y.fma(w, t).sub(k.fma(p, t));
            ((DoubleVector) SHAPE.cast(shifter.sub(r.fma(inverse, shifter)).fma(p, r))).intoArray(residues, offset + i);
        }
    }
}
