package io.tacit.protocol.seco;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.seal.SealingKey;
import io.tacit.protocol.material.MaterialId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the gateway asks the other servers for, at the beginning of a preparation and of a query; and the user the
 * gateway, for its layers.
 */
final class Command {
    private static final byte ACCEPTED = 0;
    private static final int HASH_BYTES = 32;

    /** Pieces of material that are compared at a time. */
    static final int MOST_IDS = 1 << 20;

    private Command() {}

    /**
     * One query to be prepared.
     *
     * @param id of its material, at all servers
     * @param evaluator number of the server that evaluates its circuits
     */
    record Place(MaterialId id, int evaluator) {}

    /** Asks a party to prepare queries. */
    static void sendPrepare(Channel server, SharedPart part, List<Place> places) {
        server.send(part.hash());
        server.send(ByteBuffer.allocate(Integer.BYTES).putInt(places.size()).array());
        for (Place place : places) {
            server.send(ByteBuffer.allocate(MaterialId.BYTES + 1)
                    .put(place.id().bytes())
                    .put((byte) place.evaluator())
                    .array());
        }
        server.flush();
    }

    /** @throws ProtocolAbort if it is for another network, or for more queries than allowed */
    static List<Place> receivePrepare(Channel gateway, SharedPart part, int most) {
        requireHash(gateway, part.hash());
        int count = ByteBuffer.wrap(gateway.receive(Integer.BYTES)).getInt();
        if (count < 1 || count > most) {
            throw new ProtocolAbort(gateway.peer(), "prepare", AbortReason.LIMIT_EXCEEDED);
        }
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] bytes = gateway.receive(MaterialId.BYTES + 1);
            int evaluator = bytes[MaterialId.BYTES];
            if (evaluator < 0 || evaluator >= part.parties()) {
                throw new ProtocolAbort(gateway.peer(), "prepare", AbortReason.OUT_OF_RANGE);
            }
            places.add(new Place(MaterialId.of(bytes, 0), evaluator));
        }
        return places;
    }

    /** Names pieces of material, at most {@link #MOST_IDS}. */
    static void sendIds(Channel channel, Set<MaterialId> ids) {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + ids.size() * MaterialId.BYTES);
        bytes.putInt(ids.size());
        ids.forEach(id -> bytes.put(id.bytes()));
        channel.send(bytes.array(), 0, Integer.BYTES);
        Bulk.sendBytes(channel, bytes.array(), Integer.BYTES, bytes.capacity() - Integer.BYTES);
        channel.flush();
    }

    /** @throws ProtocolAbort if they are too many */
    static Set<MaterialId> receiveIds(Channel channel) {
        int count = ByteBuffer.wrap(channel.receive(Integer.BYTES)).getInt();
        if (count < 0 || count > MOST_IDS) {
            throw new ProtocolAbort(channel.peer(), "prepare", AbortReason.LIMIT_EXCEEDED);
        }
        byte[] bytes = new byte[count * MaterialId.BYTES];
        Bulk.receiveBytes(channel, bytes, 0, bytes.length);
        Set<MaterialId> ids = new HashSet<>();
        for (int i = 0; i < count; i++) {
            ids.add(MaterialId.of(bytes, i * MaterialId.BYTES));
        }
        return ids;
    }

    /**
     * What a server needs of one query.
     *
     * @param material that is used for it
     * @param id the user's name for it
     * @param answerKey under which the answer is sealed
     * @param seed of r^0_k, sealed to this server
     */
    record Predict(MaterialId material, QueryId id, SealingKey answerKey, byte[] seed) {}

    static void sendPredict(Channel server, SecoPlan plan, Predict predict) {
        server.send(plan.hash());
        server.send(predict.material().bytes());
        server.send(predict.id().bytes());
        server.send(predict.answerKey().bytes());
        server.send(predict.seed());
        server.flush();
    }

    static Predict receivePredict(Channel gateway, SecoPlan plan) {
        requireHash(gateway, plan.hash());
        return new Predict(
                MaterialId.of(gateway.receive(MaterialId.BYTES), 0),
                QueryId.of(gateway.receive(QueryId.BYTES), 0),
                SealingKey.decode(gateway.receive(SealingKey.BYTES), gateway.peer()),
                gateway.receive(Query.SEALED_SEED_BYTES));
    }

    private static void requireHash(Channel gateway, byte[] hash) {
        if (!Arrays.equals(gateway.receive(HASH_BYTES), hash)) {
            throw new ProtocolAbort(gateway.peer(), "command", AbortReason.MODEL_MISMATCH);
        }
    }

    static void accept(Channel gateway) {
        reply(gateway, Optional.empty());
    }

    /** @param refusal why this party does not take part, if it does not; the lane goes on */
    static void reply(Channel gateway, Optional<AbortReason> refusal) {
        gateway.send(new byte[] {refusal.map(reason -> (byte) reason.wireCode()).orElse(ACCEPTED)});
        gateway.flush();
    }

    /** The other's reason, if it refuses. */
    static Optional<AbortReason> receiveReply(Channel server) {
        byte reply = server.receive(1)[0];
        return reply == ACCEPTED ? Optional.empty() : Optional.of(AbortReason.ofWireCode(reply & 0xff));
    }

    /** @throws ProtocolAbort if the other refuses, with its reason */
    static void expectAccepted(Channel server, String step) {
        receiveReply(server).ifPresent(reason -> {
            throw new ProtocolAbort(server.peer(), step, reason);
        });
    }

    /** Whether all servers take part: else none does. */
    static void sendDecision(Channel server, boolean all) {
        server.send(new byte[] {(byte) (all ? 1 : 0)});
        server.flush();
    }

    static boolean receiveDecision(Channel gateway) {
        return gateway.receive(1)[0] == 1;
    }
}
