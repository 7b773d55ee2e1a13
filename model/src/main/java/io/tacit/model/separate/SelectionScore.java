package io.tacit.model.separate;

/**
 * How good a choice of core filters is: the separated network should do as well as the original, the one without core filters
 * badly (Ren et al., PoPETs 2024(3), section 4.2). Accuracies in percent.
 *
 * @param original A_o, of the network as it was
 * @param separated A_s, of the separated network
 * @param removed A_r, of the network without its core filters
 */
public record SelectionScore(double original, double separated, double removed) {

    /** s = -sigmoid(A_o - A_s) + sigmoid((A_s - A_r) / 5), between -1 and 1; more is better. */
    public double value() {
        return -sigmoid(original - separated) + sigmoid((separated - removed) / 5);
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
