package io.tacit.kernel.plain;

import io.tacit.kernel.NegacyclicTransform;
import io.tacit.kernel.NttPrime;
import io.tacit.kernel.NttTable;
import java.util.Objects;

/** Two stages a pass, in scalars. */
public class PlainTransform implements NegacyclicTransform {

    @Override
    public void forward(double[] polynomial, int offset, NttTable table) {
        Objects.checkFromIndexSize(offset, table.degree(), polynomial.length);
        int stages = Integer.numberOfTrailingZeros(table.degree());
        int groups = 1;
        if ((stages & 1) != 0) {
            firstStage(polynomial, offset, table);
            groups = 2;
        }
        for (; groups < table.degree() / 4; groups *= 4) {
            for (int group = 0; group < groups; group++) {
                forwardPass(polynomial, offset, table, groups, group);
            }
            if (groups >= 16 && groups < 64 && (table.reducesBetween() || !FusedMultiplyAdd.PRESENT)) {
                reduce(polynomial, offset, table);
            }
        }
        lastPass(polynomial, offset, table);
    }

    private static void firstStage(double[] x, int offset, NttTable table) {
        double p = table.prime().value();
        double w = table.roots()[1];
        double v = table.rootRatios()[1];
        int half = table.degree() / 2;
        for (int i = offset; i < offset + half; i++) {
            double a = x[i];
            double b = Centred.product(x[i + half], w, v, p);
            x[i] = a + b;
            x[i + half] = a - b;
        }
    }

    /** The stages of {@code groups} and of twice as many groups. */
    private static void forwardPass(double[] x, int offset, NttTable table, int groups, int group) {
        double p = table.prime().value();
        double w1 = table.roots()[groups + group];
        double w2 = table.roots()[2 * (groups + group)];
        double w3 = table.roots()[2 * (groups + group) + 1];
        double v1 = table.rootRatios()[groups + group];
        double v2 = table.rootRatios()[2 * (groups + group)];
        double v3 = table.rootRatios()[2 * (groups + group) + 1];
        int quarter = table.degree() / (4 * groups);
        int from = offset + 4 * quarter * group;
        for (int i = from; i < from + quarter; i++) {
            double a = x[i];
            double b = x[i + quarter];
            double c = Centred.product(x[i + 2 * quarter], w1, v1, p);
            double d = Centred.product(x[i + 3 * quarter], w1, v1, p);
            double even = Centred.product(b + d, w2, v2, p);
            double odd = Centred.product(b - d, w3, v3, p);
            x[i] = a + c + even;
            x[i + quarter] = a + c - even;
            x[i + 2 * quarter] = a - c + odd;
            x[i + 3 * quarter] = a - c - odd;
        }
    }

    /** The last two stages, on neighbours, and the reduction. */
    private static void lastPass(double[] x, int offset, NttTable table) {
        double p = table.prime().value();
        double inverse = table.prime().inverse();
        double[] roots = table.roots();
        double[] ratios = table.rootRatios();
        int groups = table.degree() / 4;
        for (int group = groups; group < 2 * groups; group++) {
            int i = offset + 4 * (group - groups);
            double a = x[i];
            double b = x[i + 1];
            double c = Centred.product(x[i + 2], roots[group], ratios[group], p);
            double d = Centred.product(x[i + 3], roots[group], ratios[group], p);
            double even = Centred.product(b + d, roots[2 * group], ratios[2 * group], p);
            double odd = Centred.product(b - d, roots[2 * group + 1], ratios[2 * group + 1], p);
            x[i] = Centred.reduce(a + c + even, p, inverse);
            x[i + 1] = Centred.reduce(a + c - even, p, inverse);
            x[i + 2] = Centred.reduce(a - c + odd, p, inverse);
            x[i + 3] = Centred.reduce(a - c - odd, p, inverse);
        }
    }

    private static void reduce(double[] x, int offset, NttTable table) {
        NttPrime prime = table.prime();
        for (int i = offset; i < offset + table.degree(); i++) {
            x[i] = Centred.reduce(x[i], prime.value(), prime.inverse());
        }
    }

    @Override
    public void inverse(double[] polynomial, int offset, NttTable table) {
        Objects.checkFromIndexSize(offset, table.degree(), polynomial.length);
        int stages = Integer.numberOfTrailingZeros(table.degree());
        boolean odd = (stages & 1) != 0;
        int groups = table.degree() / 4;
        firstPass(polynomial, offset, table);
        for (groups /= 4; groups > 1; groups /= 4) {
            for (int group = 0; group < groups; group++) {
                inversePass(polynomial, offset, table, groups, group);
            }
        }
        if (odd) {
            lastStage(polynomial, offset, table);
        } else {
            lastInversePass(polynomial, offset, table);
        }
    }

