package io.tacit.crypto.lattice.multiparty;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.lattice.RnsRing;
import java.util.Arrays;

/**
 * Shares of a key switch, one party's or the sum of several: the wanted coefficients of s_j c1 + smudging noise. For the
 * receiver alone. Immutable.
 *
 * <p>Security guarantee: see {@link KeySwitching}.
 */
public final class SwitchingShare {
    private static final String STEP = "share of a key switch";

    private final LatticeParameters parameters;
    private final int shares;
    private final int wanted;
    final double[] values;

    SwitchingShare(LatticeParameters parameters, int shares, int wanted, double[] values) {
        this.parameters = parameters;
        this.shares = shares;
        this.wanted = wanted;
        this.values = values;
    }

    LatticeParameters parameters() {
        return parameters;
    }

    /** Shares that are summed in it. */
    int shares() {
        return shares;
    }

    /** Wanted coefficients. */
    int wanted() {
        return wanted;
    }

    /** Bytes of an encoded share. */
    public static int bytes(LatticeParameters parameters, int wanted) {
        return RnsRing.FINGERPRINT_BYTES + parameters.ring().bytes(wanted);
    }

    /** Bytes for the receiver: fingerprint of the parameters, residues. */
    public byte[] encode() {
        byte[] out = new byte[bytes(parameters, wanted)];
        byte[] fingerprint = parameters.fingerprint();
        System.arraycopy(fingerprint, 0, out, 0, fingerprint.length);
        parameters.ring().encode(values, wanted, out, fingerprint.length);
        return out;
    }

    /**
     * Reads the {@link #encode} of one party's share.
     *
     * @param wanted number of wanted coefficients, 1 to N
     * @param peer role of the sender, for messages
     * @throws ProtocolAbort {@code UNEXPECTED_LENGTH}; {@code MALFORMED} for other parameters; {@code OUT_OF_RANGE} for
     *     values that are no residues
     */
    public static SwitchingShare decode(LatticeParameters parameters, int wanted, byte[] bytes, String peer) {
        if (bytes.length != bytes(parameters, wanted)) {
            throw new ProtocolAbort(peer, STEP, AbortReason.UNEXPECTED_LENGTH);
        }
        int at = RnsRing.FINGERPRINT_BYTES;
        if (!Arrays.equals(parameters.fingerprint(), 0, at, bytes, 0, at)) {
            throw new ProtocolAbort(peer, STEP, AbortReason.MALFORMED);
        }
        double[] values = new double[parameters.ring().limbs() * wanted];
        if (!parameters.ring().decode(bytes, at, wanted, values)) {
            throw new ProtocolAbort(peer, STEP, AbortReason.OUT_OF_RANGE);
        }
        return new SwitchingShare(parameters, 1, wanted, values);
    }
}
