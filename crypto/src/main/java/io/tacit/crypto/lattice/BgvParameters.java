package io.tacit.crypto.lattice;

import io.tacit.kernel.NttPrime;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A chain of moduli for BGV: level k is the product of the first k primes; relinearisation at level k computes modulo
 * level k times one special prime. Several plaintext primes share the chain and the keys. Immutable.
 *
 * <p>Security guarantee: the whole modulus, special prime included, is within {@link SecurityLevel#maxModulusBits}.
 * Whether a computation decrypts is not said here: {@link BgvBound} computes it.
 */
public final class BgvParameters {
    private final RingParameters keys;
    private final int chain;
    private final RnsRing[] extended;
    private final BgvLevel[][] levels;

    /**
     * @param degree N
     * @param chain different primes, 1 modulo 2N; level k has the first k
     * @param special another, the one relinearisation divides by
     * @param plaintextPrimes different primes, 1 modulo 2N, each below half of every prime of the chain
     * @throws IllegalArgumentException if any of these does not hold, or the whole modulus is too large for the level
     */
    public BgvParameters(
            SecurityLevel level, int degree, List<NttPrime> chain, NttPrime special, List<NttPrime> plaintextPrimes) {
        for (NttPrime t : plaintextPrimes) {
            boolean small = chain.stream().allMatch(prime -> t.value() < prime.half());
            if (t.value() % (2L * degree) != 1 || !small || t.value() >= special.half()) {
                throw new IllegalArgumentException("the plaintext prime " + t + " is not 1 modulo " + 2 * degree
                        + " or not below half of each prime of the chain");
            }
        }
        if (plaintextPrimes.stream().distinct().count() != plaintextPrimes.size()) {
            throw new IllegalArgumentException("a plaintext prime stands twice");
        }
        List<NttPrime> all = new ArrayList<>(chain);
        all.add(special);
        this.keys = new RingParameters(level, degree, all);
        this.chain = chain.size();
        this.extended = new RnsRing[chain.size() + 1];
        this.levels = new BgvLevel[plaintextPrimes.size()][chain.size() + 1];
        for (int limbs = 1; limbs <= chain.size(); limbs++) {
            int[] kept = IntStream.range(0, limbs).toArray();
            RnsRing part = keys.ring().part(kept);
            extended[limbs] = keys.ring()
                    .part(IntStream.concat(IntStream.of(kept), IntStream.of(chain.size()))
                            .toArray());
            for (int i = 0; i < plaintextPrimes.size(); i++) {
                levels[i][limbs] = new BgvLevel(level, part, plaintextPrimes.get(i));
            }
        }
    }

    /** The ring of the secret key: all primes, the special one last. */
    public RingParameters keys() {
        return keys;
    }

    /** Levels: primes of the chain. */
    public int chain() {
        return chain;
    }

    public int plaintextPrimes() {
        return levels.length;
    }

    /** Level {@code limbs}, 1 or more, for plaintext prime {@code plaintext}, from 0 on. */
    public BgvLevel level(int limbs, int plaintext) {
        if (limbs < 1 || limbs > chain) {
            throw new IllegalArgumentException("level " + limbs + " of a chain of " + chain + " primes");
        }
        return levels[plaintext][limbs];
    }

    /** Level {@code limbs} and the special prime, which stands last. */
    RnsRing extended(int limbs) {
        return extended[limbs];
    }

    /** The special prime. */
    NttPrime special() {
        return keys.primes().get(chain);
    }

    /**
     * What a plaintext has been divided by, modulo its prime, when its ciphertext comes from one level to a lower one: the
     * primes that went.
     */
    public long dropped(int plaintext, int from, int to) {
        BigInteger t = BigInteger.valueOf(levels[plaintext][1].plaintextPrime().value());
        BigInteger product = BigInteger.ONE;
        for (NttPrime prime : keys.primes().subList(to, from)) {
            product = product.multiply(BigInteger.valueOf(prime.value())).mod(t);
        }
        return product.longValueExact();
    }

    @Override
    public String toString() {
        return levels[0][chain] + ", special prime of " + special().bits() + " bits";
    }
}
