package io.tacit.model.integer;

import io.tacit.model.ModelFileException;
import java.io.IOException;
import java.nio.file.Path;

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

    private IntegerNetworkFile() {}

    /**
     * Reads and checks a file.
     *
     * @throws ModelFileException if it is missing, unreadable, corrupt, or states what is not so
     */
    public static IntegerNetwork read(Path file) {
        return SealedFile.read(file, MAX_FILE_BYTES, IntegerNetworkFile::decode);
    }

    /**
     * Writes a network; a reader never sees a file that is half written.
     *
     * @throws IOException if the folder cannot be written
     */
    public static void write(IntegerNetwork network, Path file) throws IOException {
        SealedFile.write(encode(network), file);
    }

    /** The canonical bytes. @throws IllegalArgumentException if the network exceeds a limit of the format */
    public static byte[] encode(IntegerNetwork network) {
        return SealedFile.seal(NetworkEncoder.encode(network));
    }

    /** Reads what {@link #encode} wrote. @throws ModelFileException if anything is wrong with it */
    public static IntegerNetwork decode(byte[] bytes) {
        return decode(bytes, true);
    }

    /**
     * Reads what {@link #encode} wrote of a network whose ranges are wider than proven, such as a network without some of its
     * weights: they are taken as stated.
     *
     * @throws ModelFileException if anything else is wrong with it
     */
    public static IntegerNetwork decodeStated(byte[] bytes) {
        return decode(bytes, false);
    }

    private static IntegerNetwork decode(byte[] bytes, boolean proven) {
        FileReader reader =
                SealedFile.open(bytes, MAGIC, VERSION, "an integer network (NAME.tacit, of tacit quantize)");
        try {
            IntegerNetwork network = NetworkDecoder.decode(reader);
            RangeProof proof = RangeProof.of(network.steps());
            if (proven) {
                proof.check();
            }
            return network;
        } catch (IllegalArgumentException e) { // records check their own fields
            throw new ModelFileException("the file contradicts itself: " + e.getMessage(), e);
        }
    }

    static byte[] hash(IntegerNetwork network) {
        return SealedFile.hash(NetworkEncoder.encode(network));
    }
}
