/**
 * Oblivious transfer: a few base transfers on P-256, extended to any number of correlated, random or chosen ones by
 * symmetric cryptography. Semi-honest.
 */
@org.jspecify.annotations.NullMarked
package io.tacit.crypto.ot;
