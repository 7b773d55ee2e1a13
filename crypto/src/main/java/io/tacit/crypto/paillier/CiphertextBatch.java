package io.tacit.crypto.paillier;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.kernel.Montgomery;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Immutable ciphertexts under one key: (1 + m N) rho^N modulo N^2 each. They stay in Montgomery form from operation to
 * operation; the wire has the numbers themselves, big-endian in {@link PublicKey#ciphertextBytes} bytes each.
 *
 * <p>Security: nothing here adds randomness but {@link #encrypt} and {@link #rerandomized}. A batch that was computed from
 * secrets (weights, masks) shows them to the key's holder until it has been re-randomised.
 */
public final class CiphertextBatch {
    private final PublicKey key;
    private final long[] residues;
    private final int size;

    /** Whether the residues are in Montgomery form: fresh and received ones enter it when they are first computed with. */
    private final boolean montgomery;

    private CiphertextBatch(PublicKey key, long[] residues, int size, boolean montgomery) {
        this.key = key;
        this.residues = residues;
        this.size = size;
        this.montgomery = montgomery;
    }

    /** Residues in Montgomery form, not copied. */
    static CiphertextBatch ofResidues(PublicKey key, long[] residues, int size) {
        return new CiphertextBatch(key, residues, size, true);
    }

    /** 1 + m N for each plaintext: no randomness, no secrecy; for constants that are added to ciphertexts. */
    public static CiphertextBatch unblinded(PublicKey key, BigInteger[] plaintexts) {
        long[] residues = new long[plaintexts.length * key.ring().longs()];
        for (int i = 0; i < plaintexts.length; i++) {
            key.loadUnblinded(plaintexts[i], residues, i);
        }
        return new CiphertextBatch(key, residues, plaintexts.length, false);
    }

    /**
     * Encrypts, one product modulo N^2 each: what is slow has been done when the pool was filled.
     *
     * @param plaintexts secret; at most {@link PublicKey#largestPlaintext} in absolute value
     */
    public static CiphertextBatch encrypt(RandomizerPool pool, BigInteger[] plaintexts) {
        PublicKey key = pool.key();
        CiphertextBatch unblinded = unblinded(key, plaintexts);
        int[] all = MontgomeryForm.range(0, plaintexts.length);
        long[] randomizers = pool.take(plaintexts.length);
        // The randomness is in Montgomery form, the other factor is not: nor is the product.
        key.ring().multiply(unblinded.residues, all, randomizers, all, unblinded.residues, all, all.length);
        Arrays.fill(randomizers, 0);
        return unblinded;
    }

    public PublicKey key() {
        return key;
    }

    /** Number of ciphertexts. */
    public int size() {
        return size;
    }

    /** Residues in Montgomery form; not to be written to. */
    long[] residues() {
        return inMontgomeryForm().residues;
    }

    private CiphertextBatch inMontgomeryForm() {
        if (montgomery) {
            return this;
        }
        long[] entered = residues.clone();
        key.form().enter(entered, size);
        return ofResidues(key, entered, size);
    }

    /** The number of one ciphertext, 0 .. N^2 - 1. */
    BigInteger[] numbers() {
        long[] plain = montgomery ? key.form().left(residues, size) : residues;
        BigInteger[] numbers = new BigInteger[size];
        for (int i = 0; i < size; i++) {
            numbers[i] = key.ring().store(plain, i);
        }
        return numbers;
    }

    // ---- wire

    /** All ciphertexts, {@link PublicKey#ciphertextBytes} bytes each. */
    public byte[] encode() {
        int each = key.ciphertextBytes();
        byte[] bytes = new byte[Math.multiplyExact(size, each)];
        BigInteger[] numbers = numbers();
        for (int i = 0; i < size; i++) {
            PublicKey.writeUnsigned(numbers[i], bytes, i * each, each);
        }
        return bytes;
    }

    /**
     * Reads ciphertexts that a peer sent and checks that all are units modulo N^2: the numbers' range one by one, common
     * divisors with N by one product of all.
     *
     * @throws IllegalArgumentException if the length is not that of {@code size} ciphertexts, or any of them is not a unit
     */
    public static CiphertextBatch decode(PublicKey key, byte[] bytes, int size) {
        int each = key.ciphertextBytes();
        if (size < 0 || bytes.length != (long) size * each) {
            throw new IllegalArgumentException("ciphertexts of another length");
        }
        Montgomery ring = key.ring();
        long[] residues = new long[Math.multiplyExact(size, ring.longs())];
        for (int i = 0; i < size; i++) {
            BigInteger number = new BigInteger(1, bytes, i * each, each);
            if (number.compareTo(key.modulusSquared()) >= 0) {
                throw new IllegalArgumentException("a ciphertext outside Z*_{N^2}");
            }
            ring.load(number, residues, i);
        }
        CiphertextBatch batch = new CiphertextBatch(key, residues, size, false).inMontgomeryForm();
        if (!batch.areUnits()) {
            throw new IllegalArgumentException("a ciphertext outside Z*_{N^2}");
        }
        return batch;
    }

    private boolean areUnits() {
        long[] tree = residues.clone();
        for (int left = size; left > 1; left = (left + 1) / 2) {
            int half = left / 2; // the upper ones into the lower ones; an odd one in the middle waits
            int[] low = MontgomeryForm.range(0, half);
            int[] high = MontgomeryForm.range(left - half, left);
            key.ring().multiply(tree, low, tree, high, tree, low, half);
        }
        return size == 0
                || key.ring().store(tree, 0).gcd(key.modulus()).equals(BigInteger.ONE); // a power of two is prime to N
    }

    /** Sends all ciphertexts in messages of at most {@link Channel#MAX_MESSAGE_BYTES}. */
    public void send(Channel channel) {
        byte[] bytes = encode();
        int chunk = chunkBytes(key);
        for (int at = 0; at < bytes.length; at += chunk) {
            channel.send(bytes, at, Math.min(chunk, bytes.length - at));
        }
    }

    /**
     * Receives what {@link #send} sent.
     *
     * @param size how many are owed
     * @param step what is being received, for messages
     * @throws ProtocolAbort with {@link AbortReason#OUT_OF_RANGE} if any of them is no ciphertext
     */
    public static CiphertextBatch receive(Channel channel, PublicKey key, int size, String step) {
        byte[] bytes = new byte[Math.multiplyExact(size, key.ciphertextBytes())];
        int chunk = chunkBytes(key);
        for (int at = 0; at < bytes.length; at += chunk) {
            channel.receive(bytes, at, Math.min(chunk, bytes.length - at));
        }
        try {
            return decode(key, bytes, size);
        } catch (IllegalArgumentException e) {
            throw new ProtocolAbort(channel.peer(), step, AbortReason.OUT_OF_RANGE);
        }
    }

    private static int chunkBytes(PublicKey key) {
        return Channel.MAX_MESSAGE_BYTES / key.ciphertextBytes() * key.ciphertextBytes();
    }

    // ---- homomorphisms

    /** Encryptions of the sums, one by one. */
    public CiphertextBatch plus(CiphertextBatch other) {
        require(other.key == key && other.size == size);
        int[] all = MontgomeryForm.range(0, size);
        long[] sums = new long[residues.length];
        key.ring().multiply(residues(), all, other.residues(), all, sums, all, size);
        return ofResidues(key, sums, size);
    }

    /** Encryptions of the sums with plaintexts. */
    public CiphertextBatch plus(BigInteger[] plaintexts) {
        return plus(unblinded(key, plaintexts));
    }

    /** Encryptions of the negated plaintexts: inverses, all by one inversion and three products each. */
    public CiphertextBatch negated() {
        return ofResidues(key, BatchInversion.invert(key, residues(), size), size);
    }

    /** Encryptions of the products with signed factors, one a ciphertext. For sums of products see {@link WeightedSums}. */
    public CiphertextBatch times(BigInteger[] factors) {
        require(factors.length == size);
        int[] all = MontgomeryForm.range(0, size);
        long[] bases = residues().clone();
        int[] negative =
                IntStream.range(0, size).filter(i -> factors[i].signum() < 0).toArray();
        if (negative.length > 0) {
            long[] inverses = gather(negative).negated().residues;
            int longs = key.ring().longs();
            for (int i = 0; i < negative.length; i++) {
                System.arraycopy(inverses, i * longs, bases, negative[i] * longs, longs);
            }
        }
        BigInteger[] exponents = Arrays.stream(factors).map(BigInteger::abs).toArray(BigInteger[]::new);
        key.ring().power(bases, all, exponents, bases, all, size);
        return ofResidues(key, bases, size);
    }

    /** The same plaintexts under fresh randomness: to be done to everything that leaves whoever computed with secrets. */
    public CiphertextBatch rerandomized(RandomizerPool pool) {
        require(pool.key() == key);
        int[] all = MontgomeryForm.range(0, size);
        long[] randomizers = pool.take(size);
        key.ring().multiply(residues(), all, randomizers, all, randomizers, all, size);
        return ofResidues(key, randomizers, size);
    }

    /** Ciphertexts {@code from .. from + count - 1} of this batch. */
    public CiphertextBatch slice(int from, int count) {
        Objects.checkFromIndexSize(from, count, size);
        int longs = key.ring().longs();
        return new CiphertextBatch(
                key, Arrays.copyOfRange(residues, from * longs, (from + count) * longs), count, montgomery);
    }

    /** All ciphertexts of several batches under one key, in order. */
    public static CiphertextBatch concat(PublicKey key, List<CiphertextBatch> batches) {
        int longs = key.ring().longs();
        int size = 0;
        for (CiphertextBatch batch : batches) {
            require(batch.key == key);
            size = Math.addExact(size, batch.size);
        }
        long[] all = new long[Math.multiplyExact(size, longs)];
        int at = 0;
        for (CiphertextBatch batch : batches) {
            System.arraycopy(batch.residues(), 0, all, at * longs, batch.size * longs);
            at += batch.size;
        }
        return ofResidues(key, all, size);
    }

    /** Ciphertexts {@code indices[0]}, {@code indices[1]}, ... of this batch. */
    public CiphertextBatch gather(int[] indices) {
        int longs = key.ring().longs();
        long[] chosen = new long[Math.multiplyExact(indices.length, longs)];
        for (int i = 0; i < indices.length; i++) {
            if (indices[i] < 0 || indices[i] >= size) {
                throw new IndexOutOfBoundsException(indices[i]);
            }
            System.arraycopy(residues, indices[i] * longs, chosen, i * longs, longs);
        }
        return new CiphertextBatch(key, chosen, indices.length, montgomery);
    }

    private static void require(boolean fits) {
        if (!fits) {
            throw new IllegalArgumentException("batches of different keys or sizes");
        }
    }
}
