package io.tacit.protocol.securenets;

/**
 * What a cloud is willing to take from a user, checked before anything is allocated.
 *
 * @param products most products of a network
 * @param imagesPerRound most images of a round
 * @param shareBytes most bytes of shares kept for one user
 * @param laneBytes most bytes of buffers for one lane
 */
public record CloudLimits(int products, int imagesPerRound, long shareBytes, long laneBytes) {

    public CloudLimits {
        if (products < 1 || imagesPerRound < 1 || shareBytes < 1 || laneBytes < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }

    /** 2,000 products, 1 GiB of shares, 512 MiB of buffers a lane. */
    public static CloudLimits usual() {
        return new CloudLimits(2_000, SecureNetsPlan.MAX_IMAGES_PER_ROUND, 1L << 30, 1L << 29);
    }
}
