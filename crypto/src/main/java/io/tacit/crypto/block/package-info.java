/**
 * What garbling and oblivious transfer share: the AES permutation over rows of 16-byte blocks, the correlation-robust
 * hash, streams of blocks with random access, the global offset, and bit planes.
 */
@org.jspecify.annotations.NullMarked
package io.tacit.crypto.block;
