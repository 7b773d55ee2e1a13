package io.tacit.protocol.securenets;

/**
 * What the user chooses.
 *
 * @param mode trust setting
 * @param checks repetitions of Freivalds' check a column; {@link #DEFAULT_CHECKS} for as many as keep the error below 2^-60.
 *     More may be asked for, fewer only in published mode
 * @param spotChecks entries of each product that are recomputed, as the paper has it: published mode only, else 0
 * @param imagesPerRound images that travel together; 0 to let the plan choose
 */
public record Settings(Mode mode, int checks, int spotChecks, int imagesPerRound) {
    /** Leaves the number of repetitions to the field. */
    public static final int DEFAULT_CHECKS = -1;

    public Settings {
        if (checks < DEFAULT_CHECKS || checks > 64) {
            throw new IllegalArgumentException("checks = " + checks + " is not in 0..64");
        }
        if (spotChecks < 0 || spotChecks > 1 << 20) {
            throw new IllegalArgumentException("spotChecks = " + spotChecks + " is not in 0.." + (1 << 20));
        }
        if (spotChecks > 0 && mode != Mode.PUBLISHED) {
            throw new IllegalArgumentException("spot checks belong to the published mode");
        }
        if (imagesPerRound < 0 || imagesPerRound > SecureNetsPlan.MAX_IMAGES_PER_ROUND) {
            throw new IllegalArgumentException(
                    "imagesPerRound = " + imagesPerRound + " is not in 0.." + SecureNetsPlan.MAX_IMAGES_PER_ROUND);
        }
    }

    /** The mode with everything else as recommended. */
    public static Settings of(Mode mode) {
        return new Settings(mode, DEFAULT_CHECKS, 0, 0);
    }

    /** The published mode as the paper ran it: spot checks and nothing else. */
    public static Settings asPublished(int spotChecks) {
        return new Settings(Mode.PUBLISHED, 0, spotChecks, 0);
    }
}
