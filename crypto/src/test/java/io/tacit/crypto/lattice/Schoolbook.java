package io.tacit.crypto.lattice;

/** Products modulo X^N + 1 and 2^64, by the definition. */
public final class Schoolbook {
    private Schoolbook() {}

    /** {@code sum += a b}; rows of zeros in {@code b} are skipped. */
    public static void multiplyAdd(long[] a, long[] b, long[] sum) {
        int degree = a.length;
        for (int j = 0; j < degree; j++) {
            long factor = b[j];
            if (factor != 0) {
                for (int i = 0; i < degree - j; i++) {
                    sum[i + j] += a[i] * factor;
                }
                for (int i = degree - j; i < degree; i++) {
                    sum[i + j - degree] -= a[i] * factor;
                }
            }
        }
    }
}
