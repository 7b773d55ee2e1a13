/** Popcorn's server over the wire. */
@org.jspecify.annotations.NullMarked
package io.tacit.server.popcorn;
