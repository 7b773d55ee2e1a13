package io.tacit.kernel.vector;

import io.tacit.kernel.NegacyclicTransform;
import io.tacit.kernel.NttTable;
import java.util.Objects;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Two stages a pass in double lanes, down to the distance of one vector; the stages inside a vector exchange lanes.
 *
 * <p>A product is {@code y w - k p} with k the rounded quotient, as {@link NegacyclicTransform} has it, but in the order
 * {@code t = k p} rounded, {@code (y w - t) - (k p - t)}: both differences are integers below 2^53, so both are exact, and
 * no operand has to be negated.
 *
 * <p>Inside a vector both values of a pair are multiplied, the first by 1: that reduces it too. The quotient is then {@code round((y w) (1 / p))}, which for |y| at most c p
 * errs by c / 16: from 7.76 p before these stages of the forward transform they make at most (1/2 + 7.76 / 16) * 2 = 1.97 p, then
 * 1.25 p, then 1.16 p.
 */
final class VectorTransform implements NegacyclicTransform {
    private static final VectorSpecies<Double> SPECIES = DoubleMicroKernel.SPECIES;
    private static final int LANES = SPECIES.length();

    /** The one class of vectors here; see {@link DoubleMicroKernel}. */
    private static final Class<? extends Vector<Double>> SHAPE = SPECIES.vectorType();

    private static final double SHIFTER = 0x1.8p52;

    /** Coefficients that stay in the first cache, with their factors, through all stages that join them alone. */
    private static final int BLOCK = 2048;

    /** Most lanes for which the tables have factors. */
    static final int MAX_LANES = 2 * NttTable.MAX_SPREAD;

    private static final VectorShuffle<Double> SWAP_1 = swap(1);
    private static final VectorShuffle<Double> SWAP_2 = swap(2);
    private static final VectorShuffle<Double> SWAP_4 = swap(4);
    private static final double[] SIGNS_1 = signs(1);
    private static final double[] SIGNS_2 = signs(2);
    private static final double[] SIGNS_4 = signs(4);

    private static VectorShuffle<Double> swap(int distance) {
        return VectorShuffle.fromOp(SPECIES, lane -> (lane ^ distance) & (LANES - 1));
    }

    private static double[] signs(int distance) {
        double[] signs = new double[LANES];
        for (int i = 0; i < LANES; i++) {
            signs[i] = (i & distance) == 0 ? 1 : -1;
        }
        return signs;
    }

    /** Whether the tables have the factors for the stages inside a vector of this process. */
    static boolean supported() {
        return LANES <= MAX_LANES;
    }

    @Override
    public void forward(double[] polynomial, int offset, NttTable table) {
        int degree = table.degree();
        Objects.checkFromIndexSize(offset, degree, polynomial.length);
        double p = table.prime().value();
        double inverse = table.prime().inverse();
        double[] roots = table.roots();
        double[] ratios = table.rootRatios();
        int groups = 1;
        if ((Integer.numberOfTrailingZeros(degree / LANES) & 1) != 0) {
            forwardStage(polynomial, offset, degree / 2, roots[1], ratios[1], p);
            groups = 2;
        }
        for (; degree / groups > BLOCK; groups *= 4) {
            forwardPass(polynomial, offset, groups, 2 * groups, degree / (4 * groups), roots, ratios, p);
        }
        if (table.reducesBetween()) {
            reduce(polynomial, offset, degree, p, inverse);
        }
        int block = degree / groups;
        for (int first = groups; first < 2 * groups; first++) {
            int from = offset + (first - groups) * block;
            int inBlock = 1;
            for (; inBlock < block / LANES; inBlock *= 4) {
                int group = first * inBlock;
                forwardPass(polynomial, from, group, group + inBlock, block / (4 * inBlock), roots, ratios, p);
            }
            forwardWithin(polynomial, from, block, table, (first - groups) * block, p, inverse);
        }
    }

