package io.tacit.client.seco;

import io.tacit.client.deployment.Sha256;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.model.ModelFileException;
import io.tacit.model.UnsupportedModelException;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.seco.Mode;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.function.Function;

/** What the files of a split network have in common: magic, version, content, SHA-256 of all of that. Big-endian. */
final class SplitFormat {
    private static final int VERSION = 2;
    private static final int MAGIC_BYTES = 8;
    private static final int HEADER_BYTES = MAGIC_BYTES + Short.BYTES;

    private SplitFormat() {}

    /** The whole file. @param magic 8 bytes */
    static byte[] seal(byte[] magic, byte[] content) {
        byte[] bytes = ByteBuffer.allocate(HEADER_BYTES + content.length + Sha256.BYTES)
                .put(magic)
                .putShort((short) VERSION)
                .put(content)
                .array();
        byte[] hash =
                Sha256.of(Arrays.copyOf(bytes, bytes.length - Sha256.BYTES)).bytes();
        System.arraycopy(hash, 0, bytes, bytes.length - Sha256.BYTES, Sha256.BYTES);
        return bytes;
    }

    /**
     * Reads the content of a file.
     *
     * @param what the kind of file, for messages
     * @param decode takes the content to its end
     * @throws ModelFileException if it is another kind of file, damaged, or contradicts itself
     */
    static <T> T open(byte[] bytes, byte[] magic, String what, Function<ByteBuffer, T> decode) {
        int end = bytes.length - Sha256.BYTES;
        if (end < HEADER_BYTES || !Arrays.equals(bytes, 0, MAGIC_BYTES, magic, 0, MAGIC_BYTES)) {
            throw new ModelFileException("this is not " + what);
        }
        int version = ByteBuffer.wrap(bytes).getShort(MAGIC_BYTES);
        if (version != VERSION) {
            throw new ModelFileException("file version " + version + " is not " + VERSION
                    + ": split the network again with this version of Tacit");
        }
        byte[] body = Arrays.copyOf(bytes, end);
        boolean whole = MessageDigest.isEqual(Sha256.of(body).bytes(), Arrays.copyOfRange(bytes, end, bytes.length));
        if (!whole) {
            throw new ModelFileException("the file is damaged: its SHA-256 does not match");
        }
        ByteBuffer content =
                ByteBuffer.wrap(body, HEADER_BYTES, end - HEADER_BYTES).slice();
        try {
            T decoded = decode.apply(content);
            if (content.hasRemaining()) {
                throw new ModelFileException("the file is longer than what it says");
            }
            return decoded;
        } catch (BufferUnderflowException e) {
            throw new ModelFileException("the file ends too early", e);
        } catch (LimitExceeded | UnsupportedModelException e) {
            throw new ModelFileException("the file says what cannot be run: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) { // records check their own fields
            throw new ModelFileException("the file contradicts itself: " + e.getMessage(), e);
        } finally {
            Arrays.fill(body, (byte) 0);
        }
    }

    static int sectionBytes(byte[] section) {
        return Integer.BYTES + section.length;
    }

    static void putSection(ByteBuffer out, byte[] section) {
        out.putInt(section.length).put(section);
    }

    static byte[] section(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new ModelFileException("a section of " + length + " bytes, and " + in.remaining() + " are left");
        }
        byte[] section = new byte[length];
        in.get(section);
        return section;
    }

    static final int MODE_BYTES = 1;

    static void putMode(ByteBuffer out, Mode mode) {
        out.put((byte) mode.ordinal());
    }

    static Mode mode(ByteBuffer in) {
        int mode = in.get();
        if (mode < 0 || mode >= Mode.values().length) {
            throw new ModelFileException("mode " + mode);
        }
        return Mode.values()[mode];
    }

    static final int DISCLOSURE_BYTES = 1 + Integer.BYTES;

    static void putDisclosure(ByteBuffer out, Disclosure disclosure) {
        out.put((byte) disclosure.kind().ordinal()).putInt(disclosure.places());
    }

    static Disclosure disclosure(ByteBuffer in) {
        int kind = in.get();
        if (kind < 0 || kind >= Disclosure.Kind.values().length) {
            throw new ModelFileException("disclosure " + kind);
        }
        return new Disclosure(Disclosure.Kind.values()[kind], in.getInt());
    }
}
