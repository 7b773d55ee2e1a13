package io.tacit.protocol.popcorn;

import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.paillier.SlotLayout;
import io.tacit.crypto.share.Ring;
import io.tacit.model.Finding;
import io.tacit.model.UnsupportedModelException;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.model.integer.PublicStep;
import io.tacit.protocol.nonlinear.Block;
import io.tacit.protocol.nonlinear.BlockCircuits.SharedWord;
import io.tacit.protocol.nonlinear.Chunk;
import io.tacit.protocol.nonlinear.EvaluatorEnd;
import io.tacit.protocol.plan.BlockPlan;
import io.tacit.protocol.plan.Disclosure;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What client and server compute in hardened mode, in order; see the protocol page {@code popcorn}. Made from what both know.
 *
 * <p>Widths. A step's values have k bits, by proof. They go to the client under masks rho of k + sigma' bits, and come
 * back, once the circuit has computed the next step's x of u bits, under masks tau of u + sigma' bits:
 * sigma' = 40 + ceil(log2(values masked in a query)), so that a query's transcript is within 2^-40 of one that says nothing.
 *
 * <p>Slots. A ciphertext holds the values at one place of all tiles of a tensor and of all images, see {@link Tilings}, in
 * slots that fit everything in their part of the network. Where that leaves room, masked values of several are packed into one.
 */
public final class PopcornPlan {
    /** Statistical security of a query. */
    static final int STATISTICAL_BITS = 40;

    private final PublicNetwork network;
    private final Settings settings;
    private final BlockPlan blocks;
    private final int hidingBits;
    private final int imageSlotBits;
    private final Tilings tilings;
    private final List<Item> items = new ArrayList<>();
    private final List<Round> rounds = new ArrayList<>();
    private final int[] lastReader;

    /** One thing after another, at the server. */
    public sealed interface Item {}

    /** The server computes a step on ciphertexts. */
    public record Computed(int step) implements Item {}

    /**
     * A non-linear step, between client and server.
     *
     * @param index number of the round
     * @param block what the circuit computes, for one image
     * @param word how the values read stand in the circuit's words: k and sign
     * @param maskBits bits of rho: k + sigma'
     * @param downlink slots of the masked values on their way to the client, ciphertext after ciphertext
     * @param resultBits u, without sign
     * @param signedResult whether results may be negative
     * @param chunks of the circuit's instances, for one image
     */
    public record Round(
            int index,
            Block block,
            SharedWord word,
            int maskBits,
            SlotLayout downlink,
            int resultBits,
            boolean signedResult,
            List<Chunk> chunks)
            implements Item {

        /** Bits of tau, before it is shifted to make negative results positive: u + sigma'. */
        public int resultMaskBits() {
            return maskBits - word.bits() + resultBits;
        }
    }

    /**
     * @throws UnsupportedModelException naming every step whose values are too wide for circuits
     * @throws LimitExceeded if the images do not fit one ciphertext; says how many do
     */
    public PopcornPlan(PublicNetwork network, Settings settings) {
        if (settings.mode() != Mode.HARDENED) {
            throw new IllegalArgumentException("a plan of mode hardened for mode " + settings.mode());
        }
        if (!settings.disclosure().suits(network.classes())) {
            throw new IllegalArgumentException("the " + settings.disclosure().places() + " best of " + network.classes()
                    + " classes: a network of one output has its score alone to tell");
        }
        this.network = network;
        this.settings = settings;
        this.blocks = BlockPlan.fusingOverlaps(network);
        boolean[] needed = needed();
        refuseWideSteps(needed);
        boolean[] computed = new boolean[needed.length];
        boolean[] provided = new boolean[needed.length];
        int[] readings = new int[needed.length];
        for (int i = 0; i < needed.length; i++) {
            provided[i] = i == 0 || needed[i] && blocks.isMadeByBlock(i);
            computed[i] = needed[i] && !provided[i];
            if (needed[i] && blocks.isMadeByBlock(i)) {
                readings[blocks.source(i)]++;
            }
        }
        readings[needed.length - 1]++;
        int bits = hidingBits(needed, i -> size(i) * settings.images());
        while (true) {
            requireRoom(widest(needed) + bits + 2);
            Tilings cut = new Tilings(
                    network,
                    new Tilings.Use(
                            computed,
                            provided,
                            readings,
                            settings.images(),
                            settings.keyLength().modulusBits(),
                            bits));
            // where tiles overlap, values go to the client more than once
            int wanted =
                    hidingBits(needed, i -> cut.of(i).ciphertexts() * cut.of(i).slots());
            if (wanted <= bits) {
                tilings = cut;
                break;
            }
            bits = wanted;
        }
        hidingBits = bits;
        imageSlotBits = widest(needed) + hidingBits + 2;
        lastReader = new int[needed.length];
        arrange(needed);
    }

