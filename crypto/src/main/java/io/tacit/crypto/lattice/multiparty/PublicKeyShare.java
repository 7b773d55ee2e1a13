package io.tacit.crypto.lattice.multiparty;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.lattice.PolynomialEvaluation;
import io.tacit.crypto.lattice.RnsRing;
import io.tacit.crypto.random.Seed;
import java.util.Arrays;

/**
 * One party's share b_j = e_j - a s_j of a collective public key. Public and immutable.
 *
 * <p>Security guarantee: it tells nothing about the share of the secret key (ring learning with errors).
 */
public final class PublicKeyShare {
    private static final String STEP = "share of a public key";

    private final LatticeParameters parameters;
    private final CommonReference reference;
    final PolynomialEvaluation body;

    PublicKeyShare(LatticeParameters parameters, CommonReference reference, PolynomialEvaluation body) {
        this.parameters = parameters;
        this.reference = reference;
        this.body = body;
    }

    CommonReference reference() {
        return reference;
    }

    /** Bytes of an encoded share. */
    public static int bytes(LatticeParameters parameters) {
        return RnsRing.FINGERPRINT_BYTES + Seed.BYTES + parameters.ring().polynomialBytes();
    }

    /** Bytes for the others: fingerprint of the ring, seed of the common reference, residues of b_j. */
    public byte[] encode() {
        byte[] out = new byte[bytes(parameters)];
        byte[] fingerprint = parameters.ring().fingerprint(0);
        System.arraycopy(fingerprint, 0, out, 0, fingerprint.length);
        System.arraycopy(reference.seed(), 0, out, fingerprint.length, Seed.BYTES);
        parameters.ring().encode(body.rows, out, fingerprint.length + Seed.BYTES);
        return out;
    }

    /**
     * Reads what {@link #encode} writes.
     *
     * @param reference the one that the parties drew
     * @param peer role of the sender, for messages
     * @throws ProtocolAbort {@code UNEXPECTED_LENGTH}; {@code MALFORMED} for a share of another ring or reference and for
     *     b_j = 0; {@code OUT_OF_RANGE} for values that are no residues
     */
    public static PublicKeyShare decode(
            LatticeParameters parameters, CommonReference reference, byte[] bytes, String peer) {
        if (bytes.length != bytes(parameters)) {
            throw new ProtocolAbort(peer, STEP, AbortReason.UNEXPECTED_LENGTH);
        }
        int at = RnsRing.FINGERPRINT_BYTES;
        int bodyAt = at + Seed.BYTES;
        if (!Arrays.equals(parameters.ring().fingerprint(0), 0, at, bytes, 0, at)
                || !Arrays.equals(reference.seed(), 0, Seed.BYTES, bytes, at, bodyAt)) {
            throw new ProtocolAbort(peer, STEP, AbortReason.MALFORMED);
        }
        PolynomialEvaluation body = PolynomialEvaluation.zero(parameters.ring());
        if (!parameters.ring().decode(bytes, bodyAt, body.rows)) {
            throw new ProtocolAbort(peer, STEP, AbortReason.OUT_OF_RANGE);
        }
        if (body.isZero()) {
            throw new ProtocolAbort(peer, STEP, AbortReason.MALFORMED);
        }
        return new PublicKeyShare(parameters, reference, body);
    }
}