    private static void forwardStage(double[] x, int offset, int half, double root, double ratio, double prime) {
        DoubleVector shifter = DoubleVector.broadcast(SPECIES, SHIFTER);
        DoubleVector p = DoubleVector.broadcast(SPECIES, prime);
        DoubleVector minusP = DoubleVector.broadcast(SPECIES, -prime);
        DoubleVector w = DoubleVector.broadcast(SPECIES, root);
        DoubleVector v = DoubleVector.broadcast(SPECIES, ratio);
        for (int i = offset; i < offset + half; i += LANES) {
            DoubleVector a = DoubleVector.fromArray(SPECIES, x, i);
            DoubleVector y = DoubleVector.fromArray(SPECIES, x, i + half);
            DoubleVector k = y.fma(v, shifter).sub(shifter);
            DoubleVector t = k.mul(minusP);
            DoubleVector r = y.fma(w, t).sub(k.fma(p, t));
            ((DoubleVector) SHAPE.cast(a.add(r))).intoArray(x, i);
            ((DoubleVector) SHAPE.cast(a.sub(r))).intoArray(x, i + half);
        }
    }

    /** The same where a quarter is one vector. */
    private static void narrowForwardPass(
            double[] x, int from, int first, int end, double[] roots, double[] ratios, double prime) {
        DoubleVector shifter = DoubleVector.broadcast(SPECIES, SHIFTER);
        DoubleVector p = DoubleVector.broadcast(SPECIES, prime);
        DoubleVector minusP = DoubleVector.broadcast(SPECIES, -prime);
        for (int group = first; group < end; group++) {
            int i = from + 4 * LANES * (group - first);
            DoubleVector w = DoubleVector.broadcast(SPECIES, roots[group]);
            DoubleVector v = DoubleVector.broadcast(SPECIES, ratios[group]);
            DoubleVector c = DoubleVector.fromArray(SPECIES, x, i + 2 * LANES);
            DoubleVector d = DoubleVector.fromArray(SPECIES, x, i + 3 * LANES);
            DoubleVector k = c.fma(v, shifter).sub(shifter);
            DoubleVector t = k.mul(minusP);
            c = c.fma(w, t).sub(k.fma(p, t));
            k = d.fma(v, shifter).sub(shifter);
            t = k.mul(minusP);
            d = d.fma(w, t).sub(k.fma(p, t));
            DoubleVector b = DoubleVector.fromArray(SPECIES, x, i + LANES);
            DoubleVector even = b.add(d);
            DoubleVector odd = b.sub(d);
            k = even.fma(DoubleVector.broadcast(SPECIES, ratios[2 * group]), shifter)
                    .sub(shifter);
            t = k.mul(minusP);
            even = even.fma(DoubleVector.broadcast(SPECIES, roots[2 * group]), t)
                    .sub(k.fma(p, t));
            k = odd.fma(DoubleVector.broadcast(SPECIES, ratios[2 * group + 1]), shifter)
                    .sub(shifter);
            t = k.mul(minusP);
            odd = odd.fma(DoubleVector.broadcast(SPECIES, roots[2 * group + 1]), t)
                    .sub(k.fma(p, t));
            DoubleVector a = DoubleVector.fromArray(SPECIES, x, i);
            DoubleVector sum = a.add(c);
            ((DoubleVector) SHAPE.cast(sum.add(even))).intoArray(x, i);
            ((DoubleVector) SHAPE.cast(sum.sub(even))).intoArray(x, i + LANES);
            DoubleVector difference = a.sub(c);
            ((DoubleVector) SHAPE.cast(difference.add(odd))).intoArray(x, i + 2 * LANES);
            ((DoubleVector) SHAPE.cast(difference.sub(odd))).intoArray(x, i + 3 * LANES);
        }
    }

