package io.tacit.protocol.privdnn;

import io.tacit.crypto.share.Ring;
import io.tacit.model.Finding;
import io.tacit.model.UnsupportedModelException;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.model.integer.PublicStep;
import io.tacit.model.integer.PublicStep.Operation;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.separate.CoreFilters;
import io.tacit.model.separate.CoreSegment;
import io.tacit.protocol.nonlinear.Block;
import io.tacit.protocol.nonlinear.Chunk;
import io.tacit.protocol.plan.BlockPlan;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.plan.ShareRings;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What owner and user compute behind the encrypted part, in order; see the protocol page {@code privdnn}. Made from what the
 * user knows.
 *
 * <p>A channel is <em>shared</em> if it depends on a core filter; the others the user computes in the clear, from the clear
 * part of the network. Channels that a linear layer mixes with shared ones become shared: the user's share of a clear channel
 * is its value, the owner's zero.
 */
public final class PrivDnnPlan {
    /** Plaintext primes of the encrypted part. */
    static final int PRIMES = 2;

    /** Most images whose circuits run together: so many instances of the answer's block fit one chunk. */
    private static final int MOST_GROUP_IMAGES = 64;

    /** Most values of the largest tensor of a group. */
    private static final int GROUP_VALUES = 1 << 22;

    private final IntegerNetwork clearPart;
    private final PublicNetwork network;
    private final CoreSegment segment;
    private final CoreFilters core;
    private final ResidueModulus modulus;
    private final Settings settings;
    private final BlockPlan blocks;
    private final int[] ringBits;
    private final List<List<Integer>> shared;
    private final List<Item> items = new ArrayList<>();
    private final int groupImages;

    /** One thing after another, behind the boundary. */
    public sealed interface Item {}

    /** Both compute a linear step on their shares, each alone. */
    public record Local(int step) implements Item {}

    /** A non-linear step on shared channels, of one image. */
    public record Round(Block block) implements Item {}

    /**
     * @param clearPart as {@link io.tacit.model.separate.Separation#clearPart} makes it
     * @param segment where the core is
     * @param core which filters
     * @param modulus more than twice every output of a core filter
     * @throws UnsupportedModelException naming every step that is too wide, or stands behind the boundary and is linear
     */
    public PrivDnnPlan(
            IntegerNetwork clearPart,
            CoreSegment segment,
            CoreFilters core,
            ResidueModulus modulus,
            Settings settings) {
        segment.require(clearPart, core);
        this.clearPart = clearPart;
        this.network = settings.disclosure().known(clearPart);
        this.segment = segment;
        this.core = core;
        this.modulus = modulus;
        this.settings = settings;
        if (!settings.disclosure().suits(network.classes())) {
            throw new IllegalArgumentException("the " + settings.disclosure().places() + " best of " + network.classes()
                    + " classes: a network of one output has its score alone to tell");
        }
        BigInteger most = step(segment.boundary()).valueBits() <= Ring.MAX_BITS
                ? clearPart.steps().get(segment.boundary()).range().magnitude()
                : BigInteger.ONE.shiftLeft(Ring.MAX_BITS);
        if (most.shiftLeft(1).compareTo(BigInteger.valueOf(modulus.product())) >= 0) {
            throw refusal(
                    segment.boundary(),
                    "its values have " + step(segment.boundary()).valueBits() + " bits; the plaintext primes hold less",
                    "quantise with fewer bits");
        }
        blocks = BlockPlan.withResidues(network, segment.boundary(), modulus.product());
        shared = sharedChannels();
        ringBits = settings.mode() == Mode.HARDENED ? ShareRings.bits(network, blocks) : new int[0];
        if (settings.mode() == Mode.HARDENED) {
            arrange();
        }
        int largest = network.steps().stream()
                .mapToInt(step -> step.shape().size())
                .max()
                .orElseThrow();
        groupImages = Math.max(1, Math.min(MOST_GROUP_IMAGES, GROUP_VALUES / largest));
    }

    private PublicStep step(int index) {
        return network.steps().get(index);
    }

    private UnsupportedModelException refusal(int step, String problem, String instead) {
        return new UnsupportedModelException(List.of(new Finding(
                step(step).name(), step(step).operation().getClass().getSimpleName(), "", 0, problem, instead)));
    }

    // ---- which channels

    private List<List<Integer>> sharedChannels() {
        List<List<Integer>> result = new ArrayList<>();
        for (int i = 0; i < network.steps().size(); i++) {
            result.add(
                    i == segment.boundary() ? core.second() : i < segment.boundary() ? List.of() : follow(i, result));
        }
        return List.copyOf(result);
    }

    private List<Integer> follow(int index, List<List<Integer>> before) {
        PublicStep step = step(index);
        TensorShape shape = step.shape();
        List<Integer> source = before.get(step.sources().get(0));
        if (step.operation() instanceof Operation.Linear linear) {
            boolean depthwise = linear.geometry().groups() == shape.channels()
                    && linear.geometry().inChannels() == shape.channels();
            return depthwise || source.isEmpty() ? source : all(shape.channels());
        }
        List<Integer> result = new ArrayList<>();
        int at = 0;
        for (int read : step.sources()) {
            for (int channel : before.get(read)) {
                result.add(at + channel);
            }
            at += step.operation() instanceof Operation.Concat
                    ? step(read).shape().channels()
                    : 0;
        }
        return result.stream().distinct().sorted().toList();
    }

