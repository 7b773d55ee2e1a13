package io.tacit.protocol.linear;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.lattice.Decryptor;
import io.tacit.crypto.lattice.Encryptor;
import io.tacit.crypto.lattice.PublicKey;
import io.tacit.crypto.lattice.SecretKey;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.Workers;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Shares of W * B by homomorphic encryption. W * B = W_0 B_0 + W_1 B_1 + W_1 B_0 + W_0 B_1: the first two terms are local;
 * for the third, and in the other direction for the fourth, party 0 encrypts B_0, party 1 multiplies by W_1, subtracts
 * fresh uniform R and returns, party 0 decrypts W_1 B_0 - R, and R is party 1's share.
 *
 * <p>Security: against a party that follows the protocol. It sees encryptions under the other's key, and of what it decrypts
 * the wanted coefficients W_1 B_0 - R, which are uniform, with noise that hides the weights up to 2^-40 over a query.
 * Each call draws fresh masks and fresh randomness for every ciphertext.
 *
 * <p>One call at a time.
 */
public final class HomomorphicTriplets implements TripletSource {
    private final Channel channel;
    private final TripletPlan plan;
    private final SecretKey key;
    private final PublicKey peerKey;
    private final Executor executor;
    private final Workers workers;
    private final Pipeline pipeline;
    private final Generators generators;
    private final Pool<Decryptor> decryptors;
    private final Lock call = new ReentrantLock(); // held by the call in progress: nothing that it uses is wiped
    private boolean closed; // under the lock

    /**
     * @param channel to the peer, for these products alone; {@link #close} closes it
     * @param plan for the network; the peer has the same
     * @param key this party's, for the plan's ring
     * @param peerKey the peer's
     * @param executor starts up to six stages at once, each on a thread of its own; most of the time they wait
     * @param workers for the work of all stages
     * @param random seeds masks, encryptions and noise
     */
    public HomomorphicTriplets(
            Channel channel,
            TripletPlan plan,
            SecretKey key,
            PublicKey peerKey,
            Executor executor,
            Workers workers,
            SecureRandom random,
            Pipeline pipeline) {
        this.channel = channel;
        this.plan = plan;
        this.key = key;
        this.peerKey = peerKey;
        this.executor = executor;
        this.workers = workers;
        this.pipeline = pipeline;
        generators = new Generators("triplets", random);
        decryptors = new Pool<>(() -> new Decryptor(key), Decryptor::close);
    }

    /** @throws IllegalArgumentException if a share has another length or ring than its shape; nothing has been sent then */
    @Override
    public RingVector[] products(LinearShape shape, RingVector weightShare, RingVector[] maskShares) {
        LayerWork.requireShape(weightShare, shape, shape.geometry().weightCount());
        for (RingVector mask : maskShares) {
            LayerWork.requireShape(mask, shape, shape.geometry().inputSize());
        }
        RingVector[] products = new RingVector[maskShares.length];
        products(List.of(shape), maskShares.length, new Layers() {
            @Override
            public RingVector weightShare(int layer) {
                return weightShare;
            }

            @Override
            public RingVector[] maskShares(int layer) {
                return maskShares;
            }

            @Override
            public void take(int layer, RingVector[] shares) {
                System.arraycopy(shares, 0, products, 0, shares.length);
            }
        });
        return products;
    }

    @Override
    public void products(List<LinearShape> shapes, int queries, Layers layers) {
        List<LayerWork> work = new ArrayList<>();
        for (int layer = 0; layer < shapes.size(); layer++) {
            LayerPlan layerPlan = plan.layer(shapes.get(layer), queries);
            work.add(new LayerWork(
                    layerPlan,
                    layer,
                    layers,
                    2,
                    peerKey,
                    generators,
                    decryptors,
                    () -> new Encryptor(layerPlan.parameters(), key, generators.make())));
        }
        call.lock();
        try {
            if (closed) {
                throw new PeerUnavailable(channel.peer(), "the channel of products is closed");
            }
            TripletExchange exchange = new TripletExchange(channel, workers, work);
            if (pipeline == Pipeline.ON) {
                exchange.runTogether(executor);
            } else {
                exchange.runInTurn(executor);
            }
        } finally {
            work.forEach(LayerWork::close);
            call.unlock();
        }
    }

    /** Closes the channel, so that a call in progress fails and ends, waits for that, and wipes. Keys are the caller's. */
    @Override
    public void close() {
        channel.close();
        call.lock();
        try {
            closed = true;
            generators.close();
            decryptors.close();
        } finally {
            call.unlock();
        }
    }
}
