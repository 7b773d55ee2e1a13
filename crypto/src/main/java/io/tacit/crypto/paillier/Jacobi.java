package io.tacit.crypto.paillier;

import java.math.BigInteger;

/** The Jacobi symbol, variable-time. */
final class Jacobi {
    private Jacobi() {}

    /** (a / n) for odd positive n: 1, -1, or 0 if they have a common divisor. */
    static int symbol(BigInteger a, BigInteger n) {
        BigInteger top = a.mod(n);
        BigInteger bottom = n;
        int symbol = 1;
        while (top.signum() != 0) {
            int twos = top.getLowestSetBit();
            top = top.shiftRight(twos);
            int bottomMod8 = bottom.intValue() & 7;
            if ((twos & 1) != 0 && (bottomMod8 == 3 || bottomMod8 == 5)) {
                symbol = -symbol;
            }
            if ((top.intValue() & 3) == 3 && (bottomMod8 & 3) == 3) {
                symbol = -symbol; // reciprocity
            }
            BigInteger rest = bottom.mod(top);
            bottom = top;
            top = rest;
        }
        return bottom.equals(BigInteger.ONE) ? symbol : 0;
    }
}
