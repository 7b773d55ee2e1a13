package io.tacit.crypto.lattice;

import java.math.BigInteger;

/** Negacyclic number-theoretic transform modulo one prime. */
final class Ntt {
    private final int degree;
    private final double prime;
    private final double inverse;
    private final double[] roots;
    private final double[] inverseRoots;
    private final double scale;

    Ntt(int degree, long prime) {
        this.degree = degree;
        this.prime = prime;
        this.inverse = 1.0 / prime;
        BigInteger p = BigInteger.valueOf(prime);
        BigInteger root = BigInteger.TWO;
        BigInteger exponent = BigInteger.valueOf((prime - 1) / (2L * degree));
        BigInteger minusOne = p.subtract(BigInteger.ONE);
        BigInteger psi = root.modPow(exponent, p);
        while (!psi.modPow(BigInteger.valueOf(degree), p).equals(minusOne)) {
            root = root.add(BigInteger.ONE);
            psi = root.modPow(exponent, p);
        }
        roots = powers(psi, p);
        inverseRoots = powers(psi.modInverse(p), p);
        scale = RnsRing.centred(BigInteger.valueOf(degree).modInverse(p).longValueExact(), prime);
    }

    private double[] powers(BigInteger psi, BigInteger p) {
        int bits = Integer.numberOfTrailingZeros(degree);
        double[] powers = new double[degree];
        BigInteger power = BigInteger.ONE;
        for (int i = 0; i < degree; i++) {
            powers[Integer.reverse(i) >>> (Integer.SIZE - bits)] =
                    RnsRing.centred(power.longValueExact(), p.longValueExact());
            power = power.multiply(psi).mod(p);
        }
        return powers;
    }

    private double multiply(double a, double b) {
        double high = a * b;
        double low = Math.fma(a, b, -high);
        return Math.fma(-Math.rint(high * inverse), prime, high) + low;
    }

    private double reduce(double a) {
        return a - prime * Math.rint(a * inverse);
    }

    void forward(double[] x, int at) {
        int gap = degree;
        for (int m = 1; m < degree; m <<= 1) {
            gap >>= 1;
            for (int i = 0; i < m; i++) {
                double w = roots[m + i];
                for (int j = at + 2 * i * gap; j < at + 2 * i * gap + gap; j++) {
                    double u = x[j];
                    double v = multiply(x[j + gap], w);
                    x[j] = reduce(u + v);
                    x[j + gap] = reduce(u - v);
                }
            }
        }
    }

    void inverse(double[] x, int at) {
        int gap = 1;
        for (int m = degree / 2; m >= 1; m >>= 1) {
            for (int i = 0; i < m; i++) {
                double w = inverseRoots[m + i];
                for (int j = at + 2 * i * gap; j < at + 2 * i * gap + gap; j++) {
                    double u = x[j];
                    double v = x[j + gap];
                    x[j] = reduce(u + v);
                    x[j + gap] = multiply(reduce(u - v), w);
                }
            }
            gap <<= 1;
        }
        for (int j = at; j < at + degree; j++) {
            x[j] = multiply(x[j], scale);
        }
    }
}
