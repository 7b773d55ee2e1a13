package io.tacit.crypto.paillier;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What a proof has said so far, and challenges drawn from it by SHA-256. Every part is length-prefixed. */
final class Transcript {
    private final MessageDigest hash;

    Transcript(String domain, byte[] context) {
        try {
            hash = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
        add(domain.getBytes(StandardCharsets.US_ASCII));
        add(context);
    }

    void add(BigInteger number) {
        add(number.toByteArray());
    }

    private void add(byte[] part) {
        hash.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
        hash.update(part);
    }

    /** The bits that follow from everything added: {@code bits} of them, as a number. */
    BigInteger challenge(int bits) {
        byte[] root = hash.digest();
        byte[] out = new byte[(bits + Byte.SIZE - 1) / Byte.SIZE];
        for (int at = 0, block = 0; at < out.length; at += root.length, block++) {
            hash.update(root);
            hash.update(ByteBuffer.allocate(Integer.BYTES).putInt(block).array());
            byte[] part = hash.digest();
            System.arraycopy(part, 0, out, at, Math.min(part.length, out.length - at));
        }
        out[0] &= (byte) (0xff >>> (out.length * Byte.SIZE - bits));
        return new BigInteger(1, out);
    }
}
