package io.tacit.protocol.privdnn;

import java.time.Duration;

/**
 * What an owner grants any one user at a time.
 *
 * @param images most images of a batch: their residues are kept until all are there
 * @param idle how long a user may be silent between batches
 */
public record OwnerLimits(int images, Duration idle) {
    public static final OwnerLimits DEFAULT = new OwnerLimits(16_384, Duration.ofMinutes(10));

    public OwnerLimits {
        if (images < 1) {
            throw new IllegalArgumentException("images = " + images);
        }
    }
}
