/**
 * Products of shared weights with shared random inputs, prepared before a query is known: how they are laid into
 * polynomials, and the two-party protocol that computes them under encryption.
 */
@org.jspecify.annotations.NullMarked
package io.tacit.protocol.linear;
