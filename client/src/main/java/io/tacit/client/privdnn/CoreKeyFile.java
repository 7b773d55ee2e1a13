package io.tacit.client.privdnn;

import io.tacit.client.deployment.Sha256;
import io.tacit.client.wire.InvalidIdentity;
import io.tacit.client.wire.SecretFile;
import io.tacit.crypto.random.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The owner's key of one bundle on disk: the seed that it is a function of. Whoever reads the file has the core filters.
 *
 * <p>Format: 8 bytes {@code TACITKEY}, SHA-256 of the bundle, 32 bytes of the seed, SHA-256 of all of that.
 */
public final class CoreKeyFile {
    private static final byte[] MAGIC = {'T', 'A', 'C', 'I', 'T', 'K', 'E', 'Y'};
    private static final int HASH_BYTES = 32;
    private static final int BODY_BYTES = MAGIC.length + HASH_BYTES + Seed.BYTES;

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
        try {
            SecretFile.write(file, content.array());
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
        byte[] bytes = SecretFile.read(file, BODY_BYTES + HASH_BYTES);
        try {
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
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }
}
