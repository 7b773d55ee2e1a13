package io.tacit.crypto.lattice.multiparty;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.lattice.RnsRing;
import java.util.Arrays;

/**
 * One party's part of a sum of products: the wanted coefficients of c0, and c1 whole, by coefficients. Immutable.
 *
 * <p>Security guarantee: it holds an encryption of zero of its maker's own under the collective key, so that it is
 * indistinguishable from uniform for all other parties together.
 */
public final class PartialProduct {
    private static final String STEP = "partial product";

    private final LatticeParameters parameters;
    final double[] values;
    final double[] mask;
    private final int wanted;

    PartialProduct(LatticeParameters parameters, int wanted, double[] values, double[] mask) {
        this.parameters = parameters;
        this.wanted = wanted;
        this.values = values;
        this.mask = mask;
    }

    LatticeParameters parameters() {
        return parameters;
    }

    /** Wanted coefficients. */
    int wanted() {
        return wanted;
    }

    /** Bytes of an encoded part with so many wanted coefficients. */
    public static int bytes(LatticeParameters parameters, int wanted) {
        return RnsRing.FINGERPRINT_BYTES
                + parameters.ring().bytes(wanted)
                + parameters.ring().polynomialBytes();
    }

    /** Bytes for the receiver: fingerprint of the parameters, residues of the wanted coefficients and of c1. */
    public byte[] encode() {
        RnsRing ring = parameters.ring();
        byte[] out = new byte[bytes(parameters, wanted)];
        byte[] fingerprint = parameters.fingerprint();
        System.arraycopy(fingerprint, 0, out, 0, fingerprint.length);
        ring.encode(values, wanted, out, fingerprint.length);
        ring.encode(mask, out, fingerprint.length + ring.bytes(wanted));
        return out;
    }

    /**
     * Reads what {@link #encode} writes.
     *
     * @param wanted number of wanted coefficients, 1 to N
     * @param peer role of the sender, for messages
     * @throws ProtocolAbort {@code UNEXPECTED_LENGTH}; {@code MALFORMED} for other parameters; {@code OUT_OF_RANGE} for
     *     values that are no residues
     */
    public static PartialProduct decode(LatticeParameters parameters, int wanted, byte[] bytes, String peer) {
        if (bytes.length != bytes(parameters, wanted)) {
            throw new ProtocolAbort(peer, STEP, AbortReason.UNEXPECTED_LENGTH);
        }
        RnsRing ring = parameters.ring();
        int at = RnsRing.FINGERPRINT_BYTES;
        if (!Arrays.equals(parameters.fingerprint(), 0, at, bytes, 0, at)) {
            throw new ProtocolAbort(peer, STEP, AbortReason.MALFORMED);
        }
        double[] values = new double[ring.limbs() * wanted];
        double[] mask = ring.zero();
        if (!ring.decode(bytes, at, wanted, values) || !ring.decode(bytes, at + ring.bytes(wanted), mask)) {
            throw new ProtocolAbort(peer, STEP, AbortReason.OUT_OF_RANGE);
        }
        return new PartialProduct(parameters, wanted, values, mask);
    }
}
