package io.tacit.protocol.popcorn;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.ProtocolAbort;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a client says first.
 *
 * @param keyBits length of its key
 * @param images images in a ciphertext
 * @param planHash of the plan that follows from them
 */
record Greeting(int keyBits, int images, byte[] planHash) {
    private static final int VERSION = 2;
    private static final int HASH_BYTES = 32;
    static final int BYTES = 3 * Integer.BYTES + HASH_BYTES;

    /** What a key's proof is bound to: a key may be used in any number of sessions. */
    static final byte[] PROOF_CONTEXT =
            "tacit popcorn client key v1".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    void send(Channel channel) {
        channel.send(ByteBuffer.allocate(BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(VERSION)
                .putInt(keyBits)
                .putInt(images)
                .put(planHash)
                .array());
    }

    /** @throws ProtocolAbort if it is of another version; numbers are left to the reader to bound */
    static Greeting receive(Channel channel) {
        ByteBuffer bytes = ByteBuffer.wrap(channel.receive(BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.getInt() != VERSION) {
            throw new ProtocolAbort(channel.peer(), "greeting", AbortReason.VERSION_MISMATCH);
        }
        int keyBits = bytes.getInt();
        int images = bytes.getInt();
        byte[] hash = new byte[HASH_BYTES];
        bytes.get(hash);
        return new Greeting(keyBits, images, hash);
    }
}
