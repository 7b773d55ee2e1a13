package io.tacit.crypto.lattice.multiparty;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.lattice.PolynomialEvaluation;
import io.tacit.crypto.lattice.RnsRing;
import java.util.Arrays;

/**
 * A ciphertext under a collective key: (c0, c1) in evaluation form, c0 + c1 s = q m / 2^l + noise modulo q. One party's
 * encryption, or the sum of those of several. Immutable.
 *
 * <p>Security guarantee: indistinguishable from uniform for whoever lacks one share of the key.
 */
public final class CollectiveCiphertext {
    private static final String STEP = "ciphertext under the collective key";

    private final LatticeParameters parameters;
    private final int encryptions;
    final PolynomialEvaluation body;
    final PolynomialEvaluation mask;

    CollectiveCiphertext(
            LatticeParameters parameters, int encryptions, PolynomialEvaluation body, PolynomialEvaluation mask) {
        this.parameters = parameters;
        this.encryptions = encryptions;
        this.body = body;
        this.mask = mask;
    }

    public LatticeParameters parameters() {
        return parameters;
    }

    /** Encryptions that are summed in it. */
    int encryptions() {
        return encryptions;
    }

    /** The encryption of the sum of the messages. */
    public CollectiveCiphertext plus(CollectiveCiphertext other) {
        parameters.requireEqual(other.parameters);
        RnsRing ring = parameters.ring();
        PolynomialEvaluation bodies = new PolynomialEvaluation(ring, body.rows.clone());
        PolynomialEvaluation masks = new PolynomialEvaluation(ring, mask.rows.clone());
        ring.add(bodies.rows, other.body.rows);
        ring.add(masks.rows, other.mask.rows);
        return new CollectiveCiphertext(parameters, encryptions + other.encryptions, bodies, masks);
    }

    /** Bytes of an encoded ciphertext. */
    public static int bytes(LatticeParameters parameters) {
        return RnsRing.FINGERPRINT_BYTES + 2 * parameters.ring().polynomialBytes();
    }

    /** Bytes for a party of the group: fingerprint of the parameters, residues of c0 and c1. */
    public byte[] encode() {
        byte[] out = new byte[bytes(parameters)];
        byte[] fingerprint = parameters.fingerprint();
        System.arraycopy(fingerprint, 0, out, 0, fingerprint.length);
        parameters.ring().encode(body.rows, out, fingerprint.length);
        parameters
                .ring()
                .encode(mask.rows, out, fingerprint.length + parameters.ring().polynomialBytes());
        return out;
    }

    /**
     * Reads what {@link #encode} writes.
     *
     * @param encryptions that are summed in it, as the protocol says
     * @param peer role of the sender, for messages
     * @throws ProtocolAbort {@code UNEXPECTED_LENGTH}; {@code MALFORMED} for other parameters and for c1 = 0; {@code
     *     OUT_OF_RANGE} for values that are no residues
     */
    public static CollectiveCiphertext decode(
            LatticeParameters parameters, int encryptions, byte[] bytes, String peer) {
        if (bytes.length != bytes(parameters)) {
            throw new ProtocolAbort(peer, STEP, AbortReason.UNEXPECTED_LENGTH);
        }
        int at = RnsRing.FINGERPRINT_BYTES;
        if (!Arrays.equals(parameters.fingerprint(), 0, at, bytes, 0, at)) {
            throw new ProtocolAbort(peer, STEP, AbortReason.MALFORMED);
        }
        RnsRing ring = parameters.ring();
        PolynomialEvaluation body = PolynomialEvaluation.zero(ring);
        PolynomialEvaluation mask = PolynomialEvaluation.zero(ring);
        if (!ring.decode(bytes, at, body.rows) || !ring.decode(bytes, at + ring.polynomialBytes(), mask.rows)) {
            throw new ProtocolAbort(peer, STEP, AbortReason.OUT_OF_RANGE);
        }
        if (mask.isZero()) {
            throw new ProtocolAbort(peer, STEP, AbortReason.MALFORMED);
        }
        return new CollectiveCiphertext(parameters, encryptions, body, mask);
    }
}
