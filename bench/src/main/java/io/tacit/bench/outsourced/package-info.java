/** What {@code outsourced} costs: measured over TLS, and worked out from primitives before anything runs. */
@org.jspecify.annotations.NullMarked
package io.tacit.bench.outsourced;
