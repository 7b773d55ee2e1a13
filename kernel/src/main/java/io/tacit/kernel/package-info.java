/**
 * Arithmetic loops over primitive arrays and nothing else: each exists as a plain Java loop and as a Vector API twin that
 * computes the same function, chosen once by {@link io.tacit.kernel.provider.Kernels}.
 */
@org.jspecify.annotations.NullMarked
package io.tacit.kernel;
