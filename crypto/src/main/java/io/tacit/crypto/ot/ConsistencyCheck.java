package io.tacit.crypto.ot;

import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.BlockArithmetic;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The consistency check of SoftSpoken (2022/192, figures 7 and 8): the sender draws a linear hash of 64 bits after it has
 * the corrections; both hash the rows of the matrix, the receiver its bits too; the hashed rows must differ by the offset's
 * bit times the hashed bits. A receiver that corrected trees differently passes with probability 2^-64 beyond what it
 * guesses of the offset. The hash is a random binary matrix, which is universal, with an identity on the last
 * {@link #SPENT} columns: they are thrown away, and hide the receiver's bits in what it reveals.
 */
final class ConsistencyCheck {
    /** Columns of each batch that serve the check alone. */
    static final int SPENT = Long.SIZE;

    static final int CHALLENGE_BYTES = Seed.BYTES;
    static final int DIGEST_BYTES = 32;

    /** Length of the receiver's answer: its hashed bits, and a digest of its hashed rows. */
    static final int ANSWER_BYTES = Long.BYTES + DIGEST_BYTES;

    private final BlockArithmetic blocks;
    private final byte[] hashRow = new byte[Columns.BATCH / Byte.SIZE];

    ConsistencyCheck(BlockArithmetic blocks) {
        this.blocks = blocks;
    }

    /** The hashes of the matrix's rows, and behind them that of the bits, if there are any. */
    private long[] hash(byte[] challenge, byte[] matrix, byte[] bits, int rowBytes) {
        int rows = BlockArithmetic.TRANSPOSE_ROWS;
        long[] hashes = new long[rows + 1];
        try (Seed seed = Seed.of(challenge);
                Prg generator = seed.generator("consistency check")) {
            for (int h = 0; h < Long.SIZE; h++) {
                generator.fill(hashRow, 0, rowBytes);
                Arrays.fill(hashRow, rowBytes - Long.BYTES, rowBytes, (byte) 0);
                hashRow[rowBytes - Long.BYTES + h / Byte.SIZE] = (byte) (1 << h % Byte.SIZE);
                for (int row = 0; row < rows; row++) {
                    hashes[row] |= parity(matrix, row * rowBytes, rowBytes) << h;
                }
                if (bits.length > 0) {
                    hashes[rows] |= parity(bits, 0, rowBytes) << h;
                }
            }
        }
        return hashes;
    }

    private long parity(byte[] row, int offset, int rowBytes) {
        return Long.bitCount(blocks.foldCommon(hashRow, 0, row, offset, rowBytes)) & 1;
    }

    /** The receiver's answer. */
    byte[] answer(byte[] challenge, byte[] matrix, byte[] bits, int rowBytes) {
        long[] hashes = hash(challenge, matrix, bits, rowBytes);
        int rows = hashes.length - 1;
        return ByteBuffer.allocate(ANSWER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(hashes[rows])
                .put(digest(Arrays.copyOf(hashes, rows)))
                .array();
    }

    /**
     * Whether the answer is right for the offset's holder.
     *
     * @param offsetBits a byte of ones or zeros for each row
     */
    boolean accepts(byte[] challenge, byte[] answer, byte[] matrix, byte[] offsetBits, int rowBytes) {
        long[] hashes = hash(challenge, matrix, new byte[0], rowBytes);
        int rows = hashes.length - 1;
        ByteBuffer read = ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN);
        long hashedBits = read.getLong();
        for (int row = 0; row < rows; row++) {
            hashes[row] ^= hashedBits & offsetBits[row];
        }
        byte[] expected = digest(Arrays.copyOf(hashes, rows));
        return MessageDigest.isEqual(expected, Arrays.copyOfRange(answer, Long.BYTES, ANSWER_BYTES));
    }

    private static byte[] digest(long[] hashes) {
        try {
            ByteBuffer bytes = ByteBuffer.allocate(hashes.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asLongBuffer().put(hashes);
            return MessageDigest.getInstance("SHA-256").digest(bytes.array());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
