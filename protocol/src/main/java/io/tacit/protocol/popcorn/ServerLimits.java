package io.tacit.protocol.popcorn;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What a server allows one session.
 *
 * @param idle longest wait for the client's next command
 * @param preparedImages most images prepared for that have not been asked about
 * @param ciphertexts most ciphertexts in memory for one layer; results of steps that are more than an eighth are kept in a file
 * @param scratch folder of these files
 */
public record ServerLimits(Duration idle, int preparedImages, long ciphertexts, Path scratch) {

    /** The same with another number of images prepared for, if it is smaller. */
    public ServerLimits preparing(int images) {
        return new ServerLimits(idle, Math.min(preparedImages, images), ciphertexts, scratch);
    }

    /** The same with scratch files in another folder. */
    public ServerLimits scratchIn(Path folder) {
        return new ServerLimits(idle, preparedImages, ciphertexts, folder);
    }

    /**
     * Half an hour between commands, 1,000 images prepared, layers of a third of the heap at 3072 bits, scratch files in Java's folder
     * for them.
     */
    public static ServerLimits usual() {
        return new ServerLimits(
                Duration.ofMinutes(30),
                1_000,
                Runtime.getRuntime().maxMemory() / 3 / 1_024,
                Path.of(System.getProperty("java.io.tmpdir")));
    }
}