    /** The first two stages of the inverse, on neighbours. */
    private static void firstPass(double[] x, int offset, NttTable table) {
        double p = table.prime().value();
        double inverse = table.prime().inverse();
        double[] roots = table.inverseRoots();
        double[] ratios = table.inverseRootRatios();
        int groups = table.degree() / 4;
        for (int group = groups; group < 2 * groups; group++) {
            int i = offset + 4 * (group - groups);
            double a = x[i] + x[i + 1];
            double b = Centred.product(x[i] - x[i + 1], roots[2 * group], ratios[2 * group], p);
            double c = x[i + 2] + x[i + 3];
            double d = Centred.product(x[i + 2] - x[i + 3], roots[2 * group + 1], ratios[2 * group + 1], p);
            x[i] = Centred.reduce(a + c, p, inverse);
            x[i + 1] = b + d;
            x[i + 2] = Centred.product(a - c, roots[group], ratios[group], p);
            x[i + 3] = Centred.product(b - d, roots[group], ratios[group], p);
        }
    }

    /** The inverse of {@link #forwardPass}. */
    private static void inversePass(double[] x, int offset, NttTable table, int groups, int group) {
        double p = table.prime().value();
        double inverse = table.prime().inverse();
        double w1 = table.inverseRoots()[groups + group];
        double w2 = table.inverseRoots()[2 * (groups + group)];
        double w3 = table.inverseRoots()[2 * (groups + group) + 1];
        double v1 = table.inverseRootRatios()[groups + group];
        double v2 = table.inverseRootRatios()[2 * (groups + group)];
        double v3 = table.inverseRootRatios()[2 * (groups + group) + 1];
        int quarter = table.degree() / (4 * groups);
        int from = offset + 4 * quarter * group;
        for (int i = from; i < from + quarter; i++) {
            double a = x[i] + x[i + quarter];
            double b = Centred.product(x[i] - x[i + quarter], w2, v2, p);
            double c = x[i + 2 * quarter] + x[i + 3 * quarter];
            double d = Centred.product(x[i + 2 * quarter] - x[i + 3 * quarter], w3, v3, p);
            x[i] = Centred.reduce(a + c, p, inverse);
            x[i + quarter] = b + d;
            x[i + 2 * quarter] = Centred.product(a - c, w1, v1, p);
            x[i + 3 * quarter] = Centred.product(b - d, w1, v1, p);
        }
    }

    /** The last two stages of the inverse with the division by N, and the reduction. */
    private static void lastInversePass(double[] x, int offset, NttTable table) {
        double p = table.prime().value();
        double inverse = table.prime().inverse();
        double w1 = table.lastRoot();
        double w2 = table.inverseRoots()[2];
        double w3 = table.inverseRoots()[3];
        double v1 = w1 / p;
        double v2 = table.inverseRootRatios()[2];
        double v3 = table.inverseRootRatios()[3];
        double scale = table.scale();
        double ratio = scale / p;
        int quarter = table.degree() / 4;
        for (int i = offset; i < offset + quarter; i++) {
            double a = x[i] + x[i + quarter];
            double b = Centred.product(x[i] - x[i + quarter], w2, v2, p);
            double c = x[i + 2 * quarter] + x[i + 3 * quarter];
            double d = Centred.product(x[i + 2 * quarter] - x[i + 3 * quarter], w3, v3, p);
            x[i] = Centred.reduce(Centred.product(a + c, scale, ratio, p), p, inverse);
            x[i + quarter] = Centred.reduce(Centred.product(b + d, scale, ratio, p), p, inverse);
            x[i + 2 * quarter] = Centred.reduce(Centred.product(a - c, w1, v1, p), p, inverse);
            x[i + 3 * quarter] = Centred.reduce(Centred.product(b - d, w1, v1, p), p, inverse);
        }
    }

    /** The last stage of the inverse with the division by N, and the reduction. */
    private static void lastStage(double[] x, int offset, NttTable table) {
        double p = table.prime().value();
        double inverse = table.prime().inverse();
        double w = table.lastRoot();
        double v = w / p;
        double scale = table.scale();
        double ratio = scale / p;
        int half = table.degree() / 2;
        for (int i = offset; i < offset + half; i++) {
            double sum = x[i] + x[i + half];
            double difference = x[i] - x[i + half];
            x[i] = Centred.reduce(Centred.product(sum, scale, ratio, p), p, inverse);
            x[i + half] = Centred.reduce(Centred.product(difference, w, v, p), p, inverse);
        }
    }
}