    /** The plan for as many of so many images as fit a ciphertext. */
    public static PopcornPlan fitting(PublicNetwork network, Settings wanted) {
        PopcornPlan single = new PopcornPlan(network, wanted.withImages(1));
        int images = Math.min(wanted.images(), single.mostImages());
        while (images > 1) { // more images, longer masks, wider slots
            try {
                return new PopcornPlan(network, wanted.withImages(images));
            } catch (LimitExceeded e) {
                images--;
            }
        }
        return single;
    }

    // ---- which steps

    private PublicStep step(int index) {
        return network.steps().get(index);
    }

    private List<Integer> sources(int index) {
        return blocks.isMadeByBlock(index)
                ? List.of(blocks.source(index))
                : step(index).sources();
    }

    private boolean[] needed() {
        boolean[] needed = new boolean[network.steps().size()];
        needed[needed.length - 1] = true;
        for (int i = needed.length - 1; i >= 0; i--) {
            if (needed[i]) {
                sources(i).forEach(source -> needed[source] = true);
            }
        }
        needed[0] = true; // the input is received in any case
        return needed;
    }

    private boolean ranks() {
        return settings.disclosure().kind() != Disclosure.Kind.SCORES;
    }

    private void refuseWideSteps(boolean[] needed) {
        List<Finding> findings = new ArrayList<>();
        for (int i = 0; i < needed.length; i++) {
            boolean circuit = false;
            for (int reader = 0; reader < needed.length; reader++) {
                circuit |= needed[reader] && blocks.isMadeByBlock(reader) && blocks.source(reader) == i;
            }
            circuit |= needed[i] && blocks.isMadeByBlock(i);
            circuit |= ranks() && i == needed.length - 1;
            if (circuit && blocks.word(i).bits() > Ring.MAX_BITS) {
                findings.add(new Finding(
                        step(i).name(),
                        step(i).operation().getClass().getSimpleName(),
                        "",
                        0,
                        "its values have " + blocks.word(i).bits() + " bits; circuits take at most " + Ring.MAX_BITS,
                        "quantise with fewer bits or without deferred segments"));
            }
        }
        if (!findings.isEmpty()) {
            throw new UnsupportedModelException(findings);
        }
    }

    private void requireRoom(int slotBits) {
        int most = (settings.keyLength().modulusBits() - 2) / slotBits;
        if (settings.images() > Math.max(1, most)) {
            throw new LimitExceeded(settings.images() + " images of " + slotBits
                    + " bits a value do not fit a ciphertext of "
                    + settings.keyLength().modulusBits() + " bits; " + Math.max(1, most) + " do");
        }
    }

    /** @param sent how many values go to the client when a step does */
    private int hidingBits(boolean[] needed, IntUnaryOperator sent) {
        long masked = sent.applyAsInt(needed.length - 1);
        for (int i = 0; i < needed.length; i++) {
            if (needed[i] && blocks.isMadeByBlock(i)) {
                masked += sent.applyAsInt(blocks.source(i)) + (long) size(i) * settings.images();
            }
        }
        return STATISTICAL_BITS + Long.SIZE - Long.numberOfLeadingZeros(masked - 1);
    }

    private int widest(boolean[] needed) {
        int widest = 1;
        for (int i = 0; i < needed.length; i++) {
            widest = needed[i] ? Math.max(widest, step(i).valueBits()) : widest;
        }
        return widest;
    }

    // ---- in which order

    private void arrange(boolean[] needed) {
        int last = needed.length - 1;
        int chunk = 0;
        for (int i = 0; i <= last; i++) {
            if (!needed[i]) {
                continue;
            }
            int at = items.size();
            sources(i).forEach(source -> lastReader[source] = at);
            if (blocks.isMadeByBlock(i)) {
                SharedWord result = blocks.word(i);
                Block block = blocks.block(i, result.bits() + hidingBits + 1);
                chunk += add(block, result, chunk);
            } else if (i > 0) {
                items.add(new Computed(i));
            }
        }
        lastReader[last] = items.size();
        if (ranks()) {
            add(blocks.answer(last, settings.disclosure().places()), new SharedWord(1, false), chunk);
        }
    }

    private int add(Block block, SharedWord result, int firstChunk) {
        SharedWord word = blocks.word(block.source());
        int maskBits = word.bits() + hidingBits;
        Round round = new Round(
                rounds.size(),
                block,
                word,
                maskBits,
                downlink(block.source(), maskBits + 1),
                result.bits(),
                result.signed(),
                block.chunks(firstChunk));
        rounds.add(round);
        items.add(round);
        return round.chunks().size();
    }

