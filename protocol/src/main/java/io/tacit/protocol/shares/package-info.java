/**
 * What one party computes alone on its additive shares of a network's tensors: linear layers on opened inputs, and public
 * linear maps.
 */
@org.jspecify.annotations.NullMarked
package io.tacit.protocol.shares;
