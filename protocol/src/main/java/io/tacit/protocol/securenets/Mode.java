package io.tacit.protocol.securenets;

/** The trust settings of SecureNets. Clouds are never trusted to compute: every mode verifies. */
public enum Mode {
    /** One cloud, which knows the weights; the data are masked: x' = x - r. */
    BLINDED_ONE(1, true, "blinded, one cloud, weights public"),
    /** Two clouds that do not collude: W = W_1 + W_2, x' = x - r to both. */
    BLINDED_TWO(2, true, "blinded, two clouds"),
    /** Three clouds of which no two collude: replicated shares of weights and data; nothing is prepared. */
    BLINDED_THREE(3, false, "blinded, three clouds"),
    /** One cloud and the masks of the paper, which hide little ({@link PublishedMasks}). */
    PUBLISHED(1, false, "published");

    private final int clouds;
    private final boolean needsPads;
    private final String description;

    Mode(int clouds, boolean needsPads, String description) {
        this.clouds = clouds;
        this.needsPads = needsPads;
        this.description = description;
    }

    /** Number of clouds. */
    public int clouds() {
        return clouds;
    }

    /** Whether every query uses up a pad that was prepared before. */
    public boolean needsPads() {
        return needsPads;
    }

    /** Whether the mode is one of the hardened ones. */
    public boolean isBlinded() {
        return this != PUBLISHED;
    }

    /** For people. */
    public String description() {
        return description;
    }
}