    /** The stages of groups {@code first} to {@code end}, the first of which begins at {@code from}, and of their halves. */
    private static void forwardPass(
            double[] x, int from, int first, int end, int quarter, double[] roots, double[] ratios, double p) {
        if (quarter == LANES) {
            narrowForwardPass(x, from, first, end, roots, ratios, p);
            return;
        }
        for (int group = first; group < end; group++) {
            forwardGroup(
                    x,
                    from + 4 * quarter * (group - first),
                    quarter,
                    roots[group],
                    ratios[group],
                    roots[2 * group],
                    ratios[2 * group],
                    roots[2 * group + 1],
                    ratios[2 * group + 1],
                    p);
        }
    }

    private static void forwardGroup(
            double[] x,
            int from,
            int quarter,
            double root1,
            double ratio1,
            double root2,
            double ratio2,
            double root3,
            double ratio3,
            double prime) {
        DoubleVector shifter = DoubleVector.broadcast(SPECIES, SHIFTER);
        DoubleVector p = DoubleVector.broadcast(SPECIES, prime);
        DoubleVector minusP = DoubleVector.broadcast(SPECIES, -prime);
        DoubleVector w1 = DoubleVector.broadcast(SPECIES, root1);
        DoubleVector v1 = DoubleVector.broadcast(SPECIES, ratio1);
        DoubleVector w2 = DoubleVector.broadcast(SPECIES, root2);
        DoubleVector v2 = DoubleVector.broadcast(SPECIES, ratio2);
        DoubleVector w3 = DoubleVector.broadcast(SPECIES, root3);
        DoubleVector v3 = DoubleVector.broadcast(SPECIES, ratio3);
        for (int i = from; i < from + quarter; i += LANES) {
            DoubleVector c = DoubleVector.fromArray(SPECIES, x, i + 2 * quarter);
            DoubleVector d = DoubleVector.fromArray(SPECIES, x, i + 3 * quarter);
            DoubleVector k = c.fma(v1, shifter).sub(shifter);
            DoubleVector t = k.mul(minusP);
            c = c.fma(w1, t).sub(k.fma(p, t));
            k = d.fma(v1, shifter).sub(shifter);
            t = k.mul(minusP);
            d = d.fma(w1, t).sub(k.fma(p, t));
            DoubleVector b = DoubleVector.fromArray(SPECIES, x, i + quarter);
            DoubleVector even = b.add(d);
            DoubleVector odd = b.sub(d);
            k = even.fma(v2, shifter).sub(shifter);
            t = k.mul(minusP);
            even = even.fma(w2, t).sub(k.fma(p, t));
            k = odd.fma(v3, shifter).sub(shifter);
            t = k.mul(minusP);
            odd = odd.fma(w3, t).sub(k.fma(p, t));
            DoubleVector a = DoubleVector.fromArray(SPECIES, x, i);
            DoubleVector sum = a.add(c);
            ((DoubleVector) SHAPE.cast(sum.add(even))).intoArray(x, i);
            ((DoubleVector) SHAPE.cast(sum.sub(even))).intoArray(x, i + quarter);
            DoubleVector difference = a.sub(c);
            ((DoubleVector) SHAPE.cast(difference.add(odd))).intoArray(x, i + 2 * quarter);
            ((DoubleVector) SHAPE.cast(difference.sub(odd))).intoArray(x, i + 3 * quarter);
        }
    }

    private static void forwardWithin(
            double[] x, int from, int length, NttTable table, int at, double p, double inverse) {
        if (LANES == 8) {
            forwardWithin4(x, from, length, table.spread(4), at, p, inverse);
        }
        if (LANES >= 4) {
            forwardWithin2(x, from, length, table.spread(2), at, p, inverse);
        }
        if (LANES >= 2) {
            forwardWithin1(x, from, length, table.spread(1), at, p, inverse);
        } else {
            reduce(x, from, length, p, inverse);
        }
    }

