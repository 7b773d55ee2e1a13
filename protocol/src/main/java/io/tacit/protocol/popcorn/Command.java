package io.tacit.protocol.popcorn;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.ProtocolAbort;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a client asks next.
 *
 * @param kind what to do
 * @param images how many images to prepare for, or to predict
 */
record Command(Kind kind, int images) {
    static final int BYTES = 2 * Integer.BYTES;

    enum Kind {
        /** Garble for some images, whatever they will be. */
        PREPARE,
        /** Answer some images that travel in the same ciphertexts, with what was prepared. */
        PREDICT,
        /** The same with nothing prepared: tables are streamed. */
        PREDICT_NOW
    }

    void send(Channel channel) {
        channel.send(ByteBuffer.allocate(BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(kind.ordinal())
                .putInt(images)
                .array());
    }

    /** @throws ProtocolAbort if it is no command; the number is left to the reader to bound from above */
    static Command receive(Channel channel) {
        ByteBuffer bytes = ByteBuffer.wrap(channel.receive(BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        int kind = bytes.getInt();
        int images = bytes.getInt();
        if (kind < 0 || kind >= Kind.values().length || images < 1) {
            throw new ProtocolAbort(channel.peer(), "command", AbortReason.MALFORMED);
        }
        return new Command(Kind.values()[kind], images);
    }
}
