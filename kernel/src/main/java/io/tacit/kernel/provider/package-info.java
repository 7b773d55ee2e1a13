/** Chooses the twin of each kernel once, at start. */
@org.jspecify.annotations.NullMarked
package io.tacit.kernel.provider;