    private static void forwardWithin4(
            double[] x, int from, int length, double[] spread, int at, double prime, double inversePrime) {
        DoubleVector shifter = DoubleVector.broadcast(SPECIES, SHIFTER);
        DoubleVector p = DoubleVector.broadcast(SPECIES, prime);
        DoubleVector minusP = DoubleVector.broadcast(SPECIES, -prime);
        DoubleVector inverse = DoubleVector.broadcast(SPECIES, inversePrime);
        DoubleVector signs = DoubleVector.fromArray(SPECIES, SIGNS_4, 0);
        for (int i = 0; i < length; i += LANES) {
            DoubleVector y = DoubleVector.fromArray(SPECIES, x, from + i);
            DoubleVector w = DoubleVector.fromArray(SPECIES, spread, at + i);
            DoubleVector k = y.mul(w).fma(inverse, shifter).sub(shifter);
            DoubleVector t = k.mul(minusP);
            DoubleVector r = y.fma(w, t).sub(k.fma(p, t));
            ((DoubleVector) SHAPE.cast(r.fma(signs, r.rearrange(SWAP_4)))).intoArray(x, from + i);
        }
    }

    private static void forwardWithin2(
            double[] x, int from, int length, double[] spread, int at, double prime, double inversePrime) {
        DoubleVector shifter = DoubleVector.broadcast(SPECIES, SHIFTER);
        DoubleVector p = DoubleVector.broadcast(SPECIES, prime);
        DoubleVector minusP = DoubleVector.broadcast(SPECIES, -prime);
        DoubleVector inverse = DoubleVector.broadcast(SPECIES, inversePrime);
        DoubleVector signs = DoubleVector.fromArray(SPECIES, SIGNS_2, 0);
        for (int i = 0; i < length; i += LANES) {
            DoubleVector y = DoubleVector.fromArray(SPECIES, x, from + i);
            DoubleVector w = DoubleVector.fromArray(SPECIES, spread, at + i);
            DoubleVector k = y.mul(w).fma(inverse, shifter).sub(shifter);
            DoubleVector t = k.mul(minusP);
            DoubleVector r = y.fma(w, t).sub(k.fma(p, t));
            ((DoubleVector) SHAPE.cast(r.fma(signs, r.rearrange(SWAP_2)))).intoArray(x, from + i);
        }
    }

    /** The last stage and the reduction. */
    private static void forwardWithin1(
            double[] x, int from, int length, double[] spread, int at, double prime, double inversePrime) {
        DoubleVector shifter = DoubleVector.broadcast(SPECIES, SHIFTER);
        DoubleVector p = DoubleVector.broadcast(SPECIES, prime);
        DoubleVector minusP = DoubleVector.broadcast(SPECIES, -prime);
        DoubleVector inverse = DoubleVector.broadcast(SPECIES, inversePrime);
        DoubleVector signs = DoubleVector.fromArray(SPECIES, SIGNS_1, 0);
        for (int i = 0; i < length; i += LANES) {
            DoubleVector y = DoubleVector.fromArray(SPECIES, x, from + i);
            DoubleVector w = DoubleVector.fromArray(SPECIES, spread, at + i);
            DoubleVector k = y.mul(w).fma(inverse, shifter).sub(shifter);
            DoubleVector t = k.mul(minusP);
            DoubleVector r = y.fma(w, t).sub(k.fma(p, t));
            y = r.fma(signs, r.rearrange(SWAP_1));
            ((DoubleVector) SHAPE.cast(shifter.sub(y.fma(inverse, shifter)).fma(p, y))).intoArray(x, from + i);
        }
    }

    private static void reduce(double[] x, int offset, int length, double prime, double inversePrime) {
        DoubleVector shifter = DoubleVector.broadcast(SPECIES, SHIFTER);
        DoubleVector p = DoubleVector.broadcast(SPECIES, prime);
        DoubleVector inverse = DoubleVector.broadcast(SPECIES, inversePrime);
        for (int i = offset; i < offset + length; i += LANES) {
            DoubleVector y = DoubleVector.fromArray(SPECIES, x, i);
            ((DoubleVector) SHAPE.cast(shifter.sub(y.fma(inverse, shifter)).fma(p, y))).intoArray(x, i);
        }
    }

