package io.tacit.protocol.securenets;

import io.tacit.crypto.channel.LimitExceeded;

/** How much a cloud's operator lets one user ask. */
@FunctionalInterface
public interface Allowance {
    Allowance UNLIMITED = images -> {};

    /**
     * Takes up a round's images, before anything else of the round is read.
     *
     * @throws LimitExceeded if they are more than is left; then none are taken up
     */
    void take(int images);
}
