package io.tacit.protocol.linear;

/** What packings are chosen for. Both parties must choose alike. */
public enum PackingGoal {
    /** Processor time: for parties on one machine or in one rack. */
    LEAST_TIME(1),
    /** A byte is worth what it takes on a link of 1 Gbit/s. */
    BALANCED(8),
    /** Bytes: for slow links. */
    FEWEST_BYTES(80);

    private final double byteNanos;

    PackingGoal(double byteNanos) {
        this.byteNanos = byteNanos;
    }

    double byteNanos() {
        return byteNanos;
    }
}
