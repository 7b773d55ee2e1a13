package io.tacit.crypto.lattice.multiparty;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.lattice.PolynomialEvaluation;
import io.tacit.crypto.lattice.RnsRing;
import java.util.Arrays;

/** The second half c1 of a summed product: all that a party needs for its share of a key switch. Public and immutable. */
public final class SummedMask {
    private static final String STEP = "summed product";

    private final LatticeParameters parameters;
    final PolynomialEvaluation polynomial;

    SummedMask(LatticeParameters parameters, PolynomialEvaluation polynomial) {
        this.parameters = parameters;
        this.polynomial = polynomial;
    }

    LatticeParameters parameters() {
        return parameters;
    }

    /** Bytes of an encoded one. */
    public static int bytes(LatticeParameters parameters) {
        return RnsRing.FINGERPRINT_BYTES + parameters.ring().polynomialBytes();
    }

    /** Bytes for the others: fingerprint of the parameters, residues. */
    public byte[] encode() {
        byte[] out = new byte[bytes(parameters)];
        byte[] fingerprint = parameters.fingerprint();
        System.arraycopy(fingerprint, 0, out, 0, fingerprint.length);
        parameters.ring().encode(polynomial.rows, out, fingerprint.length);
        return out;
    }

    /**
     * Reads what {@link #encode} writes.
     *
     * @param peer role of the sender, for messages
     * @throws ProtocolAbort {@code UNEXPECTED_LENGTH}; {@code MALFORMED} for other parameters and for c1 = 0; {@code
     *     OUT_OF_RANGE} for values that are no residues
     */
    public static SummedMask decode(LatticeParameters parameters, byte[] bytes, String peer) {
        if (bytes.length != bytes(parameters)) {
            throw new ProtocolAbort(peer, STEP, AbortReason.UNEXPECTED_LENGTH);
        }
        int at = RnsRing.FINGERPRINT_BYTES;
        if (!Arrays.equals(parameters.fingerprint(), 0, at, bytes, 0, at)) {
            throw new ProtocolAbort(peer, STEP, AbortReason.MALFORMED);
        }
        PolynomialEvaluation polynomial = PolynomialEvaluation.zero(parameters.ring());
        if (!parameters.ring().decode(bytes, at, polynomial.rows)) {
            throw new ProtocolAbort(peer, STEP, AbortReason.OUT_OF_RANGE);
        }
        if (polynomial.isZero()) {
            throw new ProtocolAbort(peer, STEP, AbortReason.MALFORMED);
        }
        return new SummedMask(parameters, polynomial);
    }
}
