/**
 * Paillier's additively homomorphic encryption (EUROCRYPT 1999) in batches: keys with a proof that they are well formed,
 * ciphertexts kept in Montgomery form, pools of randomness, sums with many weights, and slots.
 *
 * <p>Timing. Products and powers of batches run in the kernels, whose operations depend on counts and exponents only. What
 * goes through BigInteger (Chinese remainders, reductions, inverses, conversions) is variable-time: bases and exponents
 * that are secret are blinded there where that is possible, and the class says so.
 */
@org.jspecify.annotations.NullMarked
package io.tacit.crypto.paillier;
