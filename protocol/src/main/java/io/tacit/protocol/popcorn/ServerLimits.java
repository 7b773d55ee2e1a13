package io.tacit.protocol.popcorn;

import java.time.Duration;

/**
 * What a server allows one session.
 *
 * @param idle longest wait for the client's next command
 * @param preparedImages most images prepared for that have not been asked about
 * @param ciphertexts most ciphertexts in memory for one layer
 */
public record ServerLimits(Duration idle, int preparedImages, long ciphertexts) {

    /** The same with another number of images prepared for, if it is smaller. */
    public ServerLimits preparing(int images) {
        return new ServerLimits(idle, Math.min(preparedImages, images), ciphertexts);
    }

    /** Half an hour between commands, 1,000 images prepared, and layers of a third of the heap at 3072 bits. */
    public static ServerLimits usual() {
        return new ServerLimits(
                Duration.ofMinutes(30), 1_000, Runtime.getRuntime().maxMemory() / 3 / 1_024);
    }
}
