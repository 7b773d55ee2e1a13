package io.tacit.crypto.ot;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.bouncycastle.math.ec.ECPoint;

/**
 * Random 1-out-of-2 transfers on P-256: the sender gets two keys a transfer, the receiver the one it chose. The protocol of
 * Chou and Orlandi ("The simplest protocol for oblivious transfer", 2015/267) with its later corrections: the sender sends
 * {@code A = aG}; the receiver {@code B_j = b_j G}, plus A if it chooses one; keys are hashes of {@code a B_j} and of
 * {@code a (B_j - A)}. The hash takes the session, the number of the transfer, which of the two keys it is, both points
 * that were sent, and the shared point, so that no message of one transfer or session is of use in another.
 *
 * <p>Security: the receiver's choices are hidden perfectly, each B_j being uniform whatever is chosen; P-256 has no
 * cofactor, through which a sender could learn a choice by adding a point of low order as it can on Curve25519. The key not
 * chosen is hidden under the computational Diffie-Hellman assumption, the hash a random oracle, from a semi-honest
 * receiver. Points are checked to be on the curve and finite. Scalars and choices decide no branch and no address here;
 * the field arithmetic below is the library's.
 */
final class BaseTransfer {
    /** Length of a key. */
    static final int KEY_BYTES = 32;

    private static final byte[] DOMAIN = "tacit base transfer P-256 v1".getBytes(StandardCharsets.US_ASCII);
    private static final int SMALLEST_SESSION_BYTES = 16;

    private BaseTransfer() {}

    /** The sender's keys: {@code keys[choice][transfer]}. */
    static byte[][][] send(Channel channel, byte[] session, int count, Seed secret) {
        requireSession(session);
        BigInteger a;
        try (Prg generator = secret.generator("base transfer", "sender")) {
            a = Curve.randomScalar(generator);
        }
        ECPoint senderPoint = Curve.multiplyGenerator(a);
        byte[] senderBytes = new byte[Curve.POINT_BYTES];
        Curve.encode(senderPoint, senderBytes, 0);
        channel.send(senderBytes);
        byte[] receiverBytes = channel.receive(count * Curve.POINT_BYTES);
        ECPoint correction = Curve.multiply(senderPoint, a).normalize();
        byte[][][] keys = new byte[2][count][];
        for (int j = 0; j < count; j++) {
            ECPoint zero = Curve.multiply(decode(channel, receiverBytes, j * Curve.POINT_BYTES), a);
            ECPoint one = zero.subtract(correction);
            if (one.isInfinity()) {
                throw refuse(channel); // B_j = A: the key of choice one would be known to all
            }
            keys[0][j] = key(session, j, 0, senderBytes, receiverBytes, zero);
            keys[1][j] = key(session, j, 1, senderBytes, receiverBytes, one);
        }
        return keys;
    }

    /**
     * The receiver's keys.
     *
     * @param choices one a transfer; secret
     */
    static byte[][] receive(Channel channel, byte[] session, boolean[] choices, Seed secret) {
        requireSession(session);
        byte[] senderBytes = channel.receive(Curve.POINT_BYTES);
        ECPoint senderPoint = decode(channel, senderBytes, 0);
        byte[] receiverBytes = new byte[choices.length * Curve.POINT_BYTES];
        BigInteger[] scalars = new BigInteger[choices.length];
        byte[] ifZero = new byte[Curve.POINT_BYTES];
        byte[] ifOne = new byte[Curve.POINT_BYTES];
        try (Prg generator = secret.generator("base transfer", "receiver")) {
            for (int j = 0; j < choices.length; ) {
                scalars[j] = Curve.randomScalar(generator);
                ECPoint point = Curve.multiplyGenerator(scalars[j]);
                ECPoint sum = point.add(senderPoint);
                // Infinity or A itself would be refused by the sender: draw again, whatever is chosen.
                if (sum.isInfinity() || point.equals(senderPoint)) {
                    continue;
                }
                Curve.encode(point, ifZero, 0);
                Curve.encode(sum, ifOne, 0);
                select(choices[j], ifOne, ifZero, receiverBytes, j * Curve.POINT_BYTES);
                j++;
            }
        }
        channel.send(receiverBytes);
        byte[][] keys = new byte[choices.length][];
        for (int j = 0; j < choices.length; j++) {
            ECPoint shared = Curve.multiplyFixed(senderPoint, scalars[j]);
            keys[j] = key(session, j, choices[j] ? 1 : 0, senderBytes, receiverBytes, shared);
        }
        Arrays.fill(ifZero, (byte) 0);
        Arrays.fill(ifOne, (byte) 0);
        return keys;
    }

    private static void select(boolean choice, byte[] ifTrue, byte[] ifFalse, byte[] out, int offset) {
        int mask = choice ? -1 : 0;
        for (int i = 0; i < ifTrue.length; i++) {
            out[offset + i] = (byte) ((ifTrue[i] & mask) | (ifFalse[i] & ~mask));
        }
    }

    static byte[] key(byte[] session, int transfer, int choice, byte[] sender, byte[] receivers, ECPoint shared) {
        byte[] point = new byte[Curve.POINT_BYTES];
        Curve.encode(shared, point, 0);
        try {
            MessageDigest hash = MessageDigest.getInstance("SHA-256");
            hash.update(DOMAIN);
            hash.update(ByteBuffer.allocate(3 * Integer.BYTES)
                    .putInt(session.length)
                    .putInt(transfer)
                    .putInt(choice)
                    .array());
            hash.update(session);
            hash.update(sender);
            hash.update(receivers, transfer * Curve.POINT_BYTES, Curve.POINT_BYTES);
            hash.update(point);
            return hash.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        } finally {
            Arrays.fill(point, (byte) 0);
        }
    }

    private static ECPoint decode(Channel channel, byte[] bytes, int offset) {
        try {
            return Curve.decode(bytes, offset);
        } catch (IllegalArgumentException e) {
            throw refuse(channel);
        }
    }

    private static ProtocolAbort refuse(Channel channel) {
        return new ProtocolAbort(channel.peer(), "base transfer", AbortReason.OUT_OF_RANGE);
    }

    private static void requireSession(byte[] session) {
        if (session.length < SMALLEST_SESSION_BYTES) {
            throw new IllegalArgumentException("a session of " + session.length + " bytes");
        }
    }
}
