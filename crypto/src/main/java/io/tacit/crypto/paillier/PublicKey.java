package io.tacit.crypto.paillier;

import io.tacit.kernel.SquareMontgomery;
import io.tacit.kernel.provider.Kernels;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * The modulus N, with arithmetic modulo N^2.
 *
 * <p>Security: whoever encrypts under a key that another party made, or computes on its ciphertexts, takes it from
 * {@link #verified} only: N is then the product of two different primes, both 3 modulo 4 and neither of them short, and prime
 * to phi(N).
 */
public final class PublicKey {
    private final BigInteger modulus;
    private final SquareMontgomery ring;
    private final MontgomeryForm form;

    /** For keys already checked, and for tests with keys that are too short. */
    PublicKey(BigInteger modulus) {
        this.modulus = modulus;
        this.ring = Kernels.active().montgomeryOfSquare(modulus);
        this.form = new MontgomeryForm(ring);
    }

    /**
     * A key received from its holder.
     *
     * @param length agreed length
     * @param modulus N, {@link #modulusBytes} bytes, big-endian
     * @param proof what the holder's {@link PaillierKeys#proof} gave, {@link KeyProof#bytes} bytes
     * @param context what the proof is bound to, such as the session
     * @throws IllegalArgumentException if N is not well formed or the proof does not show that it is; the message does not
     *     tell which check failed
     */
    public static PublicKey verified(KeyLength length, byte[] modulus, byte[] proof, byte[] context) {
        BigInteger n = new BigInteger(1, modulus);
        if (modulus.length != length.modulusBits() / Byte.SIZE
                || n.bitLength() != length.modulusBits()
                || !KeyProof.verify(n, proof, context)) {
            throw new IllegalArgumentException("a Paillier key that is not well formed");
        }
        return new PublicKey(n);
    }

    /** Bytes of the proof of a key. */
    public static int proofBytes(KeyLength length) {
        return KeyProof.bytes(length.modulusBits());
    }

    /** N. */
    public BigInteger modulus() {
        return modulus;
    }

    /** Length of N. */
    public int modulusBits() {
        return modulus.bitLength();
    }

    /** Bytes of N on the wire. */
    public int modulusBytes() {
        return (modulusBits() + Byte.SIZE - 1) / Byte.SIZE;
    }

    /** N, big-endian. */
    public byte[] encoded() {
        byte[] bytes = new byte[modulusBytes()];
        writeUnsigned(modulus, bytes, 0, bytes.length);
        return bytes;
    }

    /** Bytes of a ciphertext on the wire: twice those of N. */
    public int ciphertextBytes() {
        return 2 * modulusBytes();
    }

    /** Largest absolute value of a plaintext: (N - 1) / 2. Plaintexts are the integers of least absolute value modulo N. */
    public BigInteger largestPlaintext() {
        return modulus.shiftRight(1);
    }

    /** Products modulo N^2 that one thread makes side by side. */
    public int lanes() {
        return ring.lanes();
    }

    BigInteger modulusSquared() {
        return ring.modulus();
    }

    /** Arithmetic modulo N^2. */
    SquareMontgomery ring() {
        return ring;
    }

    /** The way into and out of Montgomery form modulo N^2. */
    MontgomeryForm form() {
        return form;
    }

    /**
     * Makes a residue stand for 1 + plaintext N modulo N^2, the ciphertext without randomness.
     *
     * @throws IllegalArgumentException if the plaintext is too large
     */
    void loadUnblinded(BigInteger plaintext, long[] residues, int index) {
        if (plaintext.abs().compareTo(largestPlaintext()) > 0) {
            throw new IllegalArgumentException("a plaintext of " + plaintext.bitLength() + " bits");
        }
        BigInteger high = plaintext.signum() < 0 ? plaintext.add(modulus) : plaintext;
        ring.load(BigInteger.ONE, high, residues, index);
    }

    /** The integer of least absolute value congruent to {@code residue}, 0 .. N - 1. */
    BigInteger centred(BigInteger residue) {
        return residue.compareTo(largestPlaintext()) > 0 ? residue.subtract(modulus) : residue;
    }

    /** Writes a number that is not negative and fits, big-endian, in exactly {@code length} bytes. */
    static void writeUnsigned(BigInteger value, byte[] out, int at, int length) {
        byte[] bytes = value.toByteArray();
        int skipped = Math.max(0, bytes.length - length); // a sign byte
        int taken = bytes.length - skipped;
        Arrays.fill(out, at, at + length - taken, (byte) 0);
        System.arraycopy(bytes, skipped, out, at + length - taken, taken);
    }
}
