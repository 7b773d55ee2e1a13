package io.tacit.client.wire;

import io.tacit.client.deployment.Sha256;
import io.tacit.crypto.paillier.KeyLength;
import io.tacit.crypto.paillier.PaillierKeys;
import io.tacit.crypto.random.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Paillier key on disk. It belongs to one identity, and may be used for any number of sessions: whoever reads the file can
 * read every query that was ever encrypted under it.
 *
 * <p>Format: one PEM block {@code TACIT PAILLIER KEY} of the version (1 byte), the bits of N (4 bytes, big-endian), the SHA-256
 * fingerprint of the identity's certificate, p, q (half as many bits each, big-endian), and SHA-256 of all of that.
 */
public final class PaillierKeyFile {
    private static final byte VERSION = 1;
    private static final int HEADER_BYTES = 1 + Integer.BYTES;
    private static final int HASH_BYTES = 32;
    private static final int MAX_FILE_BYTES = 1 << 13;
    private static final String BLOCK = "TACIT PAILLIER KEY";
    private static final Pattern TEXT =
            Pattern.compile("\\s*-----BEGIN " + BLOCK + "-----([A-Za-z0-9+/=\\s]*)-----END " + BLOCK + "-----\\s*");

    private PaillierKeyFile() {}

    /** Where the key of an identity is kept: beside {@code NAME.pem}, as {@code NAME.paillier}. */
    public static Path beside(Path identityFile) {
        String name = String.valueOf(identityFile.getFileName());
        String stem = name.endsWith(".pem") ? name.substring(0, name.length() - ".pem".length()) : name;
        return identityFile.resolveSibling(stem + ".paillier");
    }

    /**
     * Writes a key to a new file that its account alone can read.
     *
     * @param identity fingerprint of the certificate that the key belongs to
     * @throws InvalidIdentity if the file is there already
     */
    public static void write(Path file, PaillierKeys keys, Sha256 identity) throws IOException {
        byte[] primes = keys.reveal();
        ByteBuffer content = ByteBuffer.allocate(HEADER_BYTES + HASH_BYTES + primes.length + HASH_BYTES);
        content.put(VERSION)
                .putInt(keys.publicKey().modulusBits())
                .put(identity.bytes())
                .put(primes);
        content.put(
                Sha256.of(Arrays.copyOf(content.array(), content.position())).bytes());
        byte[] text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encode(content.array());
        try (FileChannel out = FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), SecretFile.ownerOnly(file))) {
            for (byte[] part : new byte[][] {
                ascii("-----BEGIN " + BLOCK + "-----\n"), text, ascii("\n-----END " + BLOCK + "-----\n")
            }) {
                ByteBuffer buffer = ByteBuffer.wrap(part);
                while (buffer.hasRemaining()) {
                    out.write(buffer);
                }
            }
            out.force(true);
        } catch (FileAlreadyExistsException e) {
            throw new InvalidIdentity(file + " is there already; keys are never replaced");
        } finally {
            Arrays.fill(primes, (byte) 0);
            Arrays.fill(content.array(), (byte) 0);
            Arrays.fill(text, (byte) 0);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Reads the key of an identity; the caller closes it. About a second: the primes are checked again.
     *
     * @throws InvalidIdentity if the file is not such a key, is another identity's, or can be read by other accounts
     */
    public static PaillierKeys read(Path file, Sha256 identity, SecureRandom random) {
        byte[] bytes = SecretFile.read(file, MAX_FILE_BYTES);
        try {
            Matcher matcher = TEXT.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
            if (bytes.length > MAX_FILE_BYTES || !matcher.matches()) {
                throw new InvalidIdentity(file + ": not one block " + BLOCK);
            }
            return parse(file, Base64.getMimeDecoder().decode(matcher.group(1)), identity, random);
        } catch (IllegalArgumentException e) {
            throw new InvalidIdentity(file + ": " + e.getMessage());
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private static PaillierKeys parse(Path file, byte[] content, Sha256 identity, SecureRandom random) {
        try {
            int end = content.length - HASH_BYTES;
            if (end < HEADER_BYTES + HASH_BYTES
                    || content[0] != VERSION
                    || !MessageDigest.isEqual(
                            Sha256.of(Arrays.copyOf(content, end)).bytes(),
                            Arrays.copyOfRange(content, end, content.length))) {
                throw new InvalidIdentity(file + ": damaged, or of another version");
            }
            if (!MessageDigest.isEqual(
                    identity.bytes(), Arrays.copyOfRange(content, HEADER_BYTES, HEADER_BYTES + HASH_BYTES))) {
                throw new InvalidIdentity(file + ": the key of another identity");
            }
            KeyLength length = KeyLength.ofBits(ByteBuffer.wrap(content).getInt(1));
            byte[] primes = Arrays.copyOfRange(content, HEADER_BYTES + HASH_BYTES, end);
            try (Seed seed = Seed.random(random)) {
                return PaillierKeys.ofRevealed(length, primes, seed);
            } finally {
                Arrays.fill(primes, (byte) 0);
            }
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }
}
