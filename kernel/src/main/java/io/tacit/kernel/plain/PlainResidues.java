package io.tacit.kernel.plain;

import io.tacit.kernel.NttPrime;
import io.tacit.kernel.ResidueArithmetic;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;

/** Residues one by one. */
public class PlainResidues implements ResidueArithmetic {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LOW_WORD = 0xFFFFFFFFL;

    @Override
    public void add(
            NttPrime prime, double[] a, int aOffset, double[] b, int bOffset, double[] c, int cOffset, int length) {
        double p = prime.value();
        double inverse = prime.inverse();
        for (int i = 0; i < length; i++) {
            c[cOffset + i] = Centred.reduce(a[aOffset + i] + b[bOffset + i], p, inverse);
        }
    }

    @Override
    public void subtract(
            NttPrime prime, double[] a, int aOffset, double[] b, int bOffset, double[] c, int cOffset, int length) {
        double p = prime.value();
        double inverse = prime.inverse();
        for (int i = 0; i < length; i++) {
            c[cOffset + i] = Centred.reduce(a[aOffset + i] - b[bOffset + i], p, inverse);
        }
    }

    @Override
    public void negate(double[] a, int aOffset, double[] c, int cOffset, int length) {
        for (int i = 0; i < length; i++) {
            c[cOffset + i] = 0 - a[aOffset + i]; // and not -a, which makes a negative zero of zero
        }
    }

    @Override
    public void multiply(
            NttPrime prime, double[] a, int aOffset, double[] b, int bOffset, double[] c, int cOffset, int length) {
        double p = prime.value();
        double inverse = prime.inverse();
        for (int i = 0; i < length; i++) {
            double product = Centred.productOf(a[aOffset + i], b[bOffset + i], p, inverse);
            c[cOffset + i] = Centred.reduce(product, p, inverse);
        }
    }

    @Override
    public void multiplyAdd(
            NttPrime prime, double[] a, int aOffset, double[] b, int bOffset, double[] sum, int sumOffset, int length) {
        double p = prime.value();
        double inverse = prime.inverse();
        for (int i = 0; i < length; i++) {
            sum[sumOffset + i] += Centred.productOf(a[aOffset + i], b[bOffset + i], p, inverse);
        }
    }

    @Override
    public void scale(NttPrime prime, double factor, double[] a, int aOffset, double[] c, int cOffset, int length) {
        double p = prime.value();
        double inverse = prime.inverse();
        double ratio = factor / p;
        for (int i = 0; i < length; i++) {
            c[cOffset + i] = Centred.reduce(Centred.product(a[aOffset + i], factor, ratio, p), p, inverse);
        }
    }

    @Override
    public void reduce(NttPrime prime, double[] a, int aOffset, double[] c, int cOffset, int length) {
        double p = prime.value();
        double inverse = prime.inverse();
        for (int i = 0; i < length; i++) {
            c[cOffset + i] = Centred.reduce(a[aOffset + i], p, inverse);
        }
    }

    /** The factor of high words, centred. */
    protected static double highWordFactor(NttPrime prime) {
        long residue = (1L << Integer.SIZE) % prime.value();
        return residue > prime.half() ? residue - prime.value() : residue;
    }

    @Override
    public void fromSigned(
            NttPrime prime, long[] integers, int integersOffset, double[] residues, int residuesOffset, int length) {
        double p = prime.value();
        double inverse = prime.inverse();
        double factor = highWordFactor(prime);
        double ratio = factor / p;
        for (int i = 0; i < length; i++) {
            long integer = integers[integersOffset + i];
            double high = Centred.product(integer >> Integer.SIZE, factor, ratio, p);
            residues[residuesOffset + i] = Centred.reduce(high + (integer & LOW_WORD), p, inverse);
        }
    }

    @Override
    public void toSigned(double[] residues, int residuesOffset, long[] integers, int integersOffset, int length) {
        for (int i = 0; i < length; i++) {
            integers[integersOffset + i] = (long) residues[residuesOffset + i];
        }
    }

    @Override
    public void toUnsigned(
            NttPrime prime, double[] residues, int residuesOffset, long[] integers, int integersOffset, int length) {
        long p = prime.value();
        for (int i = 0; i < length; i++) {
            long residue = (long) residues[residuesOffset + i];
            integers[integersOffset + i] = residue + (p & (residue >> 63));
        }
    }

    @Override
    public boolean isCanonical(NttPrime prime, long[] integers, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, integers.length);
        long greatest = prime.value() - 1;
        long bad = 0; // negative once a value is negative or p
        for (int i = 0; i < length; i++) {
            long value = integers[offset + i];
            bad |= value | (greatest - value);
        }
        return bad >= 0;
    }

    @Override
    public int uniform(NttPrime prime, byte[] stream, int streamOffset, double[] out, int outOffset, int words) {
        Objects.checkFromIndexSize(outOffset, words, out.length);
        long p = prime.value();
        long half = prime.half();
        long mask = -1L >>> (Long.SIZE - prime.bits());
        int kept = 0;
        for (int i = 0; i < words; i++) {
            long candidate = (long) LONG.get(stream, streamOffset + i * WORD_BYTES) & mask;
            out[outOffset + kept] = candidate - half;
            kept += (int) ((candidate - p) >>> 63);
        }
        return kept;
    }

    @Override
    public void centredBinomial(byte[] stream, int streamOffset, double[] out, int outOffset, int length) {
        long mask = -1L >>> (Long.SIZE - BINOMIAL_BITS);
        for (int i = 0; i < length; i++) {
            long bits = (long) LONG.get(stream, streamOffset + i * WORD_BYTES) & mask;
            out[outOffset + i] = Long.bitCount(bits) - BINOMIAL_BOUND;
        }
    }

    @Override
    public int ternary(byte[] stream, int streamOffset, double[] out, int outOffset, int candidates) {
        Objects.checkFromIndexSize(outOffset, candidates, out.length);
        int kept = 0;
        for (int i = 0; i < candidates; i++) {
            int at = streamOffset + i * TERNARY_BYTES;
            int candidate = (stream[at] & 0xFF) | (stream[at + 1] & 0xFF) << Byte.SIZE;
            out[outOffset + kept] = ((3 * candidate + 2) >>> Short.SIZE) - 1; // thirds of 21845
            kept += (candidate - 0xFFFF) >>> 31;
        }
        return kept;
    }
}
