package io.tacit.crypto.seal;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.ProtocolAbort;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContextWithEncapsulation;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * The public key of a party, under which anybody seals messages for it. Hybrid public-key encryption in base mode with
 * X25519, HKDF-SHA256 and AES-128-GCM (RFC 9180). Immutable.
 *
 * <p>Security guarantee: only the holder of the {@link OpeningKey} reads what is sealed, and nobody alters it or moves it
 * to another context. It does not say who sealed it.
 */
public final class SealingKey {
    /** Bytes of a key. */
    public static final int BYTES = 32;

    private static final int TAG_BYTES = 16;
    private static final int ENTROPY_BYTES = 32;

    private final byte[] key;

    SealingKey(byte[] key) {
        this.key = key;
    }

    static HPKE suite() {
        return new HPKE(HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM128);
    }

    /**
     * The key in the {@link #BYTES} bytes from {@code offset} on.
     *
     * @throws IllegalArgumentException if it is a point of low order, which no honest party has
     */
    public static SealingKey of(byte[] bytes, int offset) {
        if (!X25519.calculateAgreement(new byte[BYTES], 0, bytes, offset, new byte[BYTES], 0)) {
            throw new IllegalArgumentException("not the public key of an honest party");
        }
        return new SealingKey(Arrays.copyOfRange(bytes, offset, offset + BYTES));
    }

    /**
     * Reads a key that a peer sent.
     *
     * @param bytes {@link #BYTES}
     * @param peer role of the sender, for messages
     * @throws ProtocolAbort {@code MALFORMED} if it is a point of low order
     */
    public static SealingKey decode(byte[] bytes, String peer) {
        try {
            return of(bytes, 0);
        } catch (IllegalArgumentException e) {
            throw new ProtocolAbort(peer, "key", AbortReason.MALFORMED);
        }
    }

    public byte[] bytes() {
        return key.clone();
    }

    /** Bytes of a sealed message with so many bytes of content. */
    public static int sealedBytes(int length) {
        return BYTES + length + TAG_BYTES;
    }

    /**
     * Seals a message.
     *
     * @param context what it is for; the same bytes open it
     * @return {@link #sealedBytes}
     */
    public byte[] seal(byte[] content, byte[] context, SecureRandom random) {
        byte[] entropy = new byte[ENTROPY_BYTES];
        random.nextBytes(entropy);
        try {
            HPKE suite = suite();
            AsymmetricCipherKeyPair fresh = suite.deriveKeyPair(entropy);
            return seal(suite, fresh, context, new byte[0], content);
        } finally {
            Arrays.fill(entropy, (byte) 0);
        }
    }

    /** With a given ephemeral key, of which there is one for each message. */
    byte[] seal(HPKE suite, AsymmetricCipherKeyPair ephemeral, byte[] context, byte[] associated, byte[] content) {
        try {
            HPKEContextWithEncapsulation sealing =
                    suite.setupBaseS(suite.deserializePublicKey(key), context, ephemeral);
            byte[] sealed = sealing.seal(associated, content);
            byte[] out = Arrays.copyOf(sealing.getEncapsulation(), BYTES + sealed.length);
            System.arraycopy(sealed, 0, out, BYTES, sealed.length);
            return out;
        } catch (InvalidCipherTextException e) {
            throw new IllegalStateException("AES-GCM refuses to encrypt", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SealingKey that && Arrays.equals(key, that.key);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(key);
    }
}
