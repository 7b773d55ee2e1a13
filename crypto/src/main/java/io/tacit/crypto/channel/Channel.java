package io.tacit.crypto.channel;

import java.time.Duration;

/**
 * One connection to one peer, carrying messages in order, both ways. A message is 0 to {@link #MAX_MESSAGE_BYTES} bytes;
 * the receiver always knows the length it is owed and refuses any other before it allocates or reads the content.
 * Bulk data is a sequence of messages ({@link Bulk} cuts both sides alike).
 *
 * <p>All calls block, each for a limited time that the carrier sets. A channel is used by one sending and one receiving
 * thread at a time. Contents are authenticated and encrypted by the carrier, never logged.
 */
public interface Channel extends AutoCloseable {

    /** Longest message: one mebibyte. */
    int MAX_MESSAGE_BYTES = 1 << 20;

    /** Name of the peer's role, such as {@code cloud-1}. */
    String peer();

    /**
     * Sends one message. It may be held back until {@link #flush}, {@link #receive} or a full buffer.
     *
     * @throws PeerUnavailable if the peer is gone or does not take the bytes in time
     * @throws ProtocolAbort if the peer has aborted; carries the peer's reason
     */
    void send(byte[] bytes, int offset, int length);

    /**
     * Receives one message of exactly {@code length} bytes, after flushing what was sent.
     *
     * @throws ProtocolAbort with {@link AbortReason#UNEXPECTED_LENGTH} if the next message has another length, or with the
     *     peer's reason if the peer has aborted
     * @throws PeerUnavailable if the peer is gone or silent beyond the deadline
     */
    void receive(byte[] into, int offset, int length);

    /**
     * Waits between queries: returns true as soon as a message has begun to arrive (the next {@link #receive} takes it),
     * false if the peer has closed in order. Sends what was held back first.
     *
     * @param longest how long to wait for a peer that is alive
     * @throws PeerUnavailable if the peer is gone, or no message came in time
     * @throws ProtocolAbort if the peer has aborted; carries the peer's reason
     */
    boolean awaitMessage(Duration longest);

    /** Hands everything sent so far to the peer. */
    void flush();

    /** Phase that traffic is counted under from now on; starts as {@link Phase#DEPLOY}. */
    void enter(Phase phase);

    /** What has been sent and received so far. */
    Traffic traffic();

    /**
     * Tells the peer why this side stops, as far as the connection still allows, and closes. The peer sees a
     * {@link ProtocolAbort} with the same reason. Only the reason travels, never an exception's text.
     */
    void abort(AbortReason reason);

    /**
     * The same, where the fault is a third party's: the peer sees a {@link ProtocolAbort} in the name of that one. A carrier
     * that carries no names tells the reason alone.
     *
     * @param culprit role of the third party
     */
    default void abort(AbortReason reason, String culprit) {
        abort(reason);
    }

    /** Closes in order; the peer sees {@link PeerUnavailable} if it still waits in {@link #receive}, and
     * {@link #awaitMessage} returns false there. Repeated calls do nothing. */
    @Override
    void close();

    default void send(byte[] bytes) {
        send(bytes, 0, bytes.length);
    }

    default byte[] receive(int length) {
        if (length < 0 || length > MAX_MESSAGE_BYTES) {
            throw new IllegalArgumentException("a message of " + length + " bytes");
        }
        byte[] bytes = new byte[length];
        receive(bytes, 0, length);
        return bytes;
    }
}
