package io.tacit.crypto.lattice;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.ProtocolAbort;
import java.util.Arrays;

/**
 * A BGV ciphertext on its way back to the key holder, by its coefficients, at a low level. Immutable.
 *
 * <p>Security guarantee: none by itself; who sends it has scaled, masked or flooded it as its protocol says.
 */
public final class SwitchedCiphertext {
    private static final String STEP = "returned ciphertext";

    private final BgvLevel level;
    final double[] body;
    final double[] mask;

    SwitchedCiphertext(BgvLevel level, double[] body, double[] mask) {
        this.level = level;
        this.body = body;
        this.mask = mask;
    }

    public BgvLevel level() {
        return level;
    }

    /** Bytes of an encoded ciphertext. */
    public static int bytes(BgvLevel level) {
        return RnsRing.FINGERPRINT_BYTES + 2 * level.ring().polynomialBytes();
    }

    /** Fingerprint of the level, residues of c0 and of c1 in as many bits as their primes. */
    public byte[] encode() {
        RnsRing ring = level.ring();
        byte[] out = new byte[bytes(level)];
        System.arraycopy(level.fingerprint(), 0, out, 0, RnsRing.FINGERPRINT_BYTES);
        ring.encode(body, out, RnsRing.FINGERPRINT_BYTES);
        ring.encode(mask, out, RnsRing.FINGERPRINT_BYTES + ring.polynomialBytes());
        return out;
    }

    /**
     * Reads what {@link #encode} writes.
     *
     * @param peer role of the sender, for messages
     * @throws ProtocolAbort {@code UNEXPECTED_LENGTH}; {@code MALFORMED} for another level or c1 = 0; {@code OUT_OF_RANGE}
     *     for values that are no residues
     */
    public static SwitchedCiphertext decode(BgvLevel level, byte[] bytes, String peer) {
        if (bytes.length != bytes(level)) {
            throw new ProtocolAbort(peer, STEP, AbortReason.UNEXPECTED_LENGTH);
        }
        RnsRing ring = level.ring();
        int at = RnsRing.FINGERPRINT_BYTES;
        if (!Arrays.equals(level.fingerprint(), 0, at, bytes, 0, at)) {
            throw new ProtocolAbort(peer, STEP, AbortReason.MALFORMED);
        }
        double[] body = ring.zero();
        double[] mask = ring.zero();
        if (!ring.decode(bytes, at, body) || !ring.decode(bytes, at + ring.polynomialBytes(), mask)) {
            throw new ProtocolAbort(peer, STEP, AbortReason.OUT_OF_RANGE);
        }
        if (Arrays.stream(mask).allMatch(value -> value == 0)) {
            throw new ProtocolAbort(peer, STEP, AbortReason.MALFORMED);
        }
        return new SwitchedCiphertext(level, body, mask);
    }
}
