package io.tacit.crypto.channel;

/** The peer cannot be reached, has gone, or is silent beyond the deadline. */
public final class PeerUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String peer;

    /**
     * @param peer role of the other side
     * @param detail what was seen, for people, such as {@code connection refused by 127.0.0.1:7001}
     */
    public PeerUnavailable(String peer, String detail) {
        super(peer + ": " + detail);
        this.peer = peer;
    }

    public PeerUnavailable(String peer, String detail, Throwable cause) {
        super(peer + ": " + detail, cause);
        this.peer = peer;
    }

    public String peer() {
        return peer;
    }
}
