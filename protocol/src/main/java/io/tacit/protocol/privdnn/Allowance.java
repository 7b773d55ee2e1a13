package io.tacit.protocol.privdnn;

import io.tacit.crypto.channel.LimitExceeded;

/** How much an owner decrypts for one user. No amount is safe in mode published: it is a rate limit. */
@FunctionalInterface
public interface Allowance {
    Allowance UNLIMITED = (images, valuesPerFilter) -> {};

    /**
     * Takes up the images of a batch, before anything else of it is read.
     *
     * @param images of the batch
     * @param valuesPerFilter values of each core filter that are decrypted for it: images times positions
     * @throws LimitExceeded if that is more than is left; then nothing is taken up
     */
    void take(int images, long valuesPerFilter);
}
