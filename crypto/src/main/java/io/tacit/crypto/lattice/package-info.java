/**
 * Homomorphic encryption of polynomials modulo X^N + 1 with coefficients modulo 2^l (BFV: Fan, Vercauteren 2012/144), for
 * sums of products of encrypted and plain polynomials: a key holder encrypts, the other side multiplies by its own
 * polynomials, adds, hides what it did and returns; the key holder decrypts exactly the sum modulo 2^l. And of vectors modulo
 * a prime (BGV: {@link io.tacit.crypto.lattice.BgvLevel}), for products of ciphertexts too: a key holder encrypts constants,
 * the other side computes with them over its own vectors and returns results at the lowest level of a chain of moduli.
 *
 * <p>Security guarantee of the whole: for whoever lacks the secret key, ciphertexts are indistinguishable from uniform
 * (ring learning with errors, ternary secrets, {@link io.tacit.crypto.lattice.SecurityLevel}); for the key holder,
 * returned ciphertexts tell nothing but the sums it decrypts, up to the statistical distance its flooding bits say. Both
 * sides follow the protocol; the bytes that arrive are checked all the same.
 */
@org.jspecify.annotations.NullMarked
package io.tacit.crypto.lattice;
