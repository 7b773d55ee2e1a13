package io.tacit.protocol.linear;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.Traffic;
import io.tacit.crypto.lattice.PublicKey;
import io.tacit.crypto.lattice.SecretKey;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.Workers;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * One session's prepared products of linear layers: a key pair of this server made for it, the other's public key, and the lane
 * on which they travel. Closing it closes the lane.
 */
public final class LinearPreparation implements TripletSource {
    private final Channel lane;
    private final SecretKey key;
    private final HomomorphicTriplets triplets;

    private LinearPreparation(Channel lane, SecretKey key, HomomorphicTriplets triplets) {
        this.lane = lane;
        this.key = key;
        this.triplets = triplets;
    }

    /** Makes the keys and exchanges the public ones; the peer does the same. */
    public static LinearPreparation open(
            Channel lane, TripletPlan plan, Pipeline pipeline, SecureRandom random, Workers workers, Executor threads) {
        lane.enter(Phase.PREPARE);
        try (Seed seed = Seed.random(random);
                Prg secret = seed.generator("outsourced", "secret key");
                Prg published = seed.generator("outsourced", "public key")) {
            SecretKey key = SecretKey.generate(plan.ring(), secret);
            byte[] own = key.publicKey(published).encode();
            for (int done = 0; done < own.length; done += Channel.MAX_MESSAGE_BYTES) {
                lane.send(own, done, Math.min(Channel.MAX_MESSAGE_BYTES, own.length - done));
            }
            lane.flush();
            byte[] peers = new byte[PublicKey.bytes(plan.ring())];
            for (int done = 0; done < peers.length; done += Channel.MAX_MESSAGE_BYTES) {
                lane.receive(peers, done, Math.min(Channel.MAX_MESSAGE_BYTES, peers.length - done));
            }
            PublicKey peerKey = PublicKey.decode(plan.ring(), peers, lane.peer());
            return new LinearPreparation(
                    lane, key, new HomomorphicTriplets(lane, plan, key, peerKey, threads, workers, random, pipeline));
        }
    }

    /** What {@link #open} sends and receives: a public key each. */
    public static Traffic.Count openTraffic(TripletPlan plan) {
        long bytes = PublicKey.bytes(plan.ring());
        long messages = (bytes + Channel.MAX_MESSAGE_BYTES - 1) / Channel.MAX_MESSAGE_BYTES;
        return new Traffic.Count(bytes, bytes, messages, messages, 1);
    }

    @Override
    public RingVector[] products(LinearShape shape, RingVector weightShare, RingVector[] maskShares) {
        return triplets.products(shape, weightShare, maskShares);
    }

    @Override
    public void products(List<LinearShape> shapes, int queries, Layers layers) {
        triplets.products(shapes, queries, layers);
    }

    @Override
    public void close() {
        triplets.close();
        key.close();
        lane.close();
    }
}
