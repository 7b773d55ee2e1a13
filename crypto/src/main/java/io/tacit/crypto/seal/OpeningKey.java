package io.tacit.crypto.seal;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.ProtocolAbort;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;

/**
 * The secret key with which a party opens what was sealed for it.
 *
 * <p>Security guarantee: nothing shows it; {@link #close} overwrites it.
 */
public final class OpeningKey implements AutoCloseable {
    /** Bytes of a key. */
    public static final int BYTES = 32;

    private final byte[] secret;
    private final SealingKey sealing;

    private OpeningKey(byte[] secret, byte[] open) {
        this.secret = secret;
        this.sealing = new SealingKey(open);
    }

    /** A fresh key. */
    public static OpeningKey generate(SecureRandom random) {
        byte[] entropy = new byte[BYTES];
        random.nextBytes(entropy);
        HPKE suite = SealingKey.suite();
        AsymmetricCipherKeyPair pair = suite.deriveKeyPair(entropy);
        Arrays.fill(entropy, (byte) 0);
        return new OpeningKey(suite.serializePrivateKey(pair.getPrivate()), suite.serializePublicKey(pair.getPublic()));
    }

    /** The key that {@link #reveal} wrote, with its public key. */
    public static OpeningKey of(byte[] secret, SealingKey sealing) {
        if (secret.length != BYTES) {
            throw new IllegalArgumentException(secret.length + " bytes");
        }
        return new OpeningKey(secret.clone(), sealing.bytes());
    }

    /** Bytes for the party's own file: secret. */
    public byte[] reveal() {
        return secret.clone();
    }

    /** The public key that belongs to it. */
    public SealingKey sealingKey() {
        return sealing;
    }

    /**
     * Opens a message.
     *
     * @param context what it is for, as it was sealed
     * @param peer role of the sender, for messages
     * @throws ProtocolAbort {@code MALFORMED} if it was not sealed for this key and context, whatever is wrong with it
     */
    public byte[] open(byte[] sealed, byte[] context, String peer) {
        return open(sealed, context, new byte[0], peer);
    }

    byte[] open(byte[] sealed, byte[] context, byte[] associated, String peer) {
        if (sealed.length < SealingKey.sealedBytes(0)) {
            throw new ProtocolAbort(peer, "sealed message", AbortReason.UNEXPECTED_LENGTH);
        }
        HPKE suite = SealingKey.suite();
        byte[] encapsulation = Arrays.copyOf(sealed, SealingKey.BYTES);
        byte[] content = Arrays.copyOfRange(sealed, SealingKey.BYTES, sealed.length);
        try {
            return suite.setupBaseR(encapsulation, suite.deserializePrivateKey(secret, sealing.bytes()), context)
                    .open(associated, content);
        } catch (InvalidCipherTextException | IllegalStateException e) {
            throw new ProtocolAbort(peer, "sealed message", AbortReason.MALFORMED);
        }
    }

    @Override
    public void close() {
        Arrays.fill(secret, (byte) 0);
    }
}
