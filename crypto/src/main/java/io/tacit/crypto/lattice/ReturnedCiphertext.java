package io.tacit.crypto.lattice;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.ProtocolAbort;
import java.util.Arrays;

/**
 * A ciphertext on its way back to the key holder: c1 modulo 2^maskBits and the wanted coefficients of c0 modulo
 * 2^valueBits, as {@link ReturnFormat} says. Immutable.
 */
public final class ReturnedCiphertext {
    private static final String STEP = "returned ciphertext";

    private final ReturnFormat format;
    final long[] masks;
    final long[] values;

    ReturnedCiphertext(ReturnFormat format, long[] masks, long[] values) {
        this.format = format;
        this.masks = masks;
        this.values = values;
    }

    public ReturnFormat format() {
        return format;
    }

    /** Writes {@link ReturnFormat#bytes} bytes. */
    public void encode(byte[] out, int offset) {
        byte[] fingerprint = format.parameters().fingerprint();
        System.arraycopy(fingerprint, 0, out, offset, fingerprint.length);
        int at = offset + fingerprint.length;
        BitFields.pack(masks, masks.length, format.maskBits(), out, at);
        at += BitFields.bytes(masks.length, format.maskBits());
        BitFields.pack(values, values.length, format.valueBits(), out, at);
    }

    /** The encoding alone. */
    public byte[] encode() {
        byte[] out = new byte[format.bytes()];
        encode(out, 0);
        return out;
    }

    /**
     * Reads what {@link #encode} writes.
     *
     * @param length bytes from {@code offset} on
     * @param peer role of the sender, for messages
     * @throws ProtocolAbort {@code UNEXPECTED_LENGTH}; {@code MALFORMED} for other parameters, spare bits that are not
     *     zero, and c1 = 0
     */
    public static ReturnedCiphertext decode(ReturnFormat format, byte[] bytes, int offset, int length, String peer) {
        if (length != format.bytes()) {
            throw new ProtocolAbort(peer, STEP, AbortReason.UNEXPECTED_LENGTH);
        }
        int degree = format.parameters().degree();
        int at = offset + RnsRing.FINGERPRINT_BYTES;
        int valuesAt = at + BitFields.bytes(degree, format.maskBits());
        if (!Arrays.equals(format.parameters().fingerprint(), 0, RnsRing.FINGERPRINT_BYTES, bytes, offset, at)
                || !BitFields.endsInZeros(bytes, valuesAt, format.wanted(), format.valueBits())) {
            throw new ProtocolAbort(peer, STEP, AbortReason.MALFORMED);
        }
        long[] masks = new long[degree];
        BitFields.unpack(bytes, at, degree, format.maskBits(), masks);
        long any = 0;
        for (long mask : masks) {
            any |= mask;
        }
        if (any == 0) {
            throw new ProtocolAbort(peer, STEP, AbortReason.MALFORMED);
        }
        long[] values = new long[format.wanted()];
        BitFields.unpack(bytes, valuesAt, values.length, format.valueBits(), values);
        return new ReturnedCiphertext(format, masks, values);
    }
}
