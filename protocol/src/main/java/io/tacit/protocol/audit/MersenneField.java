package io.tacit.protocol.audit;

/**
 * The field of p = 2^31 - 1 or p = 2^61 - 1 elements as an attacker computes in it: one value at a time, in variable
 * time, with inverses. Values are canonical, 0 .. p - 1.
 */
final class MersenneField {
    private final int exponent;
    private final long modulus;

    private MersenneField(int exponent) {
        this.exponent = exponent;
        this.modulus = (1L << exponent) - 1;
    }

    /** @throws IllegalArgumentException if {@code modulus} is neither 2^31 - 1 nor 2^61 - 1 */
    static MersenneField of(long modulus) {
        if (modulus == (1L << 31) - 1) {
            return new MersenneField(31);
        }
        if (modulus == (1L << 61) - 1) {
            return new MersenneField(61);
        }
        throw new IllegalArgumentException("modulus " + modulus + " is neither 2^31 - 1 nor 2^61 - 1");
    }

    long modulus() {
        return modulus;
    }

    long add(long a, long b) {
        long sum = a + b;
        return sum >= modulus ? sum - modulus : sum;
    }

    long subtract(long a, long b) {
        long difference = a - b;
        return difference < 0 ? difference + modulus : difference;
    }

    long multiply(long a, long b) {
        long low = a * b;
        // a * b = high part * 2^exponent + low part, and 2^exponent = 1
        long folded = exponent == 31
                ? (low >>> 31) + (low & modulus)
                : ((Math.multiplyHigh(a, b) << 3) | (low >>> 61)) + (low & modulus);
        return folded >= modulus ? folded - modulus : folded;
    }

    /** 1/a by Fermat. @throws ArithmeticException for a = 0 */
    long inverse(long a) {
        if (a == 0) {
            throw new ArithmeticException("0 has no inverse");
        }
        long result = 1;
        long power = a;
        for (long bits = modulus - 2; bits != 0; bits >>= 1) {
            if ((bits & 1) != 0) {
                result = multiply(result, power);
            }
            power = multiply(power, power);
        }
        return result;
    }

    /** {@code value * buckets / p}, rounded down: where a value lies in the field, in equal parts. */
    int bucket(long value, int buckets) {
        return exponent == 31
                ? (int) (value * buckets / modulus)
                : (int) Math.min(buckets - 1, (value >>> 30) * buckets >>> 31);
    }
}
