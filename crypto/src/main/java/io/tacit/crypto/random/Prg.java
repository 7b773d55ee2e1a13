package io.tacit.crypto.random;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Pseudorandom generator: the AES-128-CTR key stream (NIST SP 800-38A) under a key and first counter block that
 * {@link Seed#generator} derives, one generator a purpose.
 *
 * <p>Security: the stream is indistinguishable from uniform bytes for whoever does not hold the seed, up to about 2^60
 * bytes. Values are exactly uniform over uniform bytes: out-of-range candidates are rejected, never reduced. What is
 * drawn is a function of the seed and of the sequence of calls with their lengths, so that two parties that make the
 * same calls draw the same. Not thread-safe.
 *
 * <p>The cipher is called for at most {@link #BLOCK_BYTES} at a time: longer calls are several times slower until the
 * compiled code of the cipher is entered.
 */
public final class Prg implements AutoCloseable {
    static final int KEY_BYTES = 16;
    private static final int BLOCK_BYTES = 1 << 15;
    private static final int POOL_BYTES = 1 << 9;
    private static final byte[] ZEROS = new byte[BLOCK_BYTES];
    private static final int MERSENNE_31 = Integer.MAX_VALUE;
    private static final long MERSENNE_61 = (1L << 61) - 1;

    private final Cipher cipher;
    private final byte[] pool = new byte[POOL_BYTES];
    private int poolUsed = POOL_BYTES;
    private byte[] block = new byte[0];

    /** @param counter first counter block; both arrays may be overwritten afterwards */
    Prg(byte[] key, byte[] counter) {
        try {
            cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(counter));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES/CTR", e);
        }
    }

    /** Writes {@code length} bytes of the stream. */
    public void fill(byte[] out, int offset, int length) {
        try {
            for (int done = 0; done < length; ) {
                int part = Math.min(BLOCK_BYTES, length - done);
                cipher.update(ZEROS, 0, part, out, offset + done);
                done += part;
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the AES stream ended", e);
        }
    }

    /** Writes {@code length} uniform words of 32 bits. */
    public void fillInts(int[] out, int offset, int length) {
        var words = block(length, Integer.BYTES).asIntBuffer();
        int perBlock = BLOCK_BYTES / Integer.BYTES;
        for (int done = 0; done < length; done += perBlock) {
            int part = Math.min(perBlock, length - done);
            fill(block, 0, part * Integer.BYTES);
            words.clear().get(out, offset + done, part);
        }
    }

    /** Writes {@code length} uniform words of 64 bits. */
    public void fillLongs(long[] out, int offset, int length) {
        var words = block(length, Long.BYTES).asLongBuffer();
        int perBlock = BLOCK_BYTES / Long.BYTES;
        for (int done = 0; done < length; done += perBlock) {
            int part = Math.min(perBlock, length - done);
            fill(block, 0, part * Long.BYTES);
            words.clear().get(out, offset + done, part);
        }
    }

    /**
     * Writes {@code length} uniform residues modulo 2^31 - 1. Each is the low 31 bits of a word of the stream; the one
     * candidate in 2^31 that is no residue is replaced, in order, by words drawn after those of the call.
     */
    public void fillMersenne31(int[] out, int offset, int length) {
        int perBlock = BLOCK_BYTES / Integer.BYTES;
        int outside = 0;
        for (int done = 0; done < length; done += perBlock) {
            int part = Math.min(perBlock, length - done);
            fillInts(out, offset + done, part);
            outside |= keepLow31(out, offset + done, part);
        }
        if (outside < 0) {
            for (int i = offset; i < offset + length; i++) {
                while (out[i] == MERSENNE_31) {
                    out[i] = nextInt() & MERSENNE_31;
                }
            }
        }
    }

    /** Clears the top bits; the result is negative if and only if some value is 2^31 - 1. */
    private static int keepLow31(int[] values, int offset, int length) {
        int outside = 0;
        for (int i = offset; i < offset + length; i++) {
            int value = values[i] & MERSENNE_31;
            values[i] = value;
            outside |= value + 1;
        }
        return outside;
    }

    /** Writes {@code length} uniform residues modulo 2^61 - 1, as {@link #fillMersenne31} does with words of 64 bits. */
    public void fillMersenne61(long[] out, int offset, int length) {
        int perBlock = BLOCK_BYTES / Long.BYTES;
        long outside = 0;
        for (int done = 0; done < length; done += perBlock) {
            int part = Math.min(perBlock, length - done);
            fillLongs(out, offset + done, part);
            outside |= keepLow61(out, offset + done, part);
        }
        if (outside > MERSENNE_61) {
            for (int i = offset; i < offset + length; i++) {
                while (out[i] == MERSENNE_61) {
                    out[i] = nextLong() & MERSENNE_61;
                }
            }
        }
    }

    /** Clears the top bits; the result exceeds 2^61 - 1 if and only if some value is 2^61 - 1. */
    private static long keepLow61(long[] values, int offset, int length) {
        long outside = 0;
        for (int i = offset; i < offset + length; i++) {
            long value = values[i] & MERSENNE_61;
            values[i] = value;
            outside |= value + 1;
        }
        return outside;
    }

    /** 32 uniform bits. */
    public int nextInt() {
        return ByteBuffer.wrap(pool, take(Integer.BYTES), Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt();
    }

    /** 64 uniform bits. */
    public long nextLong() {
        return ByteBuffer.wrap(pool, take(Long.BYTES), Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
    }

    /**
     * A uniform integer in -2^(bits - 1) .. 2^(bits - 1) - 1.
     *
     * @param bits 1 to 4096
     */
    public BigInteger nextSigned(int bits) {
        if (bits < 1 || bits > POOL_BYTES * Byte.SIZE) {
            throw new IllegalArgumentException("numbers of " + bits + " bits");
        }
        byte[] bytes = new byte[(bits + Byte.SIZE - 1) / Byte.SIZE];
        int from = take(bytes.length);
        System.arraycopy(pool, from, bytes, 0, bytes.length);
        int unused = bytes.length * Byte.SIZE - bits;
        bytes[0] = (byte) ((byte) (bytes[0] << unused) >> unused); // the top bit that is used is the sign
        BigInteger drawn = new BigInteger(bytes);
        Arrays.fill(bytes, (byte) 0);
        return drawn;
    }

    /** A uniform integer in 0 .. {@code bound} - 1. */
    public int nextBelow(int bound) {
        if (bound < 1) {
            throw new IllegalArgumentException("bound " + bound);
        }
        long whole = (1L << Integer.SIZE) / bound * bound;
        long candidate = Integer.toUnsignedLong(nextInt());
        while (candidate >= whole) {
            candidate = Integer.toUnsignedLong(nextInt());
        }
        return (int) (candidate % bound);
    }

    /** A uniform permutation of 0 .. {@code size} - 1 (Fisher and Yates). */
    public int[] permutation(int size) {
        int[] images = new int[size];
        for (int i = 0; i < size; i++) {
            int j = nextBelow(i + 1);
            images[i] = images[j];
            images[j] = i;
        }
        return images;
    }

    private int take(int bytes) {
        if (poolUsed + bytes > POOL_BYTES) {
            fill(pool, 0, POOL_BYTES);
            poolUsed = 0;
        }
        int at = poolUsed;
        poolUsed += bytes;
        return at;
    }

    private ByteBuffer block(int values, int bytesPerValue) {
        int bytes = Math.min(values, BLOCK_BYTES / bytesPerValue) * bytesPerValue;
        if (block.length < bytes) {
            block = new byte[bytes];
        }
        return ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Overwrites what was drawn and not yet handed out; the generator is not used afterwards. */
    @Override
    public void close() {
        Arrays.fill(pool, (byte) 0);
        Arrays.fill(block, (byte) 0);
    }
}
