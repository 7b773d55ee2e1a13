package io.tacit.model.integer;

import io.tacit.model.ModelFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The file of an integer network, by custom {@code NAME.tacit}: self-contained and canonical, one network has exactly one
 * encoding. All numbers are big-endian.
 *
 * <pre>
 * magic     8 bytes  89 54 41 43 49 54 0D 0A
 * version   u16      1
 * sections  four, in this order, each: tag u8, length u32, content
 *   1 about          name, source name, source SHA-256 (strings), settings (u16 count, strings), output scale f64
 *   2 preprocessing  width, height, resize u32, channel order u8, factor f64, mean and std (u16 count, f64 each),
 *                    input scale f64, labels (u16 count, strings)
 *   3 steps          u16 count, then each: kind u8, name, kind's fields, shape (3 x u32), range (two integers)
 *   4 weights        for each linear step: weights, biases, each packed to the fewest bits that hold all of them
 * trailer   32 bytes SHA-256 of everything before it; also {@link IntegerNetwork#hash}
 * </pre>
 *
 * <p>The reader trusts nothing: it bounds every length before allocating, recomputes every shape, and proves every range
 * again from the weights ({@link RangeProof}); a file that states another range is refused.
 */
public final class IntegerNetworkFile {

    /** Largest file that is read, in bytes. */
    public static final int MAX_FILE_BYTES = 1 << 30;

    /** Longest name, in bytes of UTF-8. */
    public static final int MAX_STRING_BYTES = 4096;

    /** Widest weight, in bits. */
    public static final int MAX_WEIGHT_BITS = 24;

    /** Most weights of a network. */
    public static final int MAX_WEIGHTS = 1 << 28;

    static final byte[] MAGIC = {(byte) 0x89, 'T', 'A', 'C', 'I', 'T', '\r', '\n'};
    static final int VERSION = 1;
    private static final int HASH_BYTES = 32;

    private IntegerNetworkFile() {}

    /**
     * Reads and checks a file.
     *
     * @throws ModelFileException if it is missing, unreadable, corrupt, or states what is not so
     */
    public static IntegerNetwork read(Path file) {
        try {
            long size = Files.size(file);
            if (size > MAX_FILE_BYTES) {
                throw new ModelFileException(file + " has " + size + " bytes, more than " + MAX_FILE_BYTES);
            }
            byte[] bytes = Files.readAllBytes(file);
            try {
                return decode(bytes);
            } catch (ModelFileException e) {
                throw new ModelFileException(file + ": " + e.getMessage(), e);
            }
        } catch (NoSuchFileException e) {
            throw new ModelFileException("there is no file " + file, e);
        } catch (IOException e) {
            throw new ModelFileException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Writes a network; a reader never sees a file that is half written.
     *
     * @throws IOException if the folder cannot be written
     */
    public static void write(IntegerNetwork network, Path file) throws IOException {
        byte[] bytes = encode(network);
        Path target = file.toAbsolutePath();
        Path folder = target.getParent();
        Path temporary = Files.createTempFile(folder, "." + target.getFileName(), ".part");
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            try {
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** The canonical bytes. @throws IllegalArgumentException if the network exceeds a limit of the format */
    public static byte[] encode(IntegerNetwork network) {
        byte[] body = NetworkEncoder.encode(network);
        byte[] bytes = Arrays.copyOf(body, body.length + HASH_BYTES);
        System.arraycopy(sha256(body, body.length), 0, bytes, body.length, HASH_BYTES);
        return bytes;
    }

    /** Reads what {@link #encode} wrote. @throws ModelFileException if anything is wrong with it */
    public static IntegerNetwork decode(byte[] bytes) {
        if (bytes.length < MAGIC.length + 2 + HASH_BYTES
                || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new ModelFileException("this is not an integer network file");
        }
        int bodyLength = bytes.length - HASH_BYTES;
        int version = (bytes[MAGIC.length] & 0xff) << 8 | bytes[MAGIC.length + 1] & 0xff;
        if (version != VERSION) {
            throw new ModelFileException("file version " + version + " is not " + VERSION);
        }
        if (!MessageDigest.isEqual(sha256(bytes, bodyLength), Arrays.copyOfRange(bytes, bodyLength, bytes.length))) {
            throw new ModelFileException("the file is damaged: its SHA-256 does not match");
        }
        int start = MAGIC.length + 2;
        FileReader reader =
                new FileReader(ByteBuffer.wrap(bytes, start, bodyLength - start).slice());
        try {
            IntegerNetwork network = NetworkDecoder.decode(reader);
            RangeProof.of(network.steps()).check();
            return network;
        } catch (IllegalArgumentException e) { // records check their own fields
            throw new ModelFileException("the file contradicts itself: " + e.getMessage(), e);
        }
    }

    static byte[] hash(IntegerNetwork network) {
        byte[] body = NetworkEncoder.encode(network);
        return sha256(body, body.length);
    }

    private static byte[] sha256(byte[] bytes, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, length);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
