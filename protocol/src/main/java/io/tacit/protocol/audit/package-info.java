/**
 * The known attacks on the published protocols as code: each runs on what a party really received, must succeed on the
 * {@code published} mode and fall to chance on the hardened one. The only package that may import protocol packages.
 * Nothing here protects a secret: the attacker's arithmetic is variable-time.
 */
@org.jspecify.annotations.NullMarked
package io.tacit.protocol.audit;
