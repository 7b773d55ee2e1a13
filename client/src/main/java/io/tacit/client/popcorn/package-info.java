/** Popcorn over the wire, as a client sees it. */
@org.jspecify.annotations.NullMarked
package io.tacit.client.popcorn;
