package io.tacit.client.wire;

import io.tacit.client.deployment.Sha256;
import io.tacit.crypto.seal.OpeningKey;
import io.tacit.crypto.seal.SealingKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A role's key on disk for what others seal for it; its public half stands in the deployment file. Whoever reads the file can
 * open all that was ever sealed for the role.
 *
 * <p>Format: 8 bytes {@code TACITOPN}, the public key, the secret key (32 bytes each), SHA-256 of all of that.
 */
public final class OpeningKeyFile {
    private static final byte[] MAGIC = {'T', 'A', 'C', 'I', 'T', 'O', 'P', 'N'};
    private static final int BODY_BYTES = MAGIC.length + SealingKey.BYTES + OpeningKey.BYTES;

    private OpeningKeyFile() {}

    /** Where the key of a role is kept: beside its identity {@code NAME.pem}, as {@code NAME.opening}. */
    public static Path beside(Path identityFile) {
        String name = String.valueOf(identityFile.getFileName());
        String stem = name.endsWith(".pem") ? name.substring(0, name.length() - ".pem".length()) : name;
        return identityFile.resolveSibling(stem + ".opening");
    }

    /** Writes a key to a new file. @throws InvalidIdentity if the file is there already */
    public static void write(Path file, OpeningKey key) throws IOException {
        byte[] secret = key.reveal();
        ByteBuffer content = ByteBuffer.allocate(BODY_BYTES + Sha256.BYTES)
                .put(MAGIC)
                .put(key.sealingKey().bytes())
                .put(secret);
        content.put(Sha256.of(Arrays.copyOf(content.array(), BODY_BYTES)).bytes());
        try {
            SecretFile.write(file, content.array());
        } finally {
            Arrays.fill(secret, (byte) 0);
            Arrays.fill(content.array(), (byte) 0);
        }
    }

    /**
     * Reads the key of a role; the caller closes it.
     *
     * @param sealingKey its public half, from the deployment file
     * @throws InvalidIdentity if the file is not such a key, is another one's, or can be read by other accounts
     */
    public static OpeningKey read(Path file, SealingKey sealingKey) {
        byte[] bytes = SecretFile.read(file, BODY_BYTES + Sha256.BYTES);
        byte[] body = Arrays.copyOf(bytes, BODY_BYTES);
        byte[] secret = Arrays.copyOfRange(body, MAGIC.length + SealingKey.BYTES, BODY_BYTES);
        try {
            boolean whole = bytes.length == BODY_BYTES + Sha256.BYTES
                    && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                    && MessageDigest.isEqual(
                            Sha256.of(body).bytes(), Arrays.copyOfRange(bytes, BODY_BYTES, bytes.length));
            if (!whole) {
                throw new InvalidIdentity(file + " is no opening key (tacit keygen), or it is damaged");
            }
            if (!SealingKey.of(bytes, MAGIC.length).equals(sealingKey)) {
                throw new InvalidIdentity(
                        file + " is not the key whose public half (sealing-key) the deployment names");
            }
            return OpeningKey.of(secret, sealingKey);
        } finally {
            Arrays.fill(bytes, (byte) 0);
            Arrays.fill(body, (byte) 0);
            Arrays.fill(secret, (byte) 0);
        }
    }
}
