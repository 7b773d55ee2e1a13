/**
 * The twins on the Vector API. Linked only after {@link io.tacit.kernel.provider.Kernels} has found the incubator module.
 *
 * <p>Five rules keep C2 from boxing vectors, which costs a factor of ten to thirty, on JDK 17 and 25 alike:
 *
 * <ul>
 *   <li>One small method a hot loop: in large ones C2 stops inlining.
 *   <li>No method of our own takes or returns a vector in a hot loop: once such a method has been compiled by itself, C2
 *       calls it instead of inlining it.
 *   <li>One shape in the whole process, the preferred one, for each element type: vectors of two shapes of one element type
 *       anywhere spoil the type profiles of the Vector API's own methods for every other loop. So no conversion to half a
 *       shape: {@code int} lanes are seen as pairs in {@code long} lanes and cut with shifts.
 *   <li>A vector that a loop carries is cast to its class, a constant, wherever it is used: C2 otherwise knows its shape
 *       only from profiles, which other code can spoil.
 *   <li>Where a method is long or one of many, the vector that it stores is cast too: JDK 17 else loses the class of the last
 *       result of a loop once other kernels have run, and boxes every one.
 * </ul>
 */
@org.jspecify.annotations.NullMarked
package io.tacit.kernel.vector;
