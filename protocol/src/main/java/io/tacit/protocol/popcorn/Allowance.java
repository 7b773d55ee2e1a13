package io.tacit.protocol.popcorn;

import io.tacit.crypto.channel.LimitExceeded;

/** How much a server's operator lets one client ask. */
@FunctionalInterface
public interface Allowance {
    Allowance UNLIMITED = images -> {};

    /**
     * Takes up the images of a query, before anything else of it is read or prepared.
     *
     * @throws LimitExceeded if they are more than is left; then none are taken up
     */
    void take(int images);
}