    @Override
    public void inverse(double[] polynomial, int offset, NttTable table) {
        int degree = table.degree();
        Objects.checkFromIndexSize(offset, degree, polynomial.length);
        double p = table.prime().value();
        double inverse = table.prime().inverse();
        double[] roots = table.inverseRoots();
        double[] ratios = table.inverseRootRatios();
        int stages = Integer.numberOfTrailingZeros(degree / LANES);
        int blocks = (stages & 1) != 0 ? 2 : 4;
        while (degree / blocks > BLOCK) {
            blocks *= 4;
        }
        int block = degree / blocks;
        for (int first = blocks; first < 2 * blocks; first++) {
            int from = offset + (first - blocks) * block;
            inverseWithin(polynomial, from, block, table, (first - blocks) * block, p, inverse);
            for (int inBlock = block / (4 * LANES); inBlock > 0; inBlock /= 4) {
                int group = first * inBlock;
                inversePass(polynomial, from, group, group + inBlock, block / (4 * inBlock), roots, ratios, p, inverse);
            }
        }
        int groups = blocks / 4;
        for (; groups > 1; groups /= 4) {
            inversePass(polynomial, offset, groups, 2 * groups, degree / (4 * groups), roots, ratios, p, inverse);
        }
        if (groups == 1) {
            lastPass(polynomial, offset, table, degree / 4, p, inverse);
        } else {
            lastStage(polynomial, offset, degree / 2, table.lastRoot(), table.scale(), p, inverse);
        }
    }

    private static void inverseWithin(
            double[] x, int from, int length, NttTable table, int at, double p, double inverse) {
        if (LANES >= 2) {
            inverseWithin1(x, from, length, table.inverseSpread(1), at, p, inverse);
        }
        if (LANES >= 4) {
            inverseWithin2(x, from, length, table.inverseSpread(2), at, p, inverse);
        }
        if (LANES == 8) {
            inverseWithin4(x, from, length, table.inverseSpread(4), at, p, inverse);
        }
    }

    private static void inverseWithin1(
            double[] x, int from, int length, double[] spread, int at, double prime, double inversePrime) {
        DoubleVector shifter = DoubleVector.broadcast(SPECIES, SHIFTER);
        DoubleVector p = DoubleVector.broadcast(SPECIES, prime);
        DoubleVector minusP = DoubleVector.broadcast(SPECIES, -prime);
        DoubleVector inverse = DoubleVector.broadcast(SPECIES, inversePrime);
        DoubleVector signs = DoubleVector.fromArray(SPECIES, SIGNS_1, 0);
        for (int i = 0; i < length; i += LANES) {
            DoubleVector z = DoubleVector.fromArray(SPECIES, x, from + i);
            DoubleVector y = z.fma(signs, z.rearrange(SWAP_1));
            DoubleVector w = DoubleVector.fromArray(SPECIES, spread, at + i);
            DoubleVector k = y.mul(w).fma(inverse, shifter).sub(shifter);
            DoubleVector t = k.mul(minusP);
            ((DoubleVector) SHAPE.cast(y.fma(w, t).sub(k.fma(p, t)))).intoArray(x, from + i);
        }
    }

