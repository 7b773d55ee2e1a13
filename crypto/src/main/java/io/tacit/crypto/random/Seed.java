package io.tacit.crypto.random;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * 32 secret bytes from which generators are derived.
 *
 * <p>Security: whoever holds a seed knows everything derived from it. A seed is never printed, and its bytes are
 * overwritten by {@link #close}; afterwards every use throws {@link IllegalStateException}. Derivation is HMAC-SHA256
 * (FIPS 198-1) under the seed of the length-prefixed labels: outputs under different label lists are independent, and none
 * of them tells anything about the seed.
 */
public final class Seed implements AutoCloseable {
    /** Length of a seed. */
    public static final int BYTES = 32;

    private final byte[] bytes;
    private boolean closed;

    private Seed(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A fresh seed from the system's generator. */
    public static Seed random(SecureRandom source) {
        byte[] bytes = new byte[BYTES];
        source.nextBytes(bytes);
        return new Seed(bytes);
    }

    /** The seed with those {@link #BYTES} bytes, which are copied. */
    public static Seed of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a seed of " + bytes.length + " bytes");
        }
        return new Seed(bytes.clone());
    }

    /** A copy of the bytes, for the party that is to expand the same seed. The caller overwrites it after use. */
    public byte[] reveal() {
        requireOpen();
        return bytes.clone();
    }

    /**
     * The seed for one purpose.
     *
     * @param labels what it is for, from general to special, such as {@code "securenets", "pad", "layer 3"}
     */
    public Seed derive(String... labels) {
        return new Seed(expand((byte) 0, labels));
    }

    /** The generator for one purpose; independent of every seed that {@link #derive} gives for the same labels. */
    public Prg generator(String... labels) {
        byte[] expanded = expand((byte) 1, labels);
        try {
            return new Prg(Arrays.copyOf(expanded, Prg.KEY_BYTES), Arrays.copyOfRange(expanded, Prg.KEY_BYTES, BYTES));
        } finally {
            Arrays.fill(expanded, (byte) 0);
        }
    }

    private byte[] expand(byte kind, String... labels) {
        requireOpen();
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(bytes, "HmacSHA256"));
            mac.update(kind);
            for (String label : labels) {
                byte[] encoded = label.getBytes(StandardCharsets.UTF_8);
                mac.update(ByteBuffer.allocate(Integer.BYTES)
                        .putInt(encoded.length)
                        .array());
                mac.update(encoded);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HmacSHA256", e);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the seed has been wiped");
        }
    }

    /** Overwrites the bytes. Repeated calls do nothing. */
    @Override
    public void close() {
        Arrays.fill(bytes, (byte) 0);
        closed = true;
    }

    /** Equality in constant time. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Seed seed && MessageDigest.isEqual(bytes, seed.bytes);
    }

    /** The same for all seeds: a hash of secret bytes would tell about them. */
    @Override
    public int hashCode() {
        return Seed.class.hashCode();
    }
}
