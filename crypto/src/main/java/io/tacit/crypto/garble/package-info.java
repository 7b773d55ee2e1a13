/**
 * Boolean circuits and their two-party garbling: half-gates with free XOR, garbled and evaluated for many instances of
 * one circuit at a time. Semi-honest; what a party may learn is said at each class.
 */
@org.jspecify.annotations.NullMarked
package io.tacit.crypto.garble;
