package io.tacit.crypto.paillier;

/**
 * Makes N-th residues rho^N modulo N^2, the randomness of ciphertexts. Which kind suits whom:
 *
 * <ul>
 *   <li>the key's holder: {@link KeyHolderRandomizers}, exactly uniform and the fastest;
 *   <li>who encrypts for a holder and is to be protected from everybody else only: {@link FixedBaseRandomizers#shortExponents};
 *   <li>who computes on ciphertexts and must hide from the <em>holder</em> what was computed:
 *       {@link FixedBaseRandomizers#statistical}, or {@link UniformRandomizers} where the key's primes may not be safe.
 * </ul>
 *
 * <p>Sources are used by one thread at a time.
 */
public sealed interface RandomizerSource extends AutoCloseable
        permits KeyHolderRandomizers, FixedBaseRandomizers, UniformRandomizers {

    PublicKey key();

    /** Fresh N-th residues in Montgomery form. */
    long[] next(int count);

    /** Wipes what is secret; the source is not used afterwards. */
    @Override
    void close();
}
