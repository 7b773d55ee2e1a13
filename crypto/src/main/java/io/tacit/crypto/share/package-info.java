/** Two prime fields, vectors over them, and secret sharing. A vector of residues is not an array of integers. */
@org.jspecify.annotations.NullMarked
package io.tacit.crypto.share;
