package io.tacit.protocol.seco;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.seal.SealingKey;
import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.protocol.material.MaterialId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a user tells the gateway first.
 *
 * @param id the user's name for the query
 * @param material prepared by user and gateway for the gateway's own layers; of no meaning where there are none
 * @param answerKey under which the servers seal the answer
 * @param seeds for each server the seed of r^0_k, sealed to it; r^0 is their sum
 */
record Query(QueryId id, MaterialId material, SealingKey answerKey, List<byte[]> seeds) {
    /** Bytes of a sealed seed. */
    static final int SEALED_SEED_BYTES = SealingKey.sealedBytes(Seed.BYTES);

    /**
     * What a message between the user and one server is for. The gateway passes these on: under a key of its own in the
     * place of the user's, no server opens its seed.
     *
     * @param hash of the plan
     * @param answerKey the user's, of this query
     */
    static byte[] context(byte[] hash, String purpose, QueryId id, SealingKey answerKey, int server) {
        byte[] text = ("tacit seco " + purpose + " ").getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(text.length + hash.length + QueryId.BYTES + SealingKey.BYTES + 1)
                .put(text)
                .put(hash)
                .put(id.bytes())
                .put(answerKey.bytes())
                .put((byte) server)
                .array();
    }

    /** r^0_k: drawn from the seed that the user gave server k. @param length values of x, over {@code ring} */
    static RingVector mask(Ring ring, int length, Seed seed) {
        RingVector mask = ring.zeros(length);
        try (Prg prg = seed.generator("seco", "input mask")) {
            mask.randomize(prg, 0, mask.length());
        }
        return mask;
    }

    void send(Channel gateway) {
        gateway.send(id.bytes());
        gateway.send(material.bytes());
        gateway.send(answerKey.bytes());
        seeds.forEach(gateway::send);
    }

    static Query receive(int servers, Channel user) {
        QueryId id = QueryId.of(user.receive(QueryId.BYTES), 0);
        MaterialId material = MaterialId.of(user.receive(MaterialId.BYTES), 0);
        SealingKey answerKey = SealingKey.decode(user.receive(SealingKey.BYTES), user.peer());
        List<byte[]> seeds = new ArrayList<>();
        for (int server = 0; server < servers; server++) {
            seeds.add(user.receive(SEALED_SEED_BYTES));
        }
        return new Query(id, material, answerKey, seeds);
    }
}
