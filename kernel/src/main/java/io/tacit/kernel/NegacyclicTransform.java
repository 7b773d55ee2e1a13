package io.tacit.kernel;

/**
 * The number-theoretic transform of Z_p[X] / (X^N + 1): coefficients to the values at the odd powers of psi, and back.
 * Value j of the result is that at psi^(2 brv(j) + 1), brv reversing log2 N bits, so that the product of polynomials is
 * the product of values in each place. Every twin computes the same residues in the same order.
 *
 * <p>Both directions work in place, take centred residues and leave centred residues (|x| at most (p - 1) / 2). No branch
 * and no address depends on content.
 *
 * <h2>Why the doubles are exact</h2>
 *
 * A product of y with a constant w, |w| at most p / 2, is {@code h = y * w} rounded, and {@code l = fma(y, w, -h)}, the
 * exact rest. The quotient is {@code k = round(y * v)} with v = w / p rounded: adding 1.5 * 2^52 rounds to an integer as
 * long as |y v| is at most 2^51. |w / p| is below 1/2, so v is within 2^-55 of it, and k is within 1/2 + |y| 2^-55 of
 * y w / p. With |y| at most c p and p below 2^49 the residue r = y w - k p is at most (1/2 + c / 64) p. Then {@code h - k p}
 * is an integer (h is the product itself below 2^53, else a multiple of its unit in the last place) and at most |r| + |l|,
 * below 2^53: {@code fma(-k, p, h)} is exact, and so is the sum with l, which is r.
 *
 * <p><em>Forward</em> (Cooley-Tukey): x + r and x - r. From c = 1/2 on a stage takes c to (1 + 1/64) c + 1/2, that is
 * 32.5 (65/64)^s - 32 after s stages: 7.15 after 12 and 7.76 after 13. Sums stay below 8 * 2^49 = 2^52 and quotients below 2^51
 * up to N = 8192. The reduction at the end, {@code x - round(x / p) p} with the reciprocal within 2^-53 / p, errs by
 * less than x / p * 2^-53, which is below 1 / 2p for |x| below 2^52: it never rounds across the middle between two
 * multiples of p, as p is odd, and its result is centred. For N = 16384 and 32768 either p is below 2^48 (then c after s
 * stages is 64.5 (129/128)^s - 64, at most 8.49 * 2^48 after 15, and quotients are below 2^51), or all values are
 * reduced once between the stages.
 *
 * <p><em>Inverse</em> (Gentleman-Sande): x + y and (x - y) w. Two stages at once make of four values of at most c p: one
 * sum of four, 4 c, which is reduced to 1/2; a sum of two products of differences, at most 2 (1/2 + 2 c / 64) = 1 + c / 16;
 * and two products of at most 1/2 + 4 c / 64. So c is at most 16/15 after every pass, differences are below 4.3 p and all
 * quotients below 2^51. The last stage multiplies by 1 / N on both sides, from at most 4.3 p, and reduces: from 0.57 p.
 */
public interface NegacyclicTransform {

    /** Coefficients {@code offset .. offset + N - 1} become values. */
    void forward(double[] polynomial, int offset, NttTable table);

    /** Values {@code offset .. offset + N - 1} become coefficients. */
    void inverse(double[] polynomial, int offset, NttTable table);
}
