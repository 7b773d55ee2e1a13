package io.tacit.protocol.linear;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.lattice.Decryptor;
import io.tacit.crypto.lattice.Encryptor;
import io.tacit.crypto.lattice.PublicKey;
import io.tacit.crypto.lattice.SecretKey;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.Workers;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

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
    private final Seed seed;
    private final AtomicLong generatorsMade = new AtomicLong();
    private final Pool<Prg> generators;
    private final Pool<Decryptor> decryptors;

    /**
     * @param channel to the peer, for these products alone
     * @param plan for the network; the peer has the same
     * @param key this party's, for the plan's ring
     * @param peerKey the peer's
     * @param executor starts up to five stages at once, each on a thread of its own; most of the time they wait
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
        seed = Seed.random(random);
        generators = new Pool<>(this::newGenerator, Prg::close);
        decryptors = new Pool<>(() -> new Decryptor(key), Decryptor::close);
    }

    private Prg newGenerator() {
        return seed.generator("triplets", Long.toString(generatorsMade.getAndIncrement()));
    }

    @Override
    public RingVector[] products(LinearShape shape, RingVector weightShare, RingVector[] maskShares) {
        return products(List.of(new Request(shape, weightShare, List.of(maskShares))))
                .get(0);
    }

    /** @throws IllegalArgumentException if a share has another length or ring than its shape; nothing has been sent then */
    @Override
    public List<RingVector[]> products(List<Request> requests) {
        List<LayerWork> layers = new ArrayList<>();
        try {
            for (Request request : requests) {
                layers.add(work(request));
            }
            TripletExchange exchange = new TripletExchange(channel, workers, layers);
            if (pipeline == Pipeline.ON) {
                exchange.runTogether(executor);
            } else {
                exchange.runInTurn(executor);
            }
            return layers.stream().map(LayerWork::products).toList();
        } finally {
            layers.forEach(LayerWork::close);
        }
    }

    private LayerWork work(Request request) {
        LinearShape shape = request.shape();
        requireShape(request.weightShare(), shape, shape.geometry().weightCount());
        for (RingVector mask : request.maskShares()) {
            requireShape(mask, shape, shape.geometry().inputSize());
        }
        LayerPlan layer = plan.layer(shape, request.maskShares().size());
        return new LayerWork(
                layer,
                request,
                peerKey,
                generators,
                decryptors,
                () -> new Encryptor(layer.parameters(), key, newGenerator()));
    }

    private static void requireShape(RingVector share, LinearShape shape, int length) {
        if (share.length() != length || share.ring().bits() != shape.ringBits()) {
            throw new IllegalArgumentException("a share of " + share.length() + " values over " + share.ring()
                    + " where " + length + " over " + shape.ring() + " belong");
        }
    }

    @Override
    public void close() {
        generators.close();
        decryptors.close();
        seed.close();
    }
}
