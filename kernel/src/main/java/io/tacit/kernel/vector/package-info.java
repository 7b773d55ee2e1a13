/**
 * The twins on the Vector API. Linked only after {@link io.tacit.kernel.provider.Kernels} has found the incubator module.
 * One small method a hot loop: C2 stops inlining, and boxes every vector, in large ones.
 */
@org.jspecify.annotations.NullMarked
package io.tacit.kernel.vector;
