package io.tacit.crypto.channel;

/** A protocol run ended because a party deviated from it or refused to go on. The run's results are void. */
public final class ProtocolAbort extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String peer;
    private final String step;
    private final AbortReason reason;

    /**
     * @param peer role of the other side
     * @param step what was being done, without secrets, such as {@code hello} or {@code layer conv1}
     * @param reason what failed
     */
    public ProtocolAbort(String peer, String step, AbortReason reason) {
        super(peer + ": " + step + ": " + reason.meaning() + " [" + reason.name() + "]; " + reason.remedy());
        this.peer = peer;
        this.step = step;
        this.reason = reason;
    }

    /** In the name of a third party, of which the peer has told. */
    public static ProtocolAbort told(String peer, String culprit, AbortReason reason) {
        return new ProtocolAbort(culprit, "told by " + peer, reason);
    }

    public String peer() {
        return peer;
    }

    public String step() {
        return step;
    }

    public AbortReason reason() {
        return reason;
    }
}
