package io.tacit.client.wire;

/**
 * What a link to a peer can do, TLS and frames included.
 *
 * @param roundTripMicros median time for a small message and its answer, in microseconds
 * @param sendBytesPerSecond rate towards the peer
 * @param receiveBytesPerSecond rate from the peer
 */
public record LinkQuality(double roundTripMicros, double sendBytesPerSecond, double receiveBytesPerSecond) {}
