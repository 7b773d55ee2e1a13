/** Evaluators in the clear: of integer networks, exactly; of float graphs, for comparison. */
@org.jspecify.annotations.NullMarked
package io.tacit.model.reference;