    private static void inverseWithin4(
            double[] x, int from, int length, double[] spread, int at, double prime, double inversePrime) {
        DoubleVector shifter = DoubleVector.broadcast(SPECIES, SHIFTER);
        DoubleVector p = DoubleVector.broadcast(SPECIES, prime);
        DoubleVector minusP = DoubleVector.broadcast(SPECIES, -prime);
        DoubleVector inverse = DoubleVector.broadcast(SPECIES, inversePrime);
        DoubleVector signs = DoubleVector.fromArray(SPECIES, SIGNS_4, 0);
        for (int i = 0; i < length; i += LANES) {
            DoubleVector z = DoubleVector.fromArray(SPECIES, x, from + i);
            DoubleVector y = z.fma(signs, z.rearrange(SWAP_4));
            DoubleVector w = DoubleVector.fromArray(SPECIES, spread, at + i);
            DoubleVector k = y.mul(w).fma(inverse, shifter).sub(shifter);
            DoubleVector t = k.mul(minusP);
            ((DoubleVector) SHAPE.cast(y.fma(w, t).sub(k.fma(p, t)))).intoArray(x, from + i);
        }
    }

    private static void inverseWithin2(
            double[] x, int from, int length, double[] spread, int at, double prime, double inversePrime) {
        DoubleVector shifter = DoubleVector.broadcast(SPECIES, SHIFTER);
        DoubleVector p = DoubleVector.broadcast(SPECIES, prime);
        DoubleVector minusP = DoubleVector.broadcast(SPECIES, -prime);
        DoubleVector inverse = DoubleVector.broadcast(SPECIES, inversePrime);
        DoubleVector signs = DoubleVector.fromArray(SPECIES, SIGNS_2, 0);
        for (int i = 0; i < length; i += LANES) {
            DoubleVector z = DoubleVector.fromArray(SPECIES, x, from + i);
            DoubleVector y = z.fma(signs, z.rearrange(SWAP_2));
            DoubleVector w = DoubleVector.fromArray(SPECIES, spread, at + i);
            DoubleVector k = y.mul(w).fma(inverse, shifter).sub(shifter);
            DoubleVector t = k.mul(minusP);
            ((DoubleVector) SHAPE.cast(y.fma(w, t).sub(k.fma(p, t)))).intoArray(x, from + i);
        }
    }

    /** The same where a quarter is one vector. */
    private static void narrowInversePass(
            double[] x,
            int from,
            int first,
            int end,
            double[] roots,
            double[] ratios,
            double prime,
            double inversePrime) {
        DoubleVector shifter = DoubleVector.broadcast(SPECIES, SHIFTER);
        DoubleVector p = DoubleVector.broadcast(SPECIES, prime);
        DoubleVector minusP = DoubleVector.broadcast(SPECIES, -prime);
        DoubleVector inverse = DoubleVector.broadcast(SPECIES, inversePrime);
        for (int group = first; group < end; group++) {
            int i = from + 4 * LANES * (group - first);
            DoubleVector a = DoubleVector.fromArray(SPECIES, x, i);
            DoubleVector b = DoubleVector.fromArray(SPECIES, x, i + LANES);
            DoubleVector y = a.sub(b);
            a = a.add(b);
            DoubleVector k = y.fma(DoubleVector.broadcast(SPECIES, ratios[2 * group]), shifter)
                    .sub(shifter);
            DoubleVector t = k.mul(minusP);
            b = y.fma(DoubleVector.broadcast(SPECIES, roots[2 * group]), t).sub(k.fma(p, t));
            DoubleVector c = DoubleVector.fromArray(SPECIES, x, i + 2 * LANES);
            DoubleVector d = DoubleVector.fromArray(SPECIES, x, i + 3 * LANES);
            y = c.sub(d);
            c = c.add(d);
            k = y.fma(DoubleVector.broadcast(SPECIES, ratios[2 * group + 1]), shifter)
                    .sub(shifter);
            t = k.mul(minusP);
            d = y.fma(DoubleVector.broadcast(SPECIES, roots[2 * group + 1]), t).sub(k.fma(p, t));
            ((DoubleVector) SHAPE.cast(b.add(d))).intoArray(x, i + LANES);
            y = a.add(c);
            ((DoubleVector) SHAPE.cast(shifter.sub(y.fma(inverse, shifter)).fma(p, y))).intoArray(x, i);
            DoubleVector w = DoubleVector.broadcast(SPECIES, roots[group]);
            DoubleVector v = DoubleVector.broadcast(SPECIES, ratios[group]);
            y = a.sub(c);
            k = y.fma(v, shifter).sub(shifter);
            t = k.mul(minusP);
            ((DoubleVector) SHAPE.cast(y.fma(w, t).sub(k.fma(p, t)))).intoArray(x, i + 2 * LANES);
            y = b.sub(d);
            k = y.fma(v, shifter).sub(shifter);
            t = k.mul(minusP);
            ((DoubleVector) SHAPE.cast(y.fma(w, t).sub(k.fma(p, t)))).intoArray(x, i + 3 * LANES);
        }
    }

