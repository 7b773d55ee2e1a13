package io.tacit.protocol.privdnn;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.ProtocolAbort;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What a user asks: the answers to a batch of so many images. */
final class Command {

    private Command() {}

    static byte[] encode(int images) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(images)
                .array();
    }

    /** The number of images. @throws ProtocolAbort if there are none; from above it is left to the reader to bound */
    static int receive(Channel user) {
        int images = ByteBuffer.wrap(user.receive(Integer.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt();
        if (images < 1) {
            throw new ProtocolAbort(user.peer(), "command", AbortReason.MALFORMED);
        }
        return images;
    }
}
