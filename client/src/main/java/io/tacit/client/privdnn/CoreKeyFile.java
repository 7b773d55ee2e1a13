package io.tacit.client.privdnn;

import io.tacit.client.deployment.Sha256;
import io.tacit.client.wire.InvalidIdentity;
import io.tacit.crypto.random.Seed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;

/**
 * The owner's key of one bundle on disk: the seed that it is a function of. Whoever reads the file has the core filters.
 *
 * <p>Format: 8 bytes {@code TACITKEY}, SHA-256 of the bundle, 32 bytes of the seed, SHA-256 of all of that.
 */
public final class CoreKeyFile {
    private static final byte[] MAGIC = {'T', 'A', 'C', 'I', 'T', 'K', 'E', 'Y'};
    private static final int HASH_BYTES = 32;
    private static final int BODY_BYTES = MAGIC.length + HASH_BYTES + Seed.BYTES;
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private CoreKeyFile() {}

    /**
     * Writes a key to a new file that its account alone can read.
     *
     * @throws InvalidIdentity if the file is there already
     */
    public static void write(Path file, Seed seed, Sha256 bundle) throws IOException {
        byte[] secret = seed.reveal();
        ByteBuffer content = ByteBuffer.allocate(BODY_BYTES + HASH_BYTES)
                .put(MAGIC)
                .put(bundle.bytes())
                .put(secret);
        content.put(Sha256.of(Arrays.copyOf(content.array(), BODY_BYTES)).bytes())
                .flip();
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        try (FileChannel out = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                posix ? new FileAttribute<?>[] {OWNER_ONLY} : new FileAttribute<?>[0])) {
            while (content.hasRemaining()) {
                out.write(content);
            }
            out.force(true);
        } catch (FileAlreadyExistsException e) {
            throw new InvalidIdentity(file + " is there already; keys are never replaced");
        } finally {
            Arrays.fill(secret, (byte) 0);
            Arrays.fill(content.array(), (byte) 0);
        }
    }

    /**
     * Reads the key of a bundle; the caller closes it.
     *
     * @throws InvalidIdentity if the file is not such a key, is another bundle's, or can be read by other accounts
     */
    public static Seed read(Path file, Sha256 bundle) {
        byte[] bytes = new byte[0];
        try (InputStream in = Files.newInputStream(file)) {
            if (file.getFileSystem().supportedFileAttributeViews().contains("posix")
                    && Files.getPosixFilePermissions(file).stream()
                            .anyMatch(
                                    p -> p != PosixFilePermission.OWNER_READ && p != PosixFilePermission.OWNER_WRITE)) {
                throw new InvalidIdentity(file + " can be read by other accounts: chmod 600 " + file);
            }
            bytes = in.readNBytes(BODY_BYTES + HASH_BYTES + 1);
            byte[] body = Arrays.copyOf(bytes, BODY_BYTES);
            boolean whole = bytes.length == BODY_BYTES + HASH_BYTES
                    && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                    && Arrays.equals(Sha256.of(body).bytes(), Arrays.copyOfRange(bytes, BODY_BYTES, bytes.length));
            if (!whole) {
                throw new InvalidIdentity(file + " is no key of core filters (tacit privdnn pack), or it is damaged");
            }
            if (!Arrays.equals(bundle.bytes(), Arrays.copyOfRange(bytes, MAGIC.length, MAGIC.length + HASH_BYTES))) {
                throw new InvalidIdentity(file + " is the key of another bundle");
            }
            byte[] seed = Arrays.copyOfRange(bytes, MAGIC.length + HASH_BYTES, BODY_BYTES);
            try {
                return Seed.of(seed);
            } finally {
                Arrays.fill(seed, (byte) 0);
                Arrays.fill(body, (byte) 0);
            }
        } catch (NoSuchFileException e) {
            throw new InvalidIdentity("there is no file " + file);
        } catch (IOException e) {
            throw new InvalidIdentity("cannot read " + file + ": " + e.getMessage());
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }
}
