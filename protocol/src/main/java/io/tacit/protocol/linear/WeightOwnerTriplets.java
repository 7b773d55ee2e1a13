package io.tacit.protocol.linear;

import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.lattice.Ciphertext;
import io.tacit.crypto.lattice.Decryptor;
import io.tacit.crypto.lattice.PlaintextPolynomial;
import io.tacit.crypto.lattice.PublicKey;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.Workers;
import java.security.SecureRandom;

/**
 * Shares of W (B_0 + B_1) where this party has all of W, see {@link MaskOwnerTriplets} for the other end: W B_0 is local,
 * and of W B_1, which it computes on the peer's encryption of B_1, it keeps a fresh uniform mask.
 *
 * <p>Security: against a party that follows the protocol, as {@link HomomorphicTriplets} for one of its directions. One
 * call at a time.
 */
public final class WeightOwnerTriplets implements TripletSource {
    private final Channel peer;
    private final TripletPlan plan;
    private final PublicKey peerKey;
    private final Workers workers;
    private final Generators generators;

    private WeightOwnerTriplets(
            Channel peer, TripletPlan plan, PublicKey peerKey, Workers workers, SecureRandom random) {
        this.peer = peer;
        this.plan = plan;
        this.peerKey = peerKey;
        this.workers = workers;
        generators = new Generators("one-way triplets", random);
    }

    /**
     * Takes the peer's public key; the peer runs {@link MaskOwnerTriplets#open}.
     *
     * @param peer channel for these products alone; {@link #close} closes it
     */
    public static WeightOwnerTriplets open(Channel peer, TripletPlan plan, SecureRandom random, Workers workers) {
        peer.enter(Phase.PREPARE);
        byte[] key = new byte[PublicKey.bytes(plan.ring())];
        Bulk.receiveBytes(peer, key, 0, key.length);
        return new WeightOwnerTriplets(peer, plan, PublicKey.decode(plan.ring(), key, peer.peer()), workers, random);
    }

    @Override
    public RingVector[] products(LinearShape shape, RingVector weightShare, RingVector[] maskShares) {
        LayerPlan layer = plan.layer(shape, maskShares.length);
        OneLayer values = new OneLayer(weightShare, maskShares);
        Pool<Decryptor> none = new Pool<>(
                () -> {
                    throw new IllegalStateException("nothing is decrypted here");
                },
                Decryptor::close);
        try (LayerWork work = new LayerWork(layer, 0, values, 1, peerKey, generators, none, () -> {
            throw new IllegalStateException("nothing is encrypted here");
        })) {
            work.openInputs();
            work.openWeights();
            for (int window = 0; window < layer.windows(); window++) {
                int first = layer.firstGroup(window);
                Ciphertext[][] inputs = new Ciphertext[layer.firstGroup(window + 1) - first]
                        [layer.packing().planeBlocks()];
                for (Ciphertext[] group : inputs) {
                    for (int block = 0; block < group.length; block++) {
                        byte[] bytes = new byte[layer.inputBytes()];
                        Bulk.receiveBytes(peer, bytes, 0, bytes.length);
                        group[block] = work.expand(bytes, peer.peer());
                    }
                }
                multiply(work, first, inputs);
            }
            return values.finish(work, workers);
        }
    }

    /** All results of a window, as many output blocks at a time as there are threads. */
    private void multiply(LayerWork work, int firstGroup, Ciphertext[][] inputs) {
        int blocks = work.plan().packing().outputBlocks();
        for (int from = 0; from < blocks; from += workers.threads()) {
            int first = from;
            byte[][][] results = new byte[Math.min(workers.threads(), blocks - from)][inputs.length][];
            workers.forEach(results.length, i -> {
                PlaintextPolynomial[] polynomials = work.transform(first + i);
                for (int group = 0; group < inputs.length; group++) {
                    results[i][group] = work.multiply(first + i, firstGroup + group, polynomials, inputs[group]);
                }
                for (PlaintextPolynomial polynomial : polynomials) {
                    polynomial.close();
                }
            });
            for (byte[][] row : results) {
                for (byte[] result : row) {
                    Bulk.sendBytes(peer, result, 0, result.length);
                }
            }
            peer.flush();
        }
    }

    /** Closes the channel, so that a call in progress fails and ends, and wipes. */
    @Override
    public void close() {
        peer.close();
        generators.close();
    }
}
