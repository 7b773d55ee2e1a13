package io.tacit.protocol.linear;

import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.lattice.Decryptor;
import io.tacit.crypto.lattice.Encryptor;
import io.tacit.crypto.lattice.SecretKey;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.Workers;
import java.security.SecureRandom;

/**
 * Shares of W (B_0 + B_1) where the peer has all of W and B_0: this party encrypts its B_1, the peer multiplies,
 * subtracts a mask, floods and returns, and this party decrypts. One direction of {@link HomomorphicTriplets}.
 *
 * <p>Security: against a party that follows the protocol. Of the peer's weights it sees W B_1 less a uniform mask, with
 * noise that hides them up to 2^-40 over a query. One call at a time.
 */
public final class MaskOwnerTriplets implements TripletSource {
    private final Channel peer;
    private final TripletPlan plan;
    private final SecretKey key;
    private final Workers workers;
    private final Generators generators;
    private final Pool<Decryptor> decryptors;

    private MaskOwnerTriplets(Channel peer, TripletPlan plan, SecretKey key, Workers workers, SecureRandom random) {
        this.peer = peer;
        this.plan = plan;
        this.key = key;
        this.workers = workers;
        generators = new Generators("one-way triplets", random);
        decryptors = new Pool<>(() -> new Decryptor(key), Decryptor::close);
    }

    /**
     * Makes a key for this session and sends its public part; the peer runs {@link WeightOwnerTriplets#open}.
     *
     * @param peer channel for these products alone; {@link #close} closes it
     */
    public static MaskOwnerTriplets open(Channel peer, TripletPlan plan, SecureRandom random, Workers workers) {
        peer.enter(Phase.PREPARE);
        try (Seed seed = Seed.random(random);
                Prg secret = seed.generator("one-way triplets", "secret key");
                Prg published = seed.generator("one-way triplets", "public key")) {
            SecretKey key = SecretKey.generate(plan.ring(), secret);
            byte[] open = key.publicKey(published).encode();
            Bulk.sendBytes(peer, open, 0, open.length);
            peer.flush();
            return new MaskOwnerTriplets(peer, plan, key, workers, random);
        }
    }

    /** @param weightShare is not read: this party has none */
    @Override
    public RingVector[] products(LinearShape shape, RingVector weightShare, RingVector[] maskShares) {
        LayerPlan layer = plan.layer(shape, maskShares.length);
        OneLayer values = new OneLayer(weightShare, maskShares);
        try (LayerWork work = new LayerWork(
                layer,
                0,
                values,
                1,
                null,
                generators,
                decryptors,
                () -> new Encryptor(layer.parameters(), key, generators.make()))) {
            work.openInputs();
            int blocks = layer.packing().planeBlocks();
            for (int window = 0; window < layer.windows(); window++) {
                int first = layer.firstGroup(window);
                int end = layer.firstGroup(window + 1);
                byte[][] inputs = new byte[(end - first) * blocks][];
                workers.forEach(inputs.length, i -> inputs[i] = work.encrypt(i % blocks, first + i / blocks));
                for (byte[] input : inputs) {
                    Bulk.sendBytes(peer, input, 0, input.length);
                }
                peer.flush();
                for (int outputBlock = 0; outputBlock < layer.packing().outputBlocks(); outputBlock++) {
                    for (int group = first; group < end; group++) {
                        byte[] result =
                                new byte[layer.format(outputBlock, group).bytes()];
                        Bulk.receiveBytes(peer, result, 0, result.length);
                        work.decrypt(outputBlock, group, result, peer.peer());
                    }
                }
            }
            return values.finish(work, workers);
        }
    }

    /** Closes the channel, so that a call in progress fails and ends, and wipes. */
    @Override
    public void close() {
        peer.close();
        generators.close();
        decryptors.close();
        key.close();
    }
}
