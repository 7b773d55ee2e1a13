/**
 * Non-linear steps on additively shared values, by garbled circuits: the circuits, their batches, and the two ends that
 * garble and evaluate them.
 */
@org.jspecify.annotations.NullMarked
package io.tacit.protocol.nonlinear;
