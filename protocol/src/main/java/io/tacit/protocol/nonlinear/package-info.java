/**
 * Non-linear steps on additively shared values, by garbled circuits: the circuits, their batches, and the ends that
 * garble and evaluate them: of two parties, or of n that garble together.
 */
@org.jspecify.annotations.NullMarked
package io.tacit.protocol.nonlinear;
