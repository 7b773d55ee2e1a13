package io.tacit.model.integer;

import java.math.BigInteger;

/**
 * A proven interval: no input of the network can produce a value outside it.
 *
 * @param low least possible value
 * @param high largest possible value
 */
public record Range(BigInteger low, BigInteger high) {

    public Range {
        if (low.compareTo(high) > 0) {
            throw new IllegalArgumentException("empty range " + low + ".." + high);
        }
    }

    public static Range of(long low, long high) {
        return new Range(BigInteger.valueOf(low), BigInteger.valueOf(high));
    }

    /** Bits of the smallest two's complement word that holds every value of the range, sign bit included. */
    public int signedBits() {
        return Math.max(low.bitLength(), high.bitLength()) + 1;
    }

    /** Largest absolute value. */
    public BigInteger magnitude() {
        return low.abs().max(high.abs());
    }

    /** Whether every value fits an {@code int}. */
    public boolean fitsInt() {
        return signedBits() <= Integer.SIZE;
    }

    /** Whether every value fits a {@code long}. */
    public boolean fitsLong() {
        return signedBits() <= Long.SIZE;
    }

    /** The smallest interval that holds both. */
    public Range union(Range other) {
        return new Range(low.min(other.low), high.max(other.high));
    }

    /** This interval, widened to hold zero: what a window that reaches into zero padding sees. */
    public Range withZero() {
        return new Range(low.min(BigInteger.ZERO), high.max(BigInteger.ZERO));
    }

    @Override
    public String toString() {
        return low + ".." + high;
    }
}
