package io.tacit.protocol.securenets;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.FieldVector;
import io.tacit.crypto.share.PrimeField;
import io.tacit.crypto.share.Shares;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Step;
import io.tacit.protocol.material.MaterialStore;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The user: owns network and data, lets clouds multiply, verifies every answer before anything is made of it, and computes
 * everything between the linear layers itself.
 *
 * <p>Security guarantees, in the blinded modes: no single cloud learns anything about the data but the shapes and the
 * number of images; with two or three clouds neither does one about the weights. A wrong answer of any cloud is accepted with
 * probability below 2^-60 a column ({@link io.tacit.crypto.verify.Freivalds}), whether or not clouds collude. The first failure of any kind is final for
 * this object: s and t are wiped, all lanes are aborted, the pads of the rounds under way are burnt.
 *
 * <p>Use: {@link #deploy} once, {@link #prepare} ahead of queries where the mode needs pads, {@link #predict} for any number of batches. Deployment and prediction
 * exclude each other.
 */
public final class User implements AutoCloseable {
    private final IntegerNetwork network;
    private final SecureNetsPlan plan;
    private final PrimeField field;
    private final SecureRandom random;
    private final Workers workers;
    private final StepObserver observer;
    private final Pads pads;
    private final List<FieldVector> weights;
    private final List<FieldVector> biases;
    private @Nullable Verification verification;
    private @Nullable PublishedLayers published;
    private volatile boolean ended;

    /** @param workers where lanes and products run, the calling thread included */
    public User(IntegerNetwork network, SecureNetsPlan plan, SecureRandom random, Workers workers) {
        this(network, plan, random, workers, StepObserver.NONE);
    }

    /** @param observer sees every step's results, on the threads of the lanes */
    public User(
            IntegerNetwork network, SecureNetsPlan plan, SecureRandom random, Workers workers, StepObserver observer) {
        this.observer = observer;
        this.network = network;
        this.plan = plan;
        this.field = plan.field();
        this.random = random;
        this.workers = workers;
        weights = plan.layers().stream()
                .map(layer -> Residues.weights(field, layer))
                .toList();
        biases = plan.layers().stream()
                .map(layer -> Residues.biasTensor(field, layer))
                .toList();
        pads = new Pads(plan, weights);
    }

    /**
     * Gives every cloud the shapes and its shares of the weights, and draws s and t for checking it.
     *
     * @param clouds one lane to each cloud, in the order cloud-1, cloud-2, ...
     * @throws ProtocolAbort if a cloud refuses, with its reason
     */
    public void deploy(List<Channel> clouds) {
        requireLive(clouds);
        try (Seed seed = Seed.random(random);
                Seed first = Seed.random(random);
                Seed second = Seed.random(random)) {
            clouds.forEach(cloud -> cloud.enter(Phase.DEPLOY));
            Seed[] seeds = {first, second};
            List<List<FieldVector>> shares = shares(seed, seeds);
            List<List<List<FieldVector>>> held = new ArrayList<>();
            for (int k = 0; k < clouds.size(); k++) {
                held.add(send(clouds.get(k), k, shares, seeds));
            }
            verification = new Verification(plan, held, seed, workers);
            long count = plan.products().stream()
                    .mapToLong(product -> product.geometry().weightCount())
                    .sum();
            for (Channel cloud : clouds) {
                if (Bulk.receiveLong(cloud) != count) {
                    throw new ProtocolAbort(cloud.peer(), "deploy", AbortReason.MALFORMED);
                }
            }
        } catch (RuntimeException | Error e) {
            end(e, List.of(clouds));
            close();
            throw e;
        }
    }

    /** All shares of all weights: share after share, each with one vector a product. */
    private List<List<FieldVector>> shares(Seed seed, Seed[] seeds) {
        switch (plan.mode()) {
            case BLINDED_ONE -> {
                return List.of(weights);
            }
            case PUBLISHED -> {
                PublishedLayers masked = new PublishedLayers(plan, seed);
                published = masked;
                return List.of(masked.maskedWeights());
            }
            case BLINDED_TWO -> {
                List<FieldVector> w1 = Deployment.expand(seeds[0], field, plan.products());
                return List.of(w1, last(List.of(w1)));
            }
            default -> {
                List<FieldVector> w1 = Deployment.expand(seeds[0], field, plan.products());
                List<FieldVector> w2 = Deployment.expand(seeds[1], field, plan.products());
                return List.of(w1, w2, last(List.of(w1, w2)));
            }
        }
    }

    private List<FieldVector> last(List<List<FieldVector>> drawn) {
        List<FieldVector> last = new ArrayList<>();
        for (int product = 0; product < weights.size(); product++) {
            int index = product;
            last.add(Shares.last(
                    weights.get(index),
                    drawn.stream().map(share -> share.get(index)).toArray(FieldVector[]::new)));
        }
        return last;
    }

    /** Sends one cloud its deployment. @return the shares that it now holds */
    private List<List<FieldVector>> send(Channel cloud, int k, List<List<FieldVector>> shares, Seed[] seeds) {
        List<RemoteProduct> products = plan.products();
        List<Boolean> seeded = plan.seededShares(k);
        int bits = 0;
        for (int i = 0; i < seeded.size(); i++) {
            bits |= seeded.get(i) ? 1 << i : 0;
        }
        new Command(
                        Command.Kind.DEPLOY,
                        field.bits(),
                        products.size(),
                        plan.imagesPerRound(),
                        plan.imagesPerChunk(),
                        seeded.size(),
                        bits)
                .send(cloud);
        int[] shapes = new int[products.size() * Command.GEOMETRY_INTS];
        for (int product = 0; product < products.size(); product++) {
            Deployment.describe(products.get(product), shapes, product * Command.GEOMETRY_INTS);
        }
        Bulk.sendInts(cloud, shapes, 0, shapes.length);
        List<List<FieldVector>> held = new ArrayList<>();
        for (int i = 0; i < seeded.size(); i++) {
            int share = (k + i) % shares.size();
            if (seeded.get(i)) {
                byte[] revealed = seeds[share].reveal();
                cloud.send(revealed);
                Arrays.fill(revealed, (byte) 0);
            } else {
                shares.get(share).forEach(vector -> vector.send(cloud, 0, vector.length()));
            }
            held.add(shares.get(share));
        }
        cloud.flush();
        return held;
    }

    /**
     * Makes the pads for a batch of {@code images}. Needs no cloud and no query.
     *
     * @throws LimitExceeded before anything is made, if the store has no room for all of them
     */
    public void prepare(MaterialStore store, int images) {
        if (plan.mode().needsPads()) {
            pads.prepare(store, images, random, workers);
        }
    }

    /** Rounds of a batch of {@code images} for which no pad is ready; 0 in modes without pads. */
    public int missingPads(MaterialStore store, int images) {
        return plan.mode().needsPads() ? pads.missing(store, images) : 0;
    }

    /**
     * The network's scores for a batch: exactly the integers of {@link io.tacit.model.reference.IntegerEvaluator}.
     *
     * @param lanes each with one channel a cloud, in the order cloud-1, cloud-2, ...; rounds run on all lanes at once
     * @param store holds the pads; not touched in modes without
     * @param inputs integers of the network's input step
     * @throws ProtocolAbort naming cloud and layer if an answer was wrong; nothing of it has been used
     * @throws LimitExceeded if pads are missing
     * @throws IllegalArgumentException if the input has another shape or a value outside the input's range
     */
    public IntegerTensor predict(List<List<Channel>> lanes, MaterialStore store, IntegerTensor inputs) {
        lanes.forEach(this::requireLive);
        if (!inputs.shape().equals(network.input().shape())) {
            throw new IllegalArgumentException(
                    network.name() + " reads " + network.input().shape());
        }
        requireRange(inputs);
        int images = inputs.batch();
        List<List<IntegerTensor>> scores = new ArrayList<>();
        for (int round = 0; round < plan.rounds(images); round++) {
            scores.add(List.of());
        }
        AtomicInteger next = new AtomicInteger();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        workers.forEach(Math.min(lanes.size(), scores.size()), lane -> {
            lanes.get(lane).forEach(cloud -> cloud.enter(Phase.PREDICT));
            int round = next.getAndIncrement();
            while (round < scores.size() && failure.get() == null) {
                int first = round * plan.imagesPerRound();
                try {
                    scores.set(round, round(lanes.get(lane), store, inputs, first, plan.imagesInRound(round, images)));
                } catch (RuntimeException | Error e) {
                    if (failure.compareAndSet(null, e)) { // what other lanes see afterwards only follows from it
                        end(e, lanes);
                    }
                }
                round = next.getAndIncrement();
            }
        });
        Throwable first = failure.get();
        if (first != null) {
            close();
            if (first
                    instanceof
                    Error error) { // out of memory, for one: a lane left in the middle of a round ends as well
                throw error;
            }
            throw (RuntimeException) first;
        }
        return join(scores, images);
    }

    /** The field is exact for values in the proven range only: others would wrap to wrong scores that pass every check. */
    private void requireRange(IntegerTensor inputs) {
        long low = network.input().range().low().longValueExact();
        long high = network.input().range().high().longValueExact();
        int count = inputs.batch() * inputs.shape().size();
        for (int i = 0; i < count; i++) {
            long value = inputs.get(i);
            if (value < low || value > high) {
                throw new IllegalArgumentException(
                        "input value outside " + network.input().range());
            }
        }
    }

    private List<IntegerTensor> round(
            List<Channel> clouds, MaterialStore store, IntegerTensor inputs, int first, int images) {
        List<IntegerTensor> chunks = new ArrayList<>();
        for (int done = 0; done < images; done += plan.imagesPerChunk()) {
            chunks.add(inputs.slice(first + done, Math.min(plan.imagesPerChunk(), images - done)));
        }
        try (Round round = begin(clouds, store, images)) {
            LocalSteps local = new LocalSteps(network, chunks, observer);
            for (int layer = 0; layer < plan.layers().size(); layer++) {
                round.apply(layer, local);
            }
            List<IntegerTensor> scores = new ArrayList<>();
            for (int chunk = 0; chunk < local.chunks(); chunk++) {
                scores.add(local.scores(chunk));
            }
            return scores;
        }
    }

    private Round begin(List<Channel> clouds, MaterialStore store, int images) {
        Verification checks = verification;
        if (checks == null) {
            throw new IllegalStateException("nothing is deployed");
        }
        return switch (plan.mode()) {
            case BLINDED_ONE, BLINDED_TWO -> PaddedRound.begin(plan, checks, clouds, pads.claim(store, images), images);
            case BLINDED_THREE -> new ReplicatedRound(plan, checks, clouds, biases, random, images);
            case PUBLISHED -> {
                PublishedLayers layers = published;
                if (layers == null) {
                    throw new IllegalStateException("nothing is deployed");
                }
                yield new PublishedRound(plan, layers, checks, clouds.get(0), Seed.random(random), images);
            }
        };
    }

    private IntegerTensor join(List<List<IntegerTensor>> scores, int images) {
        Step output = network.output();
        int classes = output.shape().size();
        boolean wide = IntegerTensor.Width.of(output.range()) != IntegerTensor.Width.INT;
        int[] ints = new int[wide ? 0 : images * classes];
        long[] longs = new long[wide ? images * classes : 0];
        int at = 0;
        for (List<IntegerTensor> round : scores) {
            for (IntegerTensor chunk : round) {
                int count = chunk.batch() * classes;
                if (wide) {
                    System.arraycopy(chunk.longs(), 0, longs, at, count);
                } else {
                    System.arraycopy(chunk.ints(), 0, ints, at, count);
                }
                at += count;
            }
        }
        return wide
                ? IntegerTensor.ofLongs(images, output.shape(), longs)
                : IntegerTensor.ofInts(images, output.shape(), ints);
    }

    private void requireLive(List<Channel> clouds) {
        if (ended) {
            throw new IllegalStateException("this session has ended; deploy anew with a new user");
        }
        if (clouds.size() != plan.mode().clouds()) {
            throw new IllegalArgumentException(
                    plan.mode().description() + " takes " + plan.mode().clouds() + " clouds, not " + clouds.size());
        }
    }

    /** The first failure is final: the party that failed is told why, the others that it is over. */
    private synchronized void end(Throwable failure, List<List<Channel>> lanes) {
        if (ended) {
            return;
        }
        ended = true;
        for (List<Channel> lane : lanes) {
            for (Channel cloud : lane) {
                if (failure instanceof ProtocolAbort abort && abort.peer().equals(cloud.peer())) {
                    cloud.abort(abort.reason());
                } else if (failure instanceof PeerUnavailable gone
                        && gone.peer().equals(cloud.peer())) {
                    cloud.close();
                } else {
                    cloud.abort(AbortReason.CANCELLED);
                }
            }
        }
    }

    /** Wipes s and t. */
    @Override
    public void close() {
        ended = true;
        Verification secrets = verification;
        if (secrets != null) {
            secrets.close();
        }
    }
}
