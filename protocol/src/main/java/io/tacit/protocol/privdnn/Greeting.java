package io.tacit.protocol.privdnn;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.ProtocolAbort;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;

/** What a user says first: which plan it computes. */
final class Greeting {
    private static final int VERSION = 1;
    private static final int HASH_BYTES = 32;
    static final int BYTES = Integer.BYTES + HASH_BYTES;

    private Greeting() {}

    static void send(Channel owner, PrivDnnPlan plan) {
        owner.send(ByteBuffer.allocate(BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(VERSION)
                .put(plan.hash())
                .array());
    }

    /** @throws ProtocolAbort unless the user's plan is the owner's */
    static void require(Channel user, PrivDnnPlan plan) {
        ByteBuffer bytes = ByteBuffer.wrap(user.receive(BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.getInt() != VERSION) {
            throw new ProtocolAbort(user.peer(), "greeting", AbortReason.VERSION_MISMATCH);
        }
        byte[] hash = new byte[HASH_BYTES];
        bytes.get(hash);
        if (!MessageDigest.isEqual(hash, plan.hash())) {
            throw new ProtocolAbort(user.peer(), "greeting", AbortReason.MODEL_MISMATCH);
        }
    }
}
