package io.tacit.client.wire;

import java.security.cert.X509Certificate;

/**
 * What a connection to a peer tells about it.
 *
 * @param software version of the peer's software
 * @param clockAheadMillis how far the peer's clock is ahead of this machine's, as far as a connection tells
 * @param connectMillis time of TCP, TLS and hello together
 * @param certificate the peer's certificate
 * @param link what the link can do
 */
public record PeerReport(
        String software, long clockAheadMillis, double connectMillis, X509Certificate certificate, LinkQuality link) {}
