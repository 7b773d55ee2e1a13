/** Prepared material that may be used once: interfaces of its store. */
@org.jspecify.annotations.NullMarked
package io.tacit.protocol.material;
