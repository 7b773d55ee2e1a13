package io.tacit.crypto.garble;

/**
 * Turns a wire's bit b into {@code -(b + mask) mod 2^w}, which the evaluator learns and nothing else of it: a projection gate
 * (Ball, Malkin, Rosulek, "Garbling gadgets for boolean and arithmetic circuits", CCS 2016). Each label of the wire
 * encrypts its value, so that it takes two hashes at the garbler, one at the evaluator, and 2 w bits of tables, where a
 * chain of w AND gates takes 4 w hashes and 32 w bytes. What the evaluator learns is uniform if the mask is.
 *
 * @param source the wire: a literal under construction; its row and inversion in a circuit
 * @param firstMask the mask's first bit among the {@link InputKind#KNOWN} inputs
 * @param width w
 */
record Projection(int source, int firstMask, int width) {

    /** The value for a bit. */
    long value(long bit, long mask) {
        return -(bit + mask);
    }
}
