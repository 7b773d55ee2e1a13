package io.tacit.crypto.lattice;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.random.Seed;
import java.util.Arrays;

/**
 * Public key: (b, a) with a uniform, from a seed that travels instead of it, and b = e - a s. It serves for
 * {@link FreshZero}s. Immutable.
 *
 * <p>Security guarantee: it tells nothing about the secret key (ring learning with errors). The holder of the secret key
 * makes it honestly; bytes of a peer are checked for their form only.
 */
public final class PublicKey {
    private static final String STEP = "public key";

    private final RingParameters parameters;
    private final byte[] seed;
    final PolynomialEvaluation body;
    final PolynomialEvaluation mask;

    PublicKey(RingParameters parameters, byte[] seed, PolynomialEvaluation body, PolynomialEvaluation mask) {
        this.parameters = parameters;
        this.seed = seed;
        this.body = body;
        this.mask = mask;
    }

    /** Parameters of its ring; their plaintext bits do not matter. */
    public RingParameters parameters() {
        return parameters;
    }

    /** Bytes of an encoded key. */
    public static int bytes(RingParameters parameters) {
        return RnsRing.FINGERPRINT_BYTES + Seed.BYTES + parameters.ring().polynomialBytes();
    }

    /** Bytes for the peer: fingerprint of the ring, seed of a, residues of b. */
    public byte[] encode() {
        byte[] out = new byte[bytes(parameters)];
        byte[] fingerprint = parameters.ring().fingerprint(0);
        System.arraycopy(fingerprint, 0, out, 0, fingerprint.length);
        System.arraycopy(seed, 0, out, fingerprint.length, Seed.BYTES);
        parameters.ring().encode(body.rows, out, fingerprint.length + Seed.BYTES);
        return out;
    }

    /**
     * Reads what {@link #encode} writes.
     *
     * @param peer role of the sender, for messages
     * @throws ProtocolAbort {@code UNEXPECTED_LENGTH}; {@code MALFORMED} for a key of another ring or b = 0;
     *     {@code OUT_OF_RANGE} for values that are no residues
     */
    public static PublicKey decode(RingParameters parameters, byte[] bytes, String peer) {
        if (bytes.length != bytes(parameters)) {
            throw new ProtocolAbort(peer, STEP, AbortReason.UNEXPECTED_LENGTH);
        }
        int at = RnsRing.FINGERPRINT_BYTES;
        if (!Arrays.equals(parameters.ring().fingerprint(0), 0, at, bytes, 0, at)) {
            throw new ProtocolAbort(peer, STEP, AbortReason.MALFORMED);
        }
        byte[] seed = Arrays.copyOfRange(bytes, at, at + Seed.BYTES);
        PolynomialEvaluation body = PolynomialEvaluation.zero(parameters.ring());
        if (!parameters.ring().decode(bytes, at + Seed.BYTES, body.rows)) {
            throw new ProtocolAbort(peer, STEP, AbortReason.OUT_OF_RANGE);
        }
        if (body.isZero()) {
            throw new ProtocolAbort(peer, STEP, AbortReason.MALFORMED);
        }
        return new PublicKey(parameters, seed, body, Sampler.expand(parameters.ring(), seed));
    }
}
