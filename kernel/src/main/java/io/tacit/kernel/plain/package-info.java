/** The twins in plain Java: loops that the JIT compiler vectorises by itself where it can, and that need no incubator module. */
@org.jspecify.annotations.NullMarked
package io.tacit.kernel.plain;