    private static List<Integer> all(int channels) {
        return IntStream.range(0, channels).boxed().toList();
    }

    // ---- in which order

    private void arrange() {
        for (int i = segment.boundary() + 1; i < network.steps().size(); i++) {
            if (shared.get(i).isEmpty() || blocks.isAbsorbed(i)) {
                continue;
            }
            if (blocks.isMadeByBlock(i)) {
                requireNarrow(blocks.source(i));
                items.add(new Round(blocks.block(i, requireNarrow(i), shared.get(i))));
            } else {
                if (step(i).sources().contains(segment.boundary())) {
                    throw refusal(
                            i,
                            "reads the encrypted part's outputs and is linear",
                            "shift and saturate behind the second convolution");
                }
                requireNarrow(i);
                items.add(new Local(i));
            }
        }
        if (settings.disclosure().kind() != Disclosure.Kind.SCORES) {
            items.add(new Round(blocks.answer(
                    network.steps().size() - 1, settings.disclosure().places())));
        }
    }

    private int requireNarrow(int index) {
        int bits = Math.max(1, ringBits[index]);
        if (bits > Ring.MAX_BITS) {
            throw refusal(
                    index,
                    "its shares need " + bits + " bits; circuits take at most " + Ring.MAX_BITS,
                    "quantise with fewer bits or defer fewer layers");
        }
        return bits;
    }

    // ---- what the plan says

    /** The clear part of the network. */
    public IntegerNetwork clearPart() {
        return clearPart;
    }

    /** What everybody may know of the network. */
    public PublicNetwork network() {
        return network;
    }

    public CoreSegment segment() {
        return segment;
    }

    public CoreFilters core() {
        return core;
    }

    public ResidueModulus modulus() {
        return modulus;
    }

    public Settings settings() {
        return settings;
    }

    /** Core filters of the second convolution: those whose outputs come from the owner. */
    public int coreOutputs() {
        return core.second().size();
    }

    /** Whether the network's scores cannot be negative, by the kinds of its steps. */
    public boolean scoresAreUnsigned() {
        return blocks.isUnsigned(network.steps().size() - 1);
    }

    /** Positions of each core filter's output. */
    public int positions() {
        TensorShape shape = step(segment.boundary()).shape();
        return shape.height() * shape.width();
    }

    /** Ciphertexts that go to the owner for a batch, whatever its size. */
    public int returned() {
        return PRIMES * coreOutputs() * positions();
    }

    /** Linear steps and rounds in order; none in mode published. */
    public List<Item> items() {
        return List.copyOf(items);
    }

    /** Channels of a step's result that depend on core filters. */
    public List<Integer> sharedChannels(int step) {
        return shared.get(step);
    }

    /** Whether some channel of a step's result does not depend on core filters. */
    public boolean hasClearChannels(int step) {
        return shared.get(step).size() < step(step).shape().channels();
    }

    /** Ring of the shares of a step's result. */
    public Ring ring(int step) {
        return new Ring(Math.max(1, ringBits[step]));
    }

    /** Ring whose words hold residues modulo a plaintext prime on the wire. */
    Ring residueRing(int prime) {
        return new Ring(Long.SIZE - Long.numberOfLeadingZeros(modulus.prime(prime) - 1));
    }

    /** Images whose circuits run together. */
    public int groupImages() {
        return groupImages;
    }

    /**
     * The chunks of each item for a group of images, numbered through; none for linear steps.
     *
     * @param images of the group
     */
    public List<List<Chunk>> chunks(int images) {
        List<List<Chunk>> result = new ArrayList<>();
        int number = 0;
        for (Item item : items) {
            List<Chunk> chunks =
                    item instanceof Round round ? forImages(round, images).chunks(number) : List.of();
            number += chunks.size();
            result.add(chunks);
        }
        return result;
    }

    private Block forImages(Round round, int images) {
        Block block = round.block();
        return block.forImages(
                images, block.isAnswer() ? 1 : step(block.source()).shape().channels());
    }

    /** AND gates of one image. */
    public long andGates() {
        return items.stream()
                .mapToLong(item -> item instanceof Round round ? round.block().andGates() : 0)
                .sum();
    }

    /** SHA-256 of everything that the plan is made from: parties with the same one compute the same. Computed at each call. */
    public byte[] hash() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(clearPart.hash());
            for (List<Integer> channels : List.of(core.first(), core.second())) {
                digest.update(ByteBuffer.allocate(Integer.BYTES)
                        .putInt(channels.size())
                        .array());
                channels.forEach(channel -> digest.update(
                        ByteBuffer.allocate(Integer.BYTES).putInt(channel).array()));
            }
            digest.update(ByteBuffer.allocate(2 * Long.BYTES + 4 * Integer.BYTES)
                    .putLong(modulus.first())
                    .putLong(modulus.second())
                    .putInt(settings.mode().ordinal())
                    .putInt(settings.disclosure().kind().ordinal())
                    .putInt(settings.disclosure().places())
                    .putInt(settings.extension().fieldBits())
                    .array());
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
