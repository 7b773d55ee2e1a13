package io.tacit.protocol.privdnn;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.ProtocolAbort;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Which value of the encrypted part a ciphertext holds.
 *
 * @param prime index of the plaintext prime
 * @param filter core filter of the second convolution, from 0
 * @param position of the boundary, row by row
 */
record ReturnHeader(int prime, int filter, int position) {
    static final int BYTES = 3 * Integer.BYTES;

    void send(Channel owner) {
        owner.send(ByteBuffer.allocate(BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(prime)
                .putInt(filter)
                .putInt(position)
                .array());
    }

    /** @throws ProtocolAbort if there is no such value */
    static ReturnHeader receive(Channel user, PrivDnnPlan plan) {
        return decode(ByteBuffer.wrap(user.receive(BYTES)), plan, user.peer());
    }

    /** Takes {@link #BYTES} bytes. @throws ProtocolAbort if there is no such value */
    static ReturnHeader decode(ByteBuffer bytes, PrivDnnPlan plan, String peer) {
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        ReturnHeader header = new ReturnHeader(bytes.getInt(), bytes.getInt(), bytes.getInt());
        if (header.prime < 0
                || header.prime >= PrivDnnPlan.PRIMES
                || header.filter < 0
                || header.filter >= plan.coreOutputs()
                || header.position < 0
                || header.position >= plan.positions()) {
            throw new ProtocolAbort(peer, "core outputs", AbortReason.OUT_OF_RANGE);
        }
        return header;
    }

    /** Number of the value among all of a batch. */
    int index(PrivDnnPlan plan) {
        return (prime * plan.coreOutputs() + filter) * plan.positions() + position;
    }
}
