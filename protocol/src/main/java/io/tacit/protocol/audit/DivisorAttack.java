package io.tacit.protocol.audit;

import io.tacit.protocol.popcorn.PublishedPlan;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * What a client of published popcorn makes of a masked value y = r a: a divides y, and since r has exactly
 * {@value PublishedPlan#FACTOR_BITS} bits, |a| is in |y| / 2^64 .. |y| / 2^63. All divisors there are candidates; there are few.
 */
final class DivisorAttack {
    private static final long WORD = 1L << Integer.SIZE;

    private DivisorAttack() {}

    /**
     * All that |a| can be.
     *
     * @param masked y, not zero, of at most 94 bits
     * @return increasing
     */
    static List<Long> candidates(BigInteger masked) {
        BigInteger absolute = masked.abs();
        long least = absolute.shiftRight(PublishedPlan.FACTOR_BITS).longValueExact() + 1;
        long most = absolute.shiftRight(PublishedPlan.FACTOR_BITS - 1).longValueExact();
        if (most >= WORD >> 1) {
            throw new IllegalArgumentException("a masked value of " + absolute.bitLength() + " bits");
        }
        long high = absolute.shiftRight(2 * Integer.SIZE).longValueExact();
        long middle = absolute.shiftRight(Integer.SIZE).longValue() & WORD - 1;
        long low = absolute.longValue() & WORD - 1;
        List<Long> candidates = new ArrayList<>();
        for (long a = least; a <= most; a++) { // schoolbook remainders, 32 bits at a time
            long rest = high % a;
            rest = (rest << Integer.SIZE | middle) % a;
            rest = (rest << Integer.SIZE | low) % a;
            if (rest == 0) {
                candidates.add(a);
            }
        }
        return candidates;
    }
}
