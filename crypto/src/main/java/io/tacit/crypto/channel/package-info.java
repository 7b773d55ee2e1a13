/**
 * How roles talk: a blocking, metered, message-preserving connection between two parties, with no idea of what carries it.
 */
@org.jspecify.annotations.NullMarked
package io.tacit.crypto.channel;
