package io.tacit.crypto.lattice;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import java.util.Arrays;

/**
 * Evaluation key that brings products of two ciphertexts back to two components: for each prime p of its level an
 * encryption (b, a), b = e - a s + P s^2 modulo p and e - a s modulo the others, of the square of the secret key times the
 * special prime P (Gentry, Halevi, Smart 2012/099, with one digit a prime). It serves every plaintext prime and every level
 * up to its own. Immutable.
 *
 * <p>Security guarantee: it tells nothing about the secret key (ring learning with errors, circular). The holder of the
 * secret key makes it honestly; bytes of a peer are checked for their form only.
 */
public final class RelinearizationKey {
    private static final String STEP = "relinearization key";

    private final BgvParameters parameters;
    private final int limbs;
    private final byte[][] seeds;
    private final PolynomialEvaluation[] bodies;
    private final PolynomialEvaluation[] masks;

    private RelinearizationKey(BgvParameters parameters, int limbs, byte[][] seeds, PolynomialEvaluation[] bodies) {
        this.parameters = parameters;
        this.limbs = limbs;
        this.seeds = seeds;
        this.bodies = bodies;
        this.masks = Arrays.stream(seeds)
                .map(seed -> Sampler.expand(parameters.extended(limbs), seed))
                .toArray(PolynomialEvaluation[]::new);
    }

    /**
     * A key for levels 1 to {@code limbs}. Each call gives another.
     *
     * @param secret of the ring {@link BgvParameters#keys}
     */
    public static RelinearizationKey generate(BgvParameters parameters, int limbs, SecretKey secret, Prg prg) {
        RnsRing ring = parameters.extended(limbs);
        int degree = ring.degree();
        byte[][] seeds = new byte[limbs][];
        PolynomialEvaluation[] bodies = new PolynomialEvaluation[limbs];
        double special = parameters.special().value();
        try (Sampler sampler = new Sampler(prg, ring.kernels())) {
            double[] square = ring.zero();
            Arrays.fill(square, 1); // the constant polynomial 1, by its values
            secret.multiply(ring, square);
            secret.multiply(ring, square);
            for (int digit = 0; digit < limbs; digit++) {
                seeds[digit] = sampler.bytes(Seed.BYTES);
                double[] errors = sampler.binomial(degree);
                bodies[digit] = SecretKey.evaluation(ring, errors);
                Arrays.fill(errors, 0);
                double[] product = ring.zero();
                Sampler.expand(ring, seeds[digit], product);
                secret.multiply(ring, product);
                ring.subtract(bodies[digit].rows, product);
                int at = digit * degree;
                double[] row = new double[degree];
                Arrays.fill(row, special);
                var residues = ring.kernels().residues();
                residues.reduce(ring.prime(digit), row, 0, row, 0, degree);
                residues.multiply(ring.prime(digit), row, 0, square, at, row, 0, degree);
                residues.add(ring.prime(digit), bodies[digit].rows, at, row, 0, bodies[digit].rows, at, degree);
                Arrays.fill(row, 0);
            }
            Arrays.fill(square, 0);
        }
        return new RelinearizationKey(parameters, limbs, seeds, bodies);
    }

    public BgvParameters parameters() {
        return parameters;
    }

    /** Highest level it serves. */
    public int limbs() {
        return limbs;
    }

    /** b of the digit of prime {@code digit}: rows of the primes of the level, then that of the special prime. */
    PolynomialEvaluation body(int digit) {
        return bodies[digit];
    }

    /** a of the digit. */
    PolynomialEvaluation mask(int digit) {
        return masks[digit];
    }

    /** Bytes of an encoded key. */
    public static int bytes(BgvParameters parameters, int limbs) {
        return RnsRing.FINGERPRINT_BYTES
                + limbs * (Seed.BYTES + parameters.extended(limbs).polynomialBytes());
    }

    /** Bytes for the peer: fingerprint of the ring, then seed of a and residues of b for each digit. */
    public byte[] encode() {
        RnsRing ring = parameters.extended(limbs);
        byte[] out = new byte[bytes(parameters, limbs)];
        System.arraycopy(ring.fingerprint(0), 0, out, 0, RnsRing.FINGERPRINT_BYTES);
        int at = RnsRing.FINGERPRINT_BYTES;
        for (int digit = 0; digit < limbs; digit++) {
            System.arraycopy(seeds[digit], 0, out, at, Seed.BYTES);
            ring.encode(bodies[digit].rows, out, at + Seed.BYTES);
            at += Seed.BYTES + ring.polynomialBytes();
        }
        return out;
    }

    /**
     * Reads what {@link #encode} writes.
     *
     * @param peer role of the sender, for messages
     * @throws ProtocolAbort {@code UNEXPECTED_LENGTH}; {@code MALFORMED} for a key of another ring or b = 0;
     *     {@code OUT_OF_RANGE} for values that are no residues
     */
    public static RelinearizationKey decode(BgvParameters parameters, int limbs, byte[] bytes, String peer) {
        if (bytes.length != bytes(parameters, limbs)) {
            throw new ProtocolAbort(peer, STEP, AbortReason.UNEXPECTED_LENGTH);
        }
        RnsRing ring = parameters.extended(limbs);
        int at = RnsRing.FINGERPRINT_BYTES;
        if (!Arrays.equals(ring.fingerprint(0), 0, at, bytes, 0, at)) {
            throw new ProtocolAbort(peer, STEP, AbortReason.MALFORMED);
        }
        byte[][] seeds = new byte[limbs][];
        PolynomialEvaluation[] bodies = new PolynomialEvaluation[limbs];
        for (int digit = 0; digit < limbs; digit++) {
            seeds[digit] = Arrays.copyOfRange(bytes, at, at + Seed.BYTES);
            bodies[digit] = PolynomialEvaluation.zero(ring);
            if (!ring.decode(bytes, at + Seed.BYTES, bodies[digit].rows)) {
                throw new ProtocolAbort(peer, STEP, AbortReason.OUT_OF_RANGE);
            }
            if (bodies[digit].isZero()) {
                throw new ProtocolAbort(peer, STEP, AbortReason.MALFORMED);
            }
            at += Seed.BYTES + ring.polynomialBytes();
        }
        return new RelinearizationKey(parameters, limbs, seeds, bodies);
    }
}
