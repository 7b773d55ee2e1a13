package io.tacit.protocol.securenets;

import java.time.Duration;

/**
 * What a cloud is willing to take from a user, checked before anything is allocated.
 *
 * @param products most products of a network
 * @param imagesPerRound most images of a round
 * @param shareBytes most bytes of shares kept for one user
 * @param laneBytes most bytes of buffers for one lane
 * @param multiplicationsPerRound most multiplications of a round: what a small message can make a cloud compute
 * @param idle longest wait for a user's next query
 */
public record CloudLimits(
        int products,
        int imagesPerRound,
        long shareBytes,
        long laneBytes,
        long multiplicationsPerRound,
        Duration idle) {

    public CloudLimits {
        if (products < 1 || imagesPerRound < 1 || shareBytes < 1 || laneBytes < 1 || multiplicationsPerRound < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }

    /** 2,000 products, 1 GiB of shares, 512 MiB of buffers a lane, 2^40 multiplications a round (minutes), half an hour between queries. */
    public static CloudLimits usual() {
        return new CloudLimits(
                2_000, SecureNetsPlan.MAX_IMAGES_PER_ROUND, 1L << 30, 1L << 29, 1L << 40, Duration.ofMinutes(30));
    }
}
