package io.tacit.crypto.ot;

import io.tacit.crypto.random.Prg;
import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECConstantTimeMultiplier;
import org.bouncycastle.math.ec.ECMultiplier;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/**
 * The group of NIST P-256 (FIPS 186-5), of prime order: every point of the curve but infinity generates it, so that a
 * point on the curve is a point of the group. Points travel uncompressed.
 */
final class Curve {
    /** Length of a point: a byte 4, and both coordinates. */
    static final int POINT_BYTES = 65;

    private static final byte UNCOMPRESSED = 4;
    private static final int SCALAR_BYTES = 32;
    private static final X9ECParameters P256 = CustomNamedCurves.getByName("secp256r1");

    /** For points multiplied often: keeps a table with the point. Neither branches on the scalar, as the default does. */
    private static final ECMultiplier FIXED = new FixedPointCombMultiplier();

    private static final ECMultiplier ANY = new ECConstantTimeMultiplier();

    private Curve() {}

    static ECPoint multiply(ECPoint point, BigInteger scalar) {
        return ANY.multiply(point, scalar);
    }

    /** As {@link #multiply}, faster from the second product of the same object on. */
    static ECPoint multiplyFixed(ECPoint point, BigInteger scalar) {
        return FIXED.multiply(point, scalar);
    }

    static ECPoint multiplyGenerator(BigInteger scalar) {
        return FIXED.multiply(P256.getG(), scalar);
    }

    /** Uniform in 1 .. order - 1. */
    static BigInteger randomScalar(Prg generator) {
        byte[] bytes = new byte[SCALAR_BYTES];
        BigInteger scalar;
        do {
            generator.fill(bytes, 0, SCALAR_BYTES);
            scalar = new BigInteger(1, bytes);
        } while (scalar.signum() == 0 || scalar.compareTo(P256.getN()) >= 0);
        Arrays.fill(bytes, (byte) 0);
        return scalar;
    }

    static void encode(ECPoint point, byte[] out, int offset) {
        byte[] encoded = point.normalize().getEncoded(false);
        System.arraycopy(encoded, 0, out, offset, POINT_BYTES);
    }

    /**
     * Reads a point that a peer sent.
     *
     * @throws IllegalArgumentException if it is not an uncompressed, reduced, finite point of the curve
     */
    static ECPoint decode(byte[] in, int offset) {
        if (in[offset] != UNCOMPRESSED) {
            throw new IllegalArgumentException("not an uncompressed point");
        }
        ECPoint point = P256.getCurve().decodePoint(Arrays.copyOfRange(in, offset, offset + POINT_BYTES));
        if (point.isInfinity() || !point.isValid()) {
            throw new IllegalArgumentException("not a point of the group");
        }
        return point;
    }
}
