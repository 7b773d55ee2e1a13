package io.tacit.client.wire;

import io.tacit.client.deployment.Sha256;
import io.tacit.crypto.channel.AbortReason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * First message of each side on a new connection: everything that both sides must agree on before anything else is
 * processed. The dialling side speaks first. Each side states the fingerprints that it sees, so that a connection is also
 * bound to the two certificates by its content.
 *
 * @param software version of the sender's software, for people
 * @param protocol protocol's name
 * @param mode protocol's mode
 * @param model hash of the model
 * @param deployment hash of the deployment
 * @param sender role of the sender
 * @param receiver role that the sender believes to talk to
 * @param session session that the connection belongs to
 * @param lane lane of the session
 * @param senderCertificate fingerprint of the sender's certificate
 * @param receiverCertificate fingerprint of the certificate that the receiver has shown
 * @param epochMillis sender's clock, for people; nothing depends on it
 */
record Hello(
        String software,
        String protocol,
        String mode,
        Sha256 model,
        Sha256 deployment,
        String sender,
        String receiver,
        SessionId session,
        String lane,
        Sha256 senderCertificate,
        Sha256 receiverCertificate,
        long epochMillis) {

    /** Version of hello, frames and every protocol's messages. A change of any of them is a new version. */
    static final int WIRE_VERSION = 4;

    /** Longest encoding that is read. */
    static final int MAX_BYTES = 512;

    private static final int MAGIC = 0x54414349; // "TACI"
    private static final int MAX_NAME = 32;
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._+-]{0,31}");

    Hello {
        for (String name : new String[] {software, protocol, mode, sender, receiver, lane}) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("not a name of 1 to " + MAX_NAME + " letters, digits, ._+-");
            }
        }
    }

    /** A hello that cannot be accepted, with the reason that the sender is told. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        private final AbortReason reason;

        Refused(AbortReason reason) {
            super(reason.meaning());
            this.reason = reason;
        }

        AbortReason reason() {
            return reason;
        }
    }

    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(MAX_BYTES);
        out.putInt(MAGIC).putShort((short) WIRE_VERSION);
        putName(out, software);
        putName(out, protocol);
        putName(out, mode);
        out.put(model.bytes()).put(deployment.bytes());
        putName(out, sender);
        putName(out, receiver);
        session.writeTo(out);
        putName(out, lane);
        out.put(senderCertificate.bytes()).put(receiverCertificate.bytes());
        out.putLong(epochMillis);
        byte[] encoded = new byte[out.position()];
        out.flip().get(encoded);
        return encoded;
    }

    /**
     * Reads a hello from a peer.
     *
     * @param encoded whatever the peer has sent, at most {@link #MAX_BYTES}
     * @throws Refused with VERSION_MISMATCH for another wire version, which is looked at first, else with MALFORMED
     */
    static Hello decode(byte[] encoded) throws Refused {
        ByteBuffer in = ByteBuffer.wrap(encoded);
        if (encoded.length > MAX_BYTES || encoded.length < 6 || in.getInt() != MAGIC) {
            throw new Refused(AbortReason.MALFORMED);
        }
        if ((in.getShort() & 0xffff) != WIRE_VERSION) {
            throw new Refused(AbortReason.VERSION_MISMATCH);
        }
        try {
            String software = name(in);
            String protocol = name(in);
            String mode = name(in);
            Sha256 model = hash(in);
            Sha256 deployment = hash(in);
            String sender = name(in);
            String receiver = name(in);
            SessionId session = SessionId.readFrom(in);
            String lane = name(in);
            Hello hello = new Hello(
                    software,
                    protocol,
                    mode,
                    model,
                    deployment,
                    sender,
                    receiver,
                    session,
                    lane,
                    hash(in),
                    hash(in),
                    in.getLong());
            if (in.hasRemaining()) {
                throw new Refused(AbortReason.MALFORMED);
            }
            return hello;
        } catch (java.nio.BufferUnderflowException | IllegalArgumentException e) {
            throw new Refused(AbortReason.MALFORMED);
        }
    }

    /**
     * Compares what the peer states with what this side states, most telling first.
     *
     * @param mine what this side states on the same connection
     * @throws Refused with the reason of the first difference
     */
    void mustMatch(Hello mine) throws Refused {
        require(protocol.equals(mine.protocol), AbortReason.PROTOCOL_MISMATCH);
        require(mode.equals(mine.mode), AbortReason.MODE_MISMATCH);
        require(model.equals(mine.model), AbortReason.MODEL_MISMATCH);
        require(deployment.equals(mine.deployment), AbortReason.DEPLOYMENT_MISMATCH);
        require(sender.equals(mine.receiver) && receiver.equals(mine.sender), AbortReason.ROLE_MISMATCH);
        require(
                senderCertificate.equals(mine.receiverCertificate)
                        && receiverCertificate.equals(mine.senderCertificate),
                AbortReason.CERTIFICATE_REFUSED);
        require(session.equals(mine.session), AbortReason.UNKNOWN_SESSION);
        require(lane.equals(mine.lane), AbortReason.LANE_REFUSED);
    }

    private static void require(boolean condition, AbortReason otherwise) throws Refused {
        if (!condition) {
            throw new Refused(otherwise);
        }
    }

    private static void putName(ByteBuffer out, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        out.put((byte) bytes.length).put(bytes);
    }

    private static String name(ByteBuffer in) {
        int length = in.get() & 0xff;
        if (length > MAX_NAME) {
            throw new IllegalArgumentException("a name of " + length + " bytes");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1); // the pattern admits ASCII alone
    }

    private static Sha256 hash(ByteBuffer in) {
        byte[] bytes = new byte[Sha256.BYTES];
        in.get(bytes);
        return Sha256.ofDigest(bytes);
    }
}
