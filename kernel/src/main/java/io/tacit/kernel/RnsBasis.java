package io.tacit.kernel;

import java.math.BigInteger;
import java.util.List;

/** A residue number system: distinct primes and their product q. Immutable. */
public final class RnsBasis {
    public static final int MAX_PRIMES = 16;

    private final List<NttPrime> primes;
    private final BigInteger modulus;
    private final double[] dropFactors;

    /** @param primes distinct, from 1 to {@link #MAX_PRIMES} of them */
    public RnsBasis(List<NttPrime> primes) {
        if (primes.isEmpty()
                || primes.size() > MAX_PRIMES
                || primes.stream().distinct().count() != primes.size()) {
            throw new IllegalArgumentException("not 1 to " + MAX_PRIMES + " distinct primes: " + primes);
        }
        this.primes = List.copyOf(primes);
        BigInteger product = BigInteger.ONE;
        for (NttPrime prime : primes) {
            product = product.multiply(BigInteger.valueOf(prime.value()));
        }
        modulus = product;
        BigInteger last = BigInteger.valueOf(last().value());
        dropFactors = new double[primes.size() - 1];
        for (int i = 0; i < dropFactors.length; i++) {
            NttPrime prime = primes.get(i);
            dropFactors[i] = prime.centred(last.modInverse(BigInteger.valueOf(prime.value())));
        }
    }

    /** The primes, in the order of the residues. */
    public List<NttPrime> primes() {
        return primes;
    }

    /** Number of primes. */
    public int size() {
        return primes.size();
    }

    /** Prime {@code limb}. */
    public NttPrime prime(int limb) {
        return primes.get(limb);
    }

    /** The last prime, the one that is dropped. */
    public NttPrime last() {
        return primes.get(primes.size() - 1);
    }

    /** q. */
    public BigInteger modulus() {
        return modulus;
    }

    /** The system without the last prime; there must be two or more. */
    public RnsBasis withoutLast() {
        return new RnsBasis(primes.subList(0, primes.size() - 1));
    }

    /** 1 / (the last prime) modulo prime {@code limb}, centred. */
    public double dropFactor(int limb) {
        return dropFactors[limb];
    }
}
