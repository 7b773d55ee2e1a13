/**
 * Channels over the network: TLS 1.3 with certificates on both sides, a hello that binds everything the parties must
 * agree on, frames of at most one mebibyte, and a deadline on every wait.
 */
@org.jspecify.annotations.NullMarked
package io.tacit.client.wire;
