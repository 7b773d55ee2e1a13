/** Evaluators in the clear: float, and exact integers (what every protocol must return). */
@org.jspecify.annotations.NullMarked
package io.tacit.model.reference;
