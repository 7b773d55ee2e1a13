package io.tacit.protocol.popcorn;

import io.tacit.crypto.paillier.ScratchSpace;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a server allows one session.
 *
 * @param idle longest wait for the client's next command
 * @param preparedImages most images prepared for that have not been asked about
 * @param ciphertexts most ciphertexts in memory for one layer; results of steps that are more than an eighth are kept in a file
 * @param scratch where these files are, of all sessions together
 */
public record ServerLimits(Duration idle, int preparedImages, long ciphertexts, ScratchSpace scratch) {
    /** Disk that scratch files take at most, if nothing else is said: 32 GiB. */
    public static final long USUAL_SCRATCH_BYTES = 32L << 30;

    /** So many have indices of Java's arrays, whatever the length of the key. */
    private static final long MOST_CIPHERTEXTS = Integer.MAX_VALUE / 256;

    /** The same with another number of images prepared for, if it is smaller. */
    public ServerLimits preparing(int images) {
        return new ServerLimits(idle, Math.min(preparedImages, images), ciphertexts, scratch);
    }

    /** The same with scratch files elsewhere. */
    public ServerLimits scratchIn(ScratchSpace space) {
        return new ServerLimits(idle, preparedImages, ciphertexts, space);
    }

    /**
     * Half an hour between commands, 1,000 images prepared, layers of a third of the heap at 3072 bits, scratch files in Java's folder
     * for them.
     */
    public static ServerLimits usual() {
        return new ServerLimits(
                Duration.ofMinutes(30),
                1_000,
                Math.min(MOST_CIPHERTEXTS, Runtime.getRuntime().maxMemory() / 3 / 1_024),
                new ScratchSpace(Path.of(System.getProperty("java.io.tmpdir")), USUAL_SCRATCH_BYTES));
    }
}
