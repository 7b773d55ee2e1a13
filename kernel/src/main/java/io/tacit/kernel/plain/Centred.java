package io.tacit.kernel.plain;

/**
 * Arithmetic on single residues modulo an odd p below 2^49, as integers in doubles; bounds are derived at
 * {@link io.tacit.kernel.NegacyclicTransform}. Where multiply and add are not one instruction the exact remainder comes
 * from {@code long}s instead, whose products wrap around but whose difference is small. The rounding of
 * {@code y * ratio} then adds at most 1/8 to the error of the quotient as long as that is below 2^51: the forward transform
 * reduces once between its stages for every degree, so that no value exceeds 6 p.
 */
final class Centred {

    /** Adding and subtracting it rounds a double of absolute value up to 2^51 to the nearest integer. */
    static final double SHIFTER = 0x1.8p52;

    private Centred() {}

    /** {@code y * w - round(y * ratio) * p}, with {@code ratio = w / p} rounded. */
    static double product(double y, double w, double ratio, double p) {
        if (FusedMultiplyAdd.PRESENT) {
            double high = y * w;
            double low = Math.fma(y, w, -high);
            double minusQuotient = SHIFTER - Math.fma(y, ratio, SHIFTER);
            return Math.fma(minusQuotient, p, high) + low;
        }
        double minusQuotient = SHIFTER - (y * ratio + SHIFTER);
        return (long) y * (long) w + (long) minusQuotient * (long) p;
    }

    /** {@code a * b - round(a * b / p) * p}, with {@code inverse = 1 / p} rounded. */
    static double productOf(double a, double b, double p, double inverse) {
        double high = a * b;
        if (FusedMultiplyAdd.PRESENT) {
            double low = Math.fma(a, b, -high);
            double minusQuotient = SHIFTER - Math.fma(high, inverse, SHIFTER);
            return Math.fma(minusQuotient, p, high) + low;
        }
        double minusQuotient = SHIFTER - (high * inverse + SHIFTER);
        return (long) a * (long) b + (long) minusQuotient * (long) p;
    }

    /** The centred residue of |x| below 2^52. */
    static double reduce(double x, double p, double inverse) {
        if (FusedMultiplyAdd.PRESENT) {
            return Math.fma(SHIFTER - Math.fma(x, inverse, SHIFTER), p, x);
        }
        long first = (long) x + (long) (SHIFTER - (x * inverse + SHIFTER)) * (long) p; // may be just beyond p / 2
        return first + (long) (SHIFTER - (first * inverse + SHIFTER)) * (long) p;
    }
}
