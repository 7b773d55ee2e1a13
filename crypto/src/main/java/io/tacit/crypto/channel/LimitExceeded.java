package io.tacit.crypto.channel;

/** Something asked for is beyond a limit set here: a size, a quota, a disk budget. What was asked for is not done. */
public final class LimitExceeded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message the limit, its value and what was asked for, in one sentence */
    public LimitExceeded(String message) {
        super(message);
    }
}
