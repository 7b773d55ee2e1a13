package io.tacit.client.wire;

/** An identity file that cannot be used: unreadable, incomplete, or not the one of its role. */
public final class InvalidIdentity extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message names the file or the role and says what is wrong, in one sentence without secrets */
    public InvalidIdentity(String message) {
        super(message);
    }
}
