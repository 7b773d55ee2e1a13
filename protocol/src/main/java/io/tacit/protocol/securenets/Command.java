package io.tacit.protocol.securenets;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.ProtocolAbort;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a user tells a cloud to do next on a lane: eight 32-bit numbers, always {@link #BYTES} bytes.
 *
 * @param kind what to do
 * @param field exponent of the field's prime; deployment only
 * @param products number of products; deployment only
 * @param images largest round for a deployment, images of the round for a prediction
 * @param imagesPerChunk where messages are cut; deployment only
 * @param shares number of shares held (deployment) or of input vectors (prediction), 1 or 2
 * @param seeded bit i set: share or vector i comes as a seed
 */
record Command(Kind kind, int field, int products, int images, int imagesPerChunk, int shares, int seeded) {
    static final int BYTES = 8 * Integer.BYTES;

    /** Numbers that describe one product: the fields of the geometry in order, then the columns an image. */
    static final int GEOMETRY_INTS = 16;

    /** Format of everything in this package that travels. */
    private static final int VERSION = 1;

    enum Kind {
        DEPLOY,
        PREDICT
    }

    static Command predict(int images, int shares, int seeded) {
        return new Command(Kind.PREDICT, 0, 0, images, 0, shares, seeded);
    }

    void send(Channel channel) {
        byte[] bytes = new byte[BYTES];
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(VERSION)
                .putInt(kind.ordinal())
                .putInt(field)
                .putInt(products)
                .putInt(images)
                .putInt(imagesPerChunk)
                .putInt(shares)
                .putInt(seeded);
        channel.send(bytes);
    }

    /** @throws ProtocolAbort if it is of another version or no command; numbers are left to the reader to bound */
    static Command receive(Channel channel) {
        ByteBuffer bytes = ByteBuffer.wrap(channel.receive(BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.getInt() != VERSION) {
            throw new ProtocolAbort(channel.peer(), "command", AbortReason.VERSION_MISMATCH);
        }
        int kind = bytes.getInt();
        if (kind < 0 || kind >= Kind.values().length) {
            throw new ProtocolAbort(channel.peer(), "command", AbortReason.MALFORMED);
        }
        return new Command(
                Kind.values()[kind],
                bytes.getInt(),
                bytes.getInt(),
                bytes.getInt(),
                bytes.getInt(),
                bytes.getInt(),
                bytes.getInt());
    }

    boolean isSeeded(int share) {
        return (seeded >> share & 1) != 0;
    }
}
