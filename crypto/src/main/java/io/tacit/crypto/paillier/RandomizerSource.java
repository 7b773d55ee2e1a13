package io.tacit.crypto.paillier;

/**
 * Makes N-th residues rho^N modulo N^2, the randomness of ciphertexts. Which kind suits whom:
 *
 * <ul>
 *   <li>the key's holder: {@link KeyHolderRandomizers}, exactly uniform and the fastest;
 *   <li>who encrypts for a holder and is to be protected from everybody else only: {@link FixedBaseRandomizers#shortExponents};
 *   <li>who computes on ciphertexts and must hide from the <em>holder</em> what was computed: {@link UniformRandomizers} for
 *       some, {@link SubsetRandomizers} for thousands. Both hide under every key that is well formed.
 * </ul>
 *
 * <p>The last line is not met by powers of one fixed residue g. A sum's randomness is the product of the inputs' to the power
 * of the weights; the holder knows the inputs' and can take the randomness out of any ciphertext. With exponents of 448
 * bits, it takes discrete logarithms modulo p and q piece by piece and looks for the one combination that is short. With long ones
 * it need only have chosen primes with gcd(p - 1, q - 1) = 2 r: the powers of g then miss all but one in r of the
 * N-th residues, and the class of a ciphertext in what is left tells a linear combination of the weights modulo r. The
 * proof of a key excludes neither.
 *
 * <p>Sources are used by one thread at a time.
 */
public sealed interface RandomizerSource extends AutoCloseable
        permits KeyHolderRandomizers, FixedBaseRandomizers, UniformRandomizers, SubsetRandomizers {

    PublicKey key();

    /** Fresh N-th residues in Montgomery form. */
    long[] next(int count);

    /** Wipes what is secret; the source is not used afterwards. */
    @Override
    void close();
}