    /** Slots of a step's values on their way to the client, those of as many ciphertexts as fit; one value alone takes so many bits. */
    private SlotLayout downlink(int step, int bits) {
        int room = settings.keyLength().modulusBits() - 2;
        Placement placement = placement(step);
        int used = placement.slots();
        return used == 1
                ? new SlotLayout(bits, room / bits)
                : new SlotLayout(placement.slotBits(), room / (placement.slotBits() * used) * used);
    }

    // ---- what the plan says

    public PublicNetwork network() {
        return network;
    }

    public Settings settings() {
        return settings;
    }

    /** Computed steps and rounds in order. */
    public List<Item> items() {
        return List.copyOf(items);
    }

    /** The rounds among {@link #items}. */
    public List<Round> rounds() {
        return List.copyOf(rounds);
    }

    /** sigma': bits by which masks are longer than what they hide. */
    public int hidingBits() {
        return hidingBits;
    }

    /** Where the values of a step lie, if the step is computed or comes from the client. */
    Placement placement(int step) {
        return tilings.of(step);
    }

    /** The same, or null for a step whose result is never in ciphertexts. */
    @Nullable
    Placement placementOrNone(int step) {
        return tilings.orNone(step);
    }

    /** Tiles in a ciphertext of a step. */
    public int tiles(int step) {
        return placement(step).tiling().tiles();
    }

    /** Steps whose results the server has as ciphertexts. */
    public IntStream ciphertextSteps() {
        return IntStream.range(0, network.steps().size()).filter(step -> tilings.orNone(step) != null);
    }

    /** Ciphertexts of a step, for all images. */
    public int ciphertexts(int step) {
        return placement(step).ciphertexts();
    }

    /** How many images fit one ciphertext, at least 1. */
    public int mostImages() {
        return Math.max(1, (settings.keyLength().modulusBits() - 2) / imageSlotBits);
    }

    /** Whether the result of a step is read by nothing after an item of {@link #items}. */
    public boolean isDoneAfter(int step, int item) {
        return lastReader[step] <= item;
    }

    /** Slots of the scores on their way to the client, or null if scores are not disclosed. */
    public @Nullable SlotLayout scoreSlots() {
        return ranks()
                ? null
                : downlink(
                        network.steps().size() - 1, Math.max(2, network.output().valueBits()));
    }

    /** Values of a step for one image. */
    public int size(int step) {
        return step(step).shape().size();
    }

    /** Ciphertexts that hold the values of a step on their way to the client. */
    public int downlinkCiphertexts(SlotLayout slots, int step) {
        return slots.packedSize(ciphertexts(step) * placement(step).slots());
    }

    /** Ciphertexts that go to the client in a query. */
    public long ciphertextsDown() {
        long sum = 0;
        for (Round round : rounds) {
            sum += downlinkCiphertexts(round.downlink(), round.block().source());
        }
        SlotLayout scores = scoreSlots();
        return scores == null
                ? sum
                : sum + downlinkCiphertexts(scores, network.steps().size() - 1);
    }

    /** Products modulo N^2 that pack ciphertexts on their way to the client. */
    public long packingProducts() {
        long sum = 0;
        for (Round round : rounds) {
            int source = round.block().source();
            int used = placement(source).slots();
            sum += new SlotLayout(
                            round.downlink().slotBits() * used, round.downlink().slots() / used)
                    .packingProducts(ciphertexts(source));
        }
        return sum;
    }

    /** Ciphertexts that come from the client in a query. */
    public long ciphertextsUp() {
        long sum = ciphertexts(0);
        for (Round round : rounds) {
            sum += round.block().isAnswer() ? 0 : ciphertexts(round.block().target());
        }
        return sum;
    }

    /** Bytes of labels and tables that the client keeps for each image it has prepared for. */
    public long preparedBytes() {
        return rounds.stream()
                .flatMap(round -> round.chunks().stream())
                .mapToLong(EvaluatorEnd::storedBytes)
                .sum();
    }

    /** SHA-256 of everything that the plan is made from: parties with the same one compute the same. Computed at each call. */
    public byte[] hash() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(network.hash());
            digest.update(ByteBuffer.allocate(6 * Integer.BYTES)
                    .putInt(settings.mode().ordinal())
                    .putInt(settings.keyLength().modulusBits())
                    .putInt(settings.disclosure().kind().ordinal())
                    .putInt(settings.disclosure().places())
                    .putInt(settings.images())
                    .putInt(settings.extension().fieldBits())
                    .array());
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
