/**
 * Two servers that do not collude compute on shares of a network and of a query, and learn neither: the protocol page
 * {@code outsourced}. One class a role: {@link io.tacit.protocol.outsourced.Owner}, {@link
 * io.tacit.protocol.outsourced.Client}, and the servers {@link io.tacit.protocol.outsourced.Garbler} (S0) and {@link
 * io.tacit.protocol.outsourced.Evaluator} (S1).
 */
@org.jspecify.annotations.NullMarked
package io.tacit.protocol.outsourced;
