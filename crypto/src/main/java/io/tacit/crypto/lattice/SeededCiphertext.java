package io.tacit.crypto.lattice;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.random.Seed;
import java.util.Arrays;

/**
 * A ciphertext as its maker sends it: c0 in evaluation form, and the seed of the uniform c1, so that nobody can make c1
 * zero. Half the size of the two. Immutable.
 *
 * <p>Security guarantee: indistinguishable from uniform bytes for whoever lacks the secret key.
 */
public final class SeededCiphertext {
    private static final String STEP = "ciphertext";

    private final SchemeParameters parameters;
    private final byte[] seed;
    private final PolynomialEvaluation body;

    SeededCiphertext(SchemeParameters parameters, byte[] seed, PolynomialEvaluation body) {
        this.parameters = parameters;
        this.seed = seed;
        this.body = body;
    }

    public SchemeParameters parameters() {
        return parameters;
    }

    /** The ciphertext to compute with. */
    public Ciphertext expand() {
        return new Ciphertext(parameters, body, Sampler.expand(parameters.ring(), seed));
    }

    /** Bytes of an encoded ciphertext. */
    public static int bytes(SchemeParameters parameters) {
        return RnsRing.FINGERPRINT_BYTES + Seed.BYTES + parameters.ring().polynomialBytes();
    }

    /** Writes {@link #bytes} bytes: fingerprint of the parameters, seed, residues of c0 in as many bits as their primes. */
    public void encode(byte[] out, int offset) {
        byte[] fingerprint = parameters.fingerprint();
        System.arraycopy(fingerprint, 0, out, offset, fingerprint.length);
        System.arraycopy(seed, 0, out, offset + fingerprint.length, Seed.BYTES);
        parameters.ring().encode(body.rows, out, offset + fingerprint.length + Seed.BYTES);
    }

    /** The encoding alone. */
    public byte[] encode() {
        byte[] out = new byte[bytes(parameters)];
        encode(out, 0);
        return out;
    }

    /**
     * Reads what {@link #encode} writes.
     *
     * @param length bytes from {@code offset} on
     * @param peer role of the sender, for messages
     * @throws ProtocolAbort {@code UNEXPECTED_LENGTH}; {@code MALFORMED} for other parameters; {@code OUT_OF_RANGE} for
     *     values that are no residues
     */
    public static SeededCiphertext decode(
            SchemeParameters parameters, byte[] bytes, int offset, int length, String peer) {
        if (length != bytes(parameters)) {
            throw new ProtocolAbort(peer, STEP, AbortReason.UNEXPECTED_LENGTH);
        }
        int at = offset + RnsRing.FINGERPRINT_BYTES;
        if (!Arrays.equals(parameters.fingerprint(), 0, RnsRing.FINGERPRINT_BYTES, bytes, offset, at)) {
            throw new ProtocolAbort(peer, STEP, AbortReason.MALFORMED);
        }
        byte[] seed = Arrays.copyOfRange(bytes, at, at + Seed.BYTES);
        PolynomialEvaluation body = PolynomialEvaluation.zero(parameters.ring());
        if (!parameters.ring().decode(bytes, at + Seed.BYTES, body.rows)) {
            throw new ProtocolAbort(peer, STEP, AbortReason.OUT_OF_RANGE);
        }
        return new SeededCiphertext(parameters, seed, body);
    }
}
