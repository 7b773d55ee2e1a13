package io.tacit.protocol.outsourced;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.protocol.material.MaterialId;
import java.nio.ByteBuffer;

/**
 * What the evaluator asks the garbler for, on a lane of theirs.
 *
 * @param kind what for
 * @param deployment the sharing of the network that it is meant for
 * @param query the query, or zeros
 * @param material the material that it uses, or zeros
 * @param count of pieces of material, or 0
 */
record Command(Kind kind, DeploymentId deployment, QueryId query, MaterialId material, int count) {
    /** Length on the wire. */
    static final int BYTES = 1 + DeploymentId.BYTES + QueryId.BYTES + MaterialId.BYTES + Integer.BYTES;

    /** The answer to a command that is carried out. */
    static final byte[] ACCEPTED = {1};

    private static final String NONE = "0".repeat(32);

    enum Kind {
        /** Compare what both have prepared and drop what only one of them has. */
        COMPARE,
        /** Prepare some queries. */
        PREPARE,
        /** Answer a query with prepared material. */
        PREDICT,
        /** Answer a query for which nothing was prepared. */
        PREDICT_NOW
    }

    static Command of(Kind kind, DeploymentId deployment, int count) {
        return new Command(kind, deployment, new QueryId(NONE), new MaterialId(NONE), count);
    }

    static Command predict(DeploymentId deployment, QueryId query, MaterialId material) {
        return new Command(Kind.PREDICT, deployment, query, material, 0);
    }

    static Command predictNow(DeploymentId deployment, QueryId query) {
        return new Command(Kind.PREDICT_NOW, deployment, query, new MaterialId(NONE), 0);
    }

    void send(Channel channel) {
        channel.send(ByteBuffer.allocate(BYTES)
                .put((byte) kind.ordinal())
                .put(deployment.bytes())
                .put(query.bytes())
                .put(material.bytes())
                .putInt(count)
                .array());
        channel.flush();
    }

    /** @throws ProtocolAbort if it is none, or meant for another deployment */
    static Command receive(Channel channel, DeploymentId expected) {
        byte[] bytes = channel.receive(BYTES);
        if (bytes[0] < 0 || bytes[0] >= Kind.values().length) {
            throw new ProtocolAbort(channel.peer(), "command", AbortReason.MALFORMED);
        }
        int at = 1 + DeploymentId.BYTES;
        Command command = new Command(
                Kind.values()[bytes[0]],
                DeploymentId.of(bytes, 1),
                QueryId.of(bytes, at),
                MaterialId.of(bytes, at + QueryId.BYTES),
                ByteBuffer.wrap(bytes).getInt(at + QueryId.BYTES + MaterialId.BYTES));
        if (!command.deployment.equals(expected)) {
            throw new ProtocolAbort(channel.peer(), "command", AbortReason.MODEL_MISMATCH);
        }
        return command;
    }

    static void accept(Channel channel) {
        channel.send(ACCEPTED);
    }

    /** @throws ProtocolAbort if the peer says something else */
    static void expectAccepted(Channel channel, String step) {
        if (channel.receive(ACCEPTED.length)[0] != ACCEPTED[0]) {
            throw new ProtocolAbort(channel.peer(), step, AbortReason.MALFORMED);
        }
    }
}