    private static void inversePass(
            double[] x,
            int from,
            int first,
            int end,
            int quarter,
            double[] roots,
            double[] ratios,
            double p,
            double inverse) {
        if (quarter == LANES) {
            narrowInversePass(x, from, first, end, roots, ratios, p, inverse);
            return;
        }
        for (int group = first; group < end; group++) {
            inverseGroup(
                    x,
                    from + 4 * quarter * (group - first),
                    quarter,
                    roots[group],
                    ratios[group],
                    roots[2 * group],
                    ratios[2 * group],
                    roots[2 * group + 1],
                    ratios[2 * group + 1],
                    p,
                    inverse);
        }
    }

    private static void inverseGroup(
            double[] x,
            int from,
            int quarter,
            double root1,
            double ratio1,
            double root2,
            double ratio2,
            double root3,
            double ratio3,
            double prime,
            double inversePrime) {
        DoubleVector shifter = DoubleVector.broadcast(SPECIES, SHIFTER);
        DoubleVector p = DoubleVector.broadcast(SPECIES, prime);
        DoubleVector minusP = DoubleVector.broadcast(SPECIES, -prime);
        DoubleVector inverse = DoubleVector.broadcast(SPECIES, inversePrime);
        DoubleVector w1 = DoubleVector.broadcast(SPECIES, root1);
        DoubleVector v1 = DoubleVector.broadcast(SPECIES, ratio1);
        DoubleVector w2 = DoubleVector.broadcast(SPECIES, root2);
        DoubleVector v2 = DoubleVector.broadcast(SPECIES, ratio2);
        DoubleVector w3 = DoubleVector.broadcast(SPECIES, root3);
        DoubleVector v3 = DoubleVector.broadcast(SPECIES, ratio3);
        for (int i = from; i < from + quarter; i += LANES) {
            DoubleVector a = DoubleVector.fromArray(SPECIES, x, i);
            DoubleVector b = DoubleVector.fromArray(SPECIES, x, i + quarter);
            DoubleVector y = a.sub(b);
            a = a.add(b);
            DoubleVector k = y.fma(v2, shifter).sub(shifter);
            DoubleVector t = k.mul(minusP);
            b = y.fma(w2, t).sub(k.fma(p, t));
            DoubleVector c = DoubleVector.fromArray(SPECIES, x, i + 2 * quarter);
            DoubleVector d = DoubleVector.fromArray(SPECIES, x, i + 3 * quarter);
            y = c.sub(d);
            c = c.add(d);
            k = y.fma(v3, shifter).sub(shifter);
            t = k.mul(minusP);
            d = y.fma(w3, t).sub(k.fma(p, t));
            ((DoubleVector) SHAPE.cast(b.add(d))).intoArray(x, i + quarter);
            y = a.add(c);
            ((DoubleVector) SHAPE.cast(shifter.sub(y.fma(inverse, shifter)).fma(p, y))).intoArray(x, i);
            y = a.sub(c);
            k = y.fma(v1, shifter).sub(shifter);
            t = k.mul(minusP);
            ((DoubleVector) SHAPE.cast(y.fma(w1, t).sub(k.fma(p, t)))).intoArray(x, i + 2 * quarter);
            y = b.sub(d);
            k = y.fma(v1, shifter).sub(shifter);
            t = k.mul(minusP);
            ((DoubleVector) SHAPE.cast(y.fma(w1, t).sub(k.fma(p, t)))).intoArray(x, i + 3 * quarter);
        }
    }

