package io.tacit.client.wire;

/** What a listening role does with a session: one straight-line program that takes the lanes it needs and runs to its end. */
@FunctionalInterface
public interface SessionHandler {
    /**
     * Serves one session, on a thread of its own. When it returns, the session's lanes are closed. When it throws, the
     * peers are told why: a {@link io.tacit.crypto.channel.ProtocolAbort}'s reason, LIMIT_EXCEEDED, or INTERNAL_ERROR.
     */
    void serve(Session session);

    /** Whether a role of the deployment may open lanes here. Others are told ROLE_MISMATCH and take no session's place. */
    default boolean admits(String role) {
        return true;
    }
}
