/**
 * Boolean circuits and their garbling, for many instances of one circuit at a time: by two parties with half-gates
 * ({@link io.tacit.crypto.garble.Garbler}, {@link io.tacit.crypto.garble.Evaluator}), or by n of which any n - 1 may collude
 * ({@link io.tacit.crypto.garble.PartyGarbler}, {@link io.tacit.crypto.garble.PartyEvaluator}); both with free XOR.
 * Semi-honest; what a party may learn is said at each class.
 */
@org.jspecify.annotations.NullMarked
package io.tacit.crypto.garble;