    /** The last two stages with the division by N, and the reduction. */
    private static void lastPass(double[] x, int offset, NttTable table, int quarter, double prime, double inverse) {
        double p = table.prime().value();
        firstDifferences(x, offset, quarter, table.inverseRoots()[2], table.inverseRootRatios()[2], prime);
        firstDifferences(
                x, offset + 2 * quarter, quarter, table.inverseRoots()[3], table.inverseRootRatios()[3], prime);
        lastStage(x, offset, 2 * quarter, table.lastRoot(), table.scale(), p, inverse);
    }

    /** A stage without reduction of the sums. */
    private static void firstDifferences(double[] x, int offset, int half, double root, double ratio, double prime) {
        DoubleVector shifter = DoubleVector.broadcast(SPECIES, SHIFTER);
        DoubleVector p = DoubleVector.broadcast(SPECIES, prime);
        DoubleVector minusP = DoubleVector.broadcast(SPECIES, -prime);
        DoubleVector w = DoubleVector.broadcast(SPECIES, root);
        DoubleVector v = DoubleVector.broadcast(SPECIES, ratio);
        for (int i = offset; i < offset + half; i += LANES) {
            DoubleVector a = DoubleVector.fromArray(SPECIES, x, i);
            DoubleVector b = DoubleVector.fromArray(SPECIES, x, i + half);
            ((DoubleVector) SHAPE.cast(a.add(b))).intoArray(x, i);
            DoubleVector y = a.sub(b);
            DoubleVector k = y.fma(v, shifter).sub(shifter);
            DoubleVector t = k.mul(minusP);
            ((DoubleVector) SHAPE.cast(y.fma(w, t).sub(k.fma(p, t)))).intoArray(x, i + half);
        }
    }

    /** The last stage with the division by N, and the reduction. */
    private static void lastStage(
            double[] x, int offset, int half, double root, double factor, double prime, double inversePrime) {
        DoubleVector shifter = DoubleVector.broadcast(SPECIES, SHIFTER);
        DoubleVector p = DoubleVector.broadcast(SPECIES, prime);
        DoubleVector minusP = DoubleVector.broadcast(SPECIES, -prime);
        DoubleVector inverse = DoubleVector.broadcast(SPECIES, inversePrime);
        DoubleVector w = DoubleVector.broadcast(SPECIES, root);
        DoubleVector v = DoubleVector.broadcast(SPECIES, root / prime);
        DoubleVector scale = DoubleVector.broadcast(SPECIES, factor);
        DoubleVector ratio = DoubleVector.broadcast(SPECIES, factor / prime);
        for (int i = offset; i < offset + half; i += LANES) {
            DoubleVector a = DoubleVector.fromArray(SPECIES, x, i);
            DoubleVector b = DoubleVector.fromArray(SPECIES, x, i + half);
            DoubleVector y = a.add(b);
            DoubleVector k = y.fma(ratio, shifter).sub(shifter);
            DoubleVector t = k.mul(minusP);
            y = y.fma(scale, t).sub(k.fma(p, t));
            ((DoubleVector) SHAPE.cast(shifter.sub(y.fma(inverse, shifter)).fma(p, y))).intoArray(x, i);
            y = a.sub(b);
            k = y.fma(v, shifter).sub(shifter);
            t = k.mul(minusP);
            y = y.fma(w, t).sub(k.fma(p, t));
            ((DoubleVector) SHAPE.cast(shifter.sub(y.fma(inverse, shifter)).fma(p, y))).intoArray(x, i + half);
        }
    }
}
