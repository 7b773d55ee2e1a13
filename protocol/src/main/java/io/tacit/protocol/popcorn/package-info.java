/**
 * Popcorn (Wang, Jin, Meftah, Aung, arXiv 2107.01786, 2021): a client with a Paillier key asks a server with a network. Linear
 * layers run on ciphertexts; what is not linear runs between the two, in a garbled circuit (hardened) or at the client under a
 * multiplicative mask (published).
 */
@org.jspecify.annotations.NullMarked
package io.tacit.protocol.popcorn;
