/**
 * Encryption under a key that no party has: each of n parties holds a share of the secret key, all n together decrypt,
 * any n - 1 learn nothing (Mouchet, Troncoso-Pastoriza, Bossuat, Hubaux: Multiparty Homomorphic Encryption from
 * Ring-Learning-with-Errors, PoPETs 2021). In the vocabulary of Lattigo: every party makes its share of a result ({@code
 * genShare}), somebody adds them up ({@code aggregateShares}). Pure computation: what is sent where is said by the
 * protocol that uses it.
 *
 * <p>What it is for: parties hold shares F^j of weights and encrypt shares r^k of an input under the collective key; each
 * multiplies the sum of the encryptions by its own F^j and adds a secret summand ({@link
 * io.tacit.crypto.lattice.multiparty.PartialProduct}); the sum of these is switched to one party ({@link
 * io.tacit.crypto.lattice.multiparty.KeySwitching}), which decrypts exactly the sum of products and summands modulo 2^l.
 *
 * <p>Security guarantee of the whole, against any n - 1 parties that follow the protocol: ciphertexts and partial
 * products are indistinguishable from uniform (ring learning with errors under the key of the one who does not collude);
 * shares of a key switch carry smudging noise over the proven noise of the summed ciphertext, so that they tell nothing
 * but the wanted sums, and those to the receiver alone.
 */
@org.jspecify.annotations.NullMarked
package io.tacit.crypto.lattice.multiparty;
