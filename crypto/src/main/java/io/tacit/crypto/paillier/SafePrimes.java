package io.tacit.crypto.paillier;

import io.tacit.crypto.random.Prg;
import java.math.BigInteger;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * Safe primes p = 2 p' + 1, p' prime. Windows of candidates from random places are sieved for small divisors of p and of
 * p', the rest tested to base 2 and then with {@value #ROUNDS} rounds of Miller and Rabin to random bases, which a composite
 * passes with probability below 2^-128 (each round passes one in four at most). Variable-time; what leaks is about
 * candidates that were thrown away, and how many there were.
 */
final class SafePrimes {
    private static final int ROUNDS = 64;
    private static final int SIEVE_LIMIT = 1 << 19;
    private static final int WINDOW = 1 << 16;

    /** Every safe prime above 7 is 11 modulo 12. */
    private static final BigInteger STEP = BigInteger.valueOf(12);

    private SafePrimes() {}

    /** A safe prime of exactly {@code bits} bits whose two highest bits are set: products of two have exactly twice as many. */
    static BigInteger generate(int bits, Prg generator) {
        int[] smallPrimes = primesBelow(SIEVE_LIMIT);
        while (true) {
            BigInteger start = Draw.bits(bits, generator).setBit(bits - 1).setBit(bits - 2);
            start = start.subtract(start.mod(STEP)).add(BigInteger.valueOf(11));
            BitSet composite = sieve(start, smallPrimes);
            for (int t = composite.nextClearBit(0); t < WINDOW; t = composite.nextClearBit(t + 1)) {
                BigInteger candidate = start.add(STEP.multiply(BigInteger.valueOf(t)));
                BigInteger half = candidate.shiftRight(1);
                if (candidate.bitLength() == bits
                        && passes(half, BigInteger.TWO)
                        && passes(candidate, BigInteger.TWO)
                        && isPrime(half, generator)
                        && isPrime(candidate, generator)) {
                    return candidate;
                }
            }
        }
    }

    /** Whether a number passes {@value #ROUNDS} rounds of Miller and Rabin; it is odd and above 3. */
    static boolean isPrime(BigInteger number, Prg generator) {
        for (int round = 0; round < ROUNDS; round++) {
            BigInteger base = Draw.below(number.subtract(BigInteger.valueOf(3)), generator)
                    .add(BigInteger.TWO);
            if (!passes(number, base)) {
                return false;
            }
        }
        return true;
    }

    /** One round of Miller and Rabin. */
    private static boolean passes(BigInteger number, BigInteger base) {
        BigInteger minusOne = number.subtract(BigInteger.ONE);
        int twos = minusOne.getLowestSetBit();
        BigInteger power = base.modPow(minusOne.shiftRight(twos), number);
        boolean good = power.equals(BigInteger.ONE) || power.equals(minusOne);
        for (int i = 1; i < twos && !good; i++) {
            power = power.multiply(power).mod(number);
            good = power.equals(minusOne);
        }
        return good;
    }

    /** Bit t is set if start + 12 t or half of it has a small divisor. */
    private static BitSet sieve(BigInteger start, int[] primes) {
        BitSet composite = new BitSet(WINDOW);
        for (int prime : primes) {
            if (prime < 5) {
                continue;
            }
            int residue = start.mod(BigInteger.valueOf(prime)).intValue();
            long inverse =
                    BigInteger.valueOf(12).modInverse(BigInteger.valueOf(prime)).longValue();
            // p is 0, or p' = (p - 1) / 2 is 0
            mark(composite, prime, (int) ((prime - residue) * inverse % prime));
            mark(composite, prime, (int) ((prime - residue + 1) * inverse % prime));
        }
        return composite;
    }

    private static void mark(BitSet composite, int prime, int first) {
        for (int t = first; t < WINDOW; t += prime) {
            composite.set(t);
        }
    }

    /** All primes below a limit. */
    static int[] primesBelow(int limit) {
        BitSet composite = new BitSet(limit);
        for (int i = 2; (long) i * i < limit; i++) {
            if (!composite.get(i)) {
                for (int j = i * i; j < limit; j += i) {
                    composite.set(j);
                }
            }
        }
        return IntStream.range(2, limit).filter(i -> !composite.get(i)).toArray();
    }
}
