package io.tacit.protocol.seco;

import io.tacit.crypto.channel.Mesh;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.ModelFileException;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.Step;
import io.tacit.protocol.plan.SharingPlan.LinearLayer;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * One server's additive share of all weights and biases, each over the ring of its layer.
 *
 * <p>Security: any n - 1 of the n shares are uniform; all together are the network. Mutable only by {@link #rerandomise}.
 */
public final class ServerShare implements AutoCloseable {
    private static final int HASH_BYTES = 32;

    private final SharedPart part;
    private final int server;
    private final List<RingVector> weights;
    private final List<RingVector> biases;
    private boolean zero;

    private ServerShare(SharedPart part, int server, List<RingVector> weights, List<RingVector> biases) {
        this.part = part;
        this.server = server;
        this.weights = weights;
        this.biases = biases;
    }

    /**
     * Splits a network: a share for each party.
     *
     * @throws IllegalArgumentException if the network is another one
     */
    public static List<ServerShare> split(SharedPart part, IntegerNetwork network, SecureRandom random) {
        List<ServerShare> shares = new ArrayList<>();
        ServerShare rest = whole(part, network);
        for (int server = 1; server < part.parties(); server++) {
            try (Seed seed = Seed.random(random)) {
                ServerShare drawn = zero(part, server);
                drawn.change(seed, true);
                rest.change(seed, false);
                shares.add(drawn);
            }
        }
        shares.add(SecoPlan.GATEWAY, rest);
        return shares;
    }

    /** The whole network, as the share of a party beside which the others have shares of zero. */
    public static ServerShare whole(SharedPart part, IntegerNetwork network) {
        if (!part.sharing().disclosure().known(network).equals(part.sharing().network())) {
            throw new IllegalArgumentException(network.name() + " is not the network that is to be shared");
        }
        ServerShare whole = zero(part, SecoPlan.GATEWAY);
        for (LinearLayer layer : part.sharing().layers()) {
            Step.Linear step = (Step.Linear) network.steps().get(layer.step());
            whole.weights(layer).encode(step.weights(), 0, 0, step.weights().length);
            for (int channel = 0; channel < step.bias().length; channel++) {
                BigInteger bias = step.biasOf(channel);
                whole.biases(layer).set(channel, bias.longValue());
            }
        }
        return whole;
    }

    /** The share of a party beside which another one has the {@link #whole}. */
    public static ServerShare nothing(SharedPart part, int server) {
        ServerShare nothing = zero(part, server);
        nothing.zero = true;
        return nothing;
    }

    private static ServerShare zero(SharedPart part, int server) {
        List<RingVector> weights = new ArrayList<>();
        List<RingVector> biases = new ArrayList<>();
        for (LinearLayer layer : part.sharing().layers()) {
            ConvolutionGeometry geometry = layer.shape().geometry();
            weights.add(layer.ring().zeros(geometry.weightCount()));
            biases.add(layer.ring().zeros(geometry.outChannels()));
        }
        return new ServerShare(part, server, weights, biases);
    }

    /** Adds what a seed expands to, or subtracts it. */
    private void change(Seed seed, boolean add) {
        for (LinearLayer layer : part.sharing().layers()) {
            try (Prg prg = seed.generator("seco", "weights", Integer.toString(layer.step()))) {
                for (RingVector vector : List.of(weights(layer), biases(layer))) {
                    RingVector drawn = layer.ring().zeros(vector.length());
                    drawn.randomize(prg, 0, drawn.length());
                    if (add) {
                        layer.ring().add(vector, 0, drawn, 0, vector, 0, vector.length());
                    } else {
                        layer.ring().subtract(vector, 0, drawn, 0, vector, 0, vector.length());
                    }
                    drawn.wipe();
                }
            }
        }
    }

    /**
     * Makes the share anew, without the owner: what was stolen of this share before is worth nothing beside the others
     * after. Every server does so at once, with a fresh secret seed for each pair of servers; the sum of all shares
     * stays.
     *
     * @param lane channels to all other servers
     */
    public void rerandomise(Mesh lane, SecureRandom random) {
        // of each pair the first draws the seed, sends it and adds, and the second subtracts
        lane.exchange(
                other -> {
                    if (server < other) {
                        try (Seed seed = Seed.random(random)) {
                            byte[] revealed = seed.reveal();
                            lane.to(other).send(revealed);
                            Arrays.fill(revealed, (byte) 0);
                            change(seed, true);
                        }
                    }
                },
                other -> {
                    if (other < server) {
                        byte[] revealed = lane.to(other).receive(Seed.BYTES);
                        try (Seed seed = Seed.of(revealed)) {
                            change(seed, false);
                        } finally {
                            Arrays.fill(revealed, (byte) 0);
                        }
                    }
                });
    }

    /** What it is a share of. */
    public SharedPart part() {
        return part;
    }

    /** Whether it is a share of zero: beside a party that has the whole network. */
    boolean isZero() {
        return zero;
    }

    /** Number of its server. */
    public int server() {
        return server;
    }

    RingVector weights(LinearLayer layer) {
        return weights.get(layer.index());
    }

    RingVector biases(LinearLayer layer) {
        return biases.get(layer.index());
    }

    /** Material is for one network and number of servers. */
    String kindWord() {
        return "seco-" + HexFormat.of().formatHex(part.hash(), 0, 8) + "-" + server;
    }

    /** Bytes of the share for its server's own file: secret. */
    public byte[] encode() {
        byte[] bytes = new byte[fileBytes(part)];
        System.arraycopy(part.hash(), 0, bytes, 0, HASH_BYTES);
        bytes[HASH_BYTES] = (byte) server;
        int at = HASH_BYTES + 1;
        for (int i = 0; i < weights.size(); i++) {
            for (RingVector vector : List.of(weights.get(i), biases.get(i))) {
                vector.store(0, vector.length(), bytes, at);
                at += (int) vector.packedBytes();
            }
        }
        return bytes;
    }

    private static int fileBytes(SharedPart part) {
        long size = HASH_BYTES + 1L;
        for (LinearLayer layer : part.sharing().layers()) {
            ConvolutionGeometry geometry = layer.shape().geometry();
            Ring ring = layer.ring();
            size += ring.packedBytes(geometry.weightCount()) + ring.packedBytes(geometry.outChannels());
        }
        return Math.toIntExact(size);
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws ModelFileException if it is a share of something else, or damaged
     */
    public static ServerShare decode(SharedPart part, byte[] bytes) {
        if (bytes.length < HASH_BYTES + 1 || !MessageDigest.isEqual(part.hash(), Arrays.copyOf(bytes, HASH_BYTES))) {
            throw new ModelFileException("this is not a share of the network that was split");
        }
        int server = bytes[HASH_BYTES];
        if (bytes.length != fileBytes(part) || server < 0 || server >= part.parties()) {
            throw new ModelFileException("the share of the network is damaged");
        }
        ServerShare share = zero(part, server);
        int at = HASH_BYTES + 1;
        for (int i = 0; i < share.weights.size(); i++) {
            for (RingVector vector : List.of(share.weights.get(i), share.biases.get(i))) {
                if (!vector.load(bytes, at, 0, vector.length())) {
                    throw new ModelFileException("the share of the network is damaged");
                }
                at += (int) vector.packedBytes();
            }
        }
        return share;
    }

    /** Overwrites the share. */
    @Override
    public void close() {
        weights.forEach(RingVector::wipe);
        biases.forEach(RingVector::wipe);
    }
}
