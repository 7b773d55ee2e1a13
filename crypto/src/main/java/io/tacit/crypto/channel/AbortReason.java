package io.tacit.crypto.channel;

/**
 * Why a party stopped: the codes that travel between parties and are shown to people. A code says what kind of thing
 * failed and never which secret-dependent check. {@link #wireCode} values are never reused.
 */
public enum AbortReason {
    UNEXPECTED_LENGTH(
            1, "a message has another length than the plan says", "run the same version of Tacit on both sides"),
    MALFORMED(
            2,
            "a message could not be read",
            "run the same version of Tacit on both sides; else the peer is faulty or hostile"),
    VERSION_MISMATCH(
            3, "the peer speaks another version of the protocol", "run the same version of Tacit on both sides"),
    DEPLOYMENT_MISMATCH(4, "the peer has another deployment file", "give all parties the same deployment file"),
    MODEL_MISMATCH(
            5, "the peer has another model", "give all parties the model whose hash stands in the deployment file"),
    ROLE_MISMATCH(6, "the peer plays another role than expected", "check endpoints and roles in the deployment file"),
    CERTIFICATE_REFUSED(
            7,
            "the peer's certificate is not the one of its role",
            "check the fingerprints in the deployment file (tacit doctor)"),
    DEPLOYMENT_EXPIRED(
            8, "the deployment is not valid at this time", "check the clock and the validity in the deployment file"),
    UNKNOWN_SESSION(9, "the session is not known to the peer", "start a new query"),
    LIMIT_EXCEEDED(
            10,
            "a limit or quota of the peer is used up",
            "ask its operator, whose log names the limit; a daily quota is renewed at midnight UTC"),
    BUSY(11, "the peer serves as many sessions as it may", "try again later"),
    VERIFICATION_FAILED(
            12,
            "an answer is not the product that was asked for",
            "the named party cheated or is broken: do not use it again before its operator has explained"),
    OUT_OF_RANGE(13, "a received value is outside its domain", "the named party is faulty or hostile"),
    MATERIAL_SPENT(14, "prepared material was claimed before", "prepare new material; nothing is lost but time"),
    TIMED_OUT(15, "the peer did not answer by the deadline", "check the peer and the network (tacit doctor)"),
    INTERNAL_ERROR(16, "the peer failed inside", "see the log of the named party"),
    CANCELLED(17, "the peer's user ended the session", "nothing to mend"),
    CERTIFICATE_EXPIRED(
            18,
            "a certificate is not valid at this time",
            "check the clocks of both sides (tacit doctor); else make new certificates (tacit keygen)"),
    CERTIFICATE_UNTRUSTED(
            19,
            "the peer's certificate was issued by another authority",
            "give all parties certificates of the same authority (tacit keygen)"),
    PROTOCOL_MISMATCH(20, "the peer runs another protocol", "give all parties the same deployment file"),
    MODE_MISMATCH(21, "the peer runs the protocol in another mode", "give all parties the same deployment file"),
    LANE_REFUSED(
            22,
            "the peer does not serve this lane, or the session has it already",
            "run the same version of Tacit on both sides, and start a new query"),
    TLS_FAILED(
            23,
            "the encrypted connection could not be made, or was damaged or tampered with on its way",
            "check that the endpoint is a Tacit party and that nothing between the parties alters the connection"),
    NOT_DEPLOYED(24, "the owner has not yet shared its network with the peer", "have the owner run: tacit deploy"),
    STOPPED(25, "the peer was stopped by its operator", "have it started again, then start a new query"),
    MATERIAL_DAMAGED(
            26,
            "prepared material of the peer, or the store of it, is damaged or cannot be used",
            "prepare new material; if it happens again, have its operator look at its disk"),
    UNREACHABLE(
            27,
            "it cannot be reached, its connection was lost, or it did not answer in time",
            "see that it runs (tacit doctor), then start a new query");

    private final int wireCode;
    private final String meaning;
    private final String remedy;

    AbortReason(int wireCode, String meaning, String remedy) {
        this.wireCode = wireCode;
        this.meaning = meaning;
        this.remedy = remedy;
    }

    /** Number that stands for the reason on the wire, 1 to 255. */
    public int wireCode() {
        return wireCode;
    }

    /** What happened, for people. */
    public String meaning() {
        return meaning;
    }

    /** What to do about it, for people. */
    public String remedy() {
        return remedy;
    }

    /** What the peer is told whose own abort it was: that it was stopped is no news to it. */
    public AbortReason passedOn() {
        return this == STOPPED ? CANCELLED : this;
    }

    /** The reason with that number; {@link #MALFORMED} for numbers that no reason has. */
    public static AbortReason ofWireCode(int code) {
        for (AbortReason reason : values()) {
            if (reason.wireCode == code) {
                return reason;
            }
        }
        return MALFORMED;
    }
}
