package io.tacit.protocol.popcorn;

import io.tacit.crypto.paillier.SlotLayout;
import io.tacit.model.Finding;
import io.tacit.model.UnsupportedModelException;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.model.integer.PublicStep;
import io.tacit.model.integer.PublicStep.Operation;
import io.tacit.model.integer.Step.Nonlinearity;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.integer.Window;
import io.tacit.protocol.plan.Disclosure;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What client and server compute in published mode, in order. Nothing is ever shifted or saturated: networks are unscaled ones,
 * whose non-linear steps are {@code max(0, a)}, squares and maxima alone; every value that occurs, masked or not, is proven to
 * stay below N / 2. One image a query; all scores are disclosed.
 *
 * <p>An <em>exchange</em> sends values a to the client as r a, r a random factor of {@value #FACTOR_BITS} bits and random sign, in random
 * order, packed; the client returns max(0, r a) or (r a)^2 of each. Maxima are tournaments of exchanges: max(a, b) = b + max(0, a - b).
 */
public final class PublishedPlan {
    /** Bits of the factors r. Longer ones would hide no more: a divides r a. */
    public static final int FACTOR_BITS = 64;

    private final PublicNetwork network;
    private final Settings settings;
    private final List<Item> items = new ArrayList<>();

    /** One thing after another, at the server. */
    public sealed interface Item {}

    /** The server computes a step on ciphertexts. */
    public record Computed(int step) implements Item {}

    /**
     * The largest value of each window.
     *
     * @param step whose result is made
     * @param source step that is read
     * @param cells for each result the places of its window's values in the source
     * @param levels exchanges of the tournament
     */
    public record Pooled(int step, int source, int[][] cells, List<Exchange> levels) implements Item {}

    /** max(0, a) or a squared. @param source step that is read, which may be the step itself: then its values are replaced */
    public record Rectified(int step, int source, Exchange exchange) implements Item {}

    /**
     * Values that go to the client and come back.
     *
     * @param name of the step, for messages
     * @param values how many
     * @param square whether they come back squared, else max(0, .)
     * @param slots of the values r a on their way to the client
     */
    public record Exchange(String name, int values, boolean square, SlotLayout slots) {}

    /**
     * @throws UnsupportedModelException naming every step that shifts or saturates, and every one whose values are too wide for the
     *     key
     */
    public PublishedPlan(PublicNetwork network, Settings settings) {
        if (settings.mode() != Mode.PUBLISHED || settings.images() != 1) {
            throw new IllegalArgumentException("published mode answers one image a query");
        }
        if (settings.disclosure().kind() != Disclosure.Kind.SCORES) {
            throw new IllegalArgumentException("published mode discloses all scores");
        }
        this.network = network;
        this.settings = settings;
        refuse();
        arrange();
    }

    private PublicStep step(int index) {
        return network.steps().get(index);
    }

    private int room() {
        return settings.keyLength().modulusBits() - 2;
    }

    private void refuse() {
        List<Finding> findings = new ArrayList<>();
        for (int index = 0; index < network.steps().size(); index++) {
            PublicStep step = step(index);
            Operation operation = step.operation();
            if (operation instanceof Operation.Activation
                    || operation instanceof Operation.Deferred deferred && deferred.ceiling() != null) {
                findings.add(finding(
                        step,
                        "it shifts or saturates, which is not in the published protocol",
                        "quantise with --unscaled"));
            }
            // a squared, masked value is the widest: of a's bits and the factor's, twice
            int bits = step.valueBits() + 1 + FACTOR_BITS;
            for (int reader = 0; reader < network.steps().size(); reader++) {
                boolean squared = step(reader).sources().contains(index)
                        && step(reader).operation() instanceof Operation.Deferred deferred
                        && deferred.kind() == Nonlinearity.SQUARE;
                bits = squared ? 2 * (step.valueBits() + FACTOR_BITS) : bits;
            }
            if (bits > room()) {
                findings.add(finding(
                        step,
                        "its masked values have " + bits + " bits; the key's plaintexts have " + room(),
                        "use a longer key, or fewer bits"));
            }
        }
        if (!findings.isEmpty()) {
            throw new UnsupportedModelException(findings);
        }
    }

    private static Finding finding(PublicStep step, String problem, String remedy) {
        return new Finding(step.name(), step.operation().getClass().getSimpleName(), "", 0, problem, remedy);
    }

    private Exchange exchange(String name, int values, boolean square, int bits) {
        int slotBits = bits + FACTOR_BITS;
        return new Exchange(name, values, square, new SlotLayout(slotBits, room() / slotBits));
    }

    private void arrange() {
        int count = network.steps().size();
        boolean[] pooledFirst = new boolean[count];
        for (int i = 1; i < count; i++) {
            if (pooledFirst[i]) {
                continue;
            }
            PublicStep step = step(i);
            Operation operation = step.operation();
            if (operation instanceof Operation.MaxPool pool) {
                int source = step.sources().get(0);
                if (pooledFirst[source]) { // max(0, .) of the maxima is the maximum of max(0, .), of fewer values
                    int before = step(source).sources().get(0);
                    items.add(pooled(i, before, pool.window()));
                    items.add(new Rectified(
                            i,
                            i,
                            exchange(
                                    step.name(),
                                    step.shape().size(),
                                    false,
                                    step(before).valueBits())));
                } else {
                    items.add(pooled(i, source, pool.window()));
                }
            } else if (operation instanceof Operation.Deferred deferred) {
                int source = step.sources().get(0);
                pooledFirst[i] = deferred.kind() == Nonlinearity.RELU && isReadByOnePoolAlone(i);
                if (!pooledFirst[i]) {
                    boolean square = deferred.kind() == Nonlinearity.SQUARE;
                    items.add(new Rectified(
                            i,
                            source,
                            exchange(
                                    step.name(),
                                    step.shape().size(),
                                    square,
                                    step(source).valueBits())));
                }
            } else {
                items.add(new Computed(i));
            }
        }
    }

    private boolean isReadByOnePoolAlone(int index) {
        boolean alone = false;
        for (PublicStep reader : network.steps()) {
            if (reader.sources().contains(index)) {
                if (alone
                        || !(reader.operation() instanceof Operation.MaxPool pool)
                        || pool.window().strideY() < pool.window().height()
                        || pool.window().strideX() < pool.window().width()) {
                    return false;
                }
                alone = true;
            }
        }
        return alone;
    }

    private Pooled pooled(int index, int source, Window window) {
        int[][] cells = cells(step(source).shape(), step(index).shape(), window);
        List<Exchange> levels = new ArrayList<>();
        int[] sizes = Arrays.stream(cells).mapToInt(cell -> cell.length).toArray();
        int pairs = Arrays.stream(sizes).map(size -> size / 2).sum();
        while (pairs > 0) {
            levels.add(exchange(step(index).name(), pairs, false, step(source).valueBits() + 1));
            sizes = Arrays.stream(sizes).map(size -> size - size / 2).toArray();
            pairs = Arrays.stream(sizes).map(size -> size / 2).sum();
        }
        return new Pooled(index, source, cells, levels);
    }

    private static int[][] cells(TensorShape in, TensorShape out, Window window) {
        int[][] cells = new int[out.size()][];
        int plane = out.height() * out.width();
        for (int i = 0; i < cells.length; i++) {
            int top = i % plane / out.width() * window.strideY() - window.padTop();
            int left = i % plane % out.width() * window.strideX() - window.padLeft();
            List<Integer> cell = new ArrayList<>();
            for (int y = Math.max(0, top); y < Math.min(in.height(), top + window.height()); y++) {
                for (int x = Math.max(0, left); x < Math.min(in.width(), left + window.width()); x++) {
                    cell.add((i / plane * in.height() + y) * in.width() + x);
                }
            }
            cells[i] = cell.stream().mapToInt(Integer::intValue).toArray();
        }
        return cells;
    }

    public PublicNetwork network() {
        return network;
    }

    public Settings settings() {
        return settings;
    }

    /** Where the values of a step lie: one in each ciphertext. */
    Placement placement(int step) {
        return Placement.alone(
                Tiling.whole(step(step).shape()), settings.keyLength().modulusBits());
    }

    /** What the server does, in order. */
    public List<Item> items() {
        return List.copyOf(items);
    }

    /** All exchanges, in order. */
    public List<Exchange> exchanges() {
        List<Exchange> exchanges = new ArrayList<>();
        for (Item item : items) {
            if (item instanceof Pooled pooled) {
                exchanges.addAll(pooled.levels());
            } else if (item instanceof Rectified rectified) {
                exchanges.add(rectified.exchange());
            }
        }
        return exchanges;
    }

    /** Slots of the scores on their way to the client. */
    public SlotLayout scoreSlots() {
        int bits = Math.max(2, network.output().valueBits());
        return new SlotLayout(bits, room() / bits);
    }

    /** Ciphertexts that go to the client in a query. */
    public long ciphertextsDown() {
        long sum = scoreSlots().packedSize(network.classes());
        for (Exchange exchange : exchanges()) {
            sum += exchange.slots().packedSize(exchange.values());
        }
        return sum;
    }

    /** Ciphertexts that come from the client in a query. */
    public long ciphertextsUp() {
        return network.input().shape().size()
                + exchanges().stream().mapToLong(Exchange::values).sum();
    }

    /** SHA-256 of everything that the plan is made from: parties with the same one compute the same. Computed at each call. */
    public byte[] hash() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(network.hash());
            digest.update(ByteBuffer.allocate(3 * Integer.BYTES)
                    .putInt(settings.mode().ordinal())
                    .putInt(settings.keyLength().modulusBits())
                    .putInt(FACTOR_BITS)
                    .array());
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
