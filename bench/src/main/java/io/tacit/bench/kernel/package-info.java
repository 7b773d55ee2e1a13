/** Speed of the kernels: each plain twin beside its Vector API twin. */
@org.jspecify.annotations.NullMarked
package io.tacit.bench.kernel;
