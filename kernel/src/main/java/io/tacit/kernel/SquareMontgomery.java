package io.tacit.kernel;

import java.math.BigInteger;

/** Multiplication modulo the square of an odd number n, as {@link Montgomery}: what Paillier's ciphertexts take. */
public interface SquareMontgomery extends Montgomery {

    /**
     * Makes residue {@code index} stand for {@code low + high n}, not in Montgomery form: no division is needed for what is
     * known in parts.
     *
     * @throws IllegalArgumentException unless both are in 0 .. n - 1
     */
    void load(BigInteger low, BigInteger high, long[] residues, int index);
}
