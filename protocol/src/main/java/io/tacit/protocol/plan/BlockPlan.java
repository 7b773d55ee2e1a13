package io.tacit.protocol.plan;

import io.tacit.crypto.share.Ring;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.model.integer.PublicStep;
import io.tacit.model.integer.PublicStep.Operation;
import io.tacit.model.integer.Step.Nonlinearity;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.integer.Window;
import io.tacit.protocol.nonlinear.Block;
import io.tacit.protocol.nonlinear.BlockCircuits;
import io.tacit.protocol.nonlinear.BlockCircuits.Resharing;
import io.tacit.protocol.nonlinear.BlockCircuits.SharedWord;
import io.tacit.protocol.nonlinear.WordFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which non-linear steps run in one circuit. A non-linearity and the pool that alone reads it become one block where no two
 * windows share a value; so do a pool and the non-linearity that alone reads it, where it is monotone: then its maximum is
 * that of its values, which have fewer bits.
 */
public final class BlockPlan {
    private final PublicNetwork network;
    private final List<List<Integer>> readers;
    private final BlockCircuits circuits;
    private final int[] source; // of the block that makes a step, by step; -1 for steps that no block makes
    private final boolean fusesOverlaps;
    private final int residueStep; // index of the step shared modulo an odd number, or -1
    private final long residueModulus;
    private final boolean[] unsigned;
    private final boolean[] absorbed; // steps inside a block, without a result of their own

    /** A non-linear step as a block: of the steps {@code inner} (or none) and {@code outer}. */
    private record Parts(
            int source,
            @Nullable Operation function,
            @Nullable Window window) {}

    private final @Nullable Parts[] parts;

    /** Everything is shared modulo powers of two. */
    public BlockPlan(PublicNetwork network) {
        this(network, Resharing.PROJECTED);
    }

    /** @param resharing how results get their new masks */
    BlockPlan(PublicNetwork network, Resharing resharing) {
        this(network, resharing, false, -1, 0);
    }

    /** The plan for parties to whom a value costs more than its circuit: pools whose windows overlap are joined as well. */
    public static BlockPlan fusingOverlaps(PublicNetwork network) {
        return new BlockPlan(network, Resharing.PROJECTED, true, -1, 0);
    }

    /**
     * One step is shared modulo an odd number.
     *
     * @param residueStep index of that step
     * @param residueModulus more than twice every value of the step
     */
    public static BlockPlan withResidues(PublicNetwork network, int residueStep, long residueModulus) {
        return new BlockPlan(network, Resharing.PROJECTED, false, residueStep, residueModulus);
    }

    private BlockPlan(
            PublicNetwork network, Resharing resharing, boolean fusesOverlaps, int residueStep, long residueModulus) {
        this.network = network;
        this.circuits = new BlockCircuits(resharing);
        this.fusesOverlaps = fusesOverlaps;
        this.residueStep = residueStep;
        this.residueModulus = residueModulus;
        int count = network.steps().size();
        readers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            readers.add(new ArrayList<>());
        }
        for (int i = 0; i < count; i++) {
            for (int read : network.steps().get(i).sources()) {
                readers.get(read).add(i);
            }
        }
        unsigned = new boolean[count];
        for (int i = 0; i < count; i++) {
            unsigned[i] = unsignedBySources(i);
        }
        source = new int[count];
        Arrays.fill(source, -1);
        absorbed = new boolean[count];
        parts = new Parts[count];
        for (int i = 0; i < count; i++) {
            Operation operation = step(i).operation();
            if (isNonlinear(operation) && parts[i] == null && !absorbed[i]) {
                join(i, operation);
            }
        }
        for (int i = 0; i < count; i++) {
            Parts made = parts[i];
            source[i] = made == null ? -1 : made.source;
        }
    }

    private void join(int i, Operation operation) {
        int read = step(i).sources().get(0);
        int reader = readers.get(i).size() == 1 ? readers.get(i).get(0) : -1;
        @Nullable Operation next = reader < 0 ? null : step(reader).operation();
        if (operation instanceof Operation.MaxPool pool) {
            if (next != null && isMonotone(next)) {
                absorbed[i] = true;
                parts[reader] = new Parts(read, next, pool.window());
            } else {
                parts[i] = new Parts(read, null, pool.window());
            }
        } else if (next instanceof Operation.MaxPool pool
                && (fusesOverlaps || !overlaps(pool.window()))
                && !isWideSquare(operation, read)) {
            absorbed[i] = true;
            parts[reader] = new Parts(read, operation, pool.window());
        } else {
            parts[i] = new Parts(read, operation, null);
        }
    }

    private static boolean isNonlinear(Operation operation) {
        return operation instanceof Operation.Activation
                || operation instanceof Operation.Deferred
                || operation instanceof Operation.MaxPool;
    }

    private static boolean isMonotone(Operation operation) {
        return operation instanceof Operation.Activation activation && activation.kind() != Nonlinearity.SQUARE
                || operation instanceof Operation.Deferred deferred && deferred.kind() != Nonlinearity.SQUARE;
    }

    private static boolean overlaps(Window window) {
        return window.strideY() < window.height() || window.strideX() < window.width();
    }

    /** Squares that are compared must be whole. */
    private boolean isWideSquare(Operation operation, int read) {
        return operation instanceof Operation.Deferred deferred
                && deferred.kind() == Nonlinearity.SQUARE
                && squareBits(word(read)) > Long.SIZE - 2;
    }

    private static int squareBits(SharedWord word) {
        return 2 * word.valueBits() - 1;
    }

    private PublicStep step(int index) {
        return network.steps().get(index);
    }

    /** Whether the step is inside another step's block. */
    public boolean isAbsorbed(int step) {
        return absorbed[step];
    }

    /** Whether a block makes the step's result. */
    public boolean isMadeByBlock(int step) {
        return source[step] >= 0;
    }

    /** What the block that makes a step reads. */
    public int source(int step) {
        return source[step];
    }

    /** Whether values cannot be negative, whatever the weights: by the kinds of the steps alone. */
    public boolean isUnsigned(int step) {
        return unsigned[step];
    }

    private boolean unsignedBySources(int index) {
        PublicStep step = step(index);
        Operation operation = step.operation();
        if (operation instanceof Operation.Input) {
            return network.inputRange().low().signum() >= 0;
        } else if (operation instanceof Operation.Linear) {
            return false;
        } else if (operation instanceof Operation.Activation activation) {
            return activation.kind() != Nonlinearity.IDENTITY;
        }
        return operation instanceof Operation.Deferred
                || step.sources().stream().allMatch(i -> unsigned[i]);
    }

    /** How a step's values stand in the words of a circuit. */
    public SharedWord word(int step) {
        int bits = step(step).valueBits();
        if (step == residueStep) {
            return SharedWord.modulo(residueModulus, bits);
        }
        return new SharedWord(unsigned[step] ? Math.max(1, bits - 1) : bits, !unsigned[step]);
    }

    /** The block that makes a step, its result in {@code outputBits} bits. */
    public Block block(int target, int outputBits) {
        return block(
                target,
                outputBits,
                IntStream.range(0, step(target).shape().channels()).boxed().toList());
    }

    /** The same for some of the channels. */
    public Block block(int target, int outputBits, List<Integer> channels) {
        Parts made = parts[target];
        if (made == null) {
            throw new IllegalArgumentException(step(target).name() + " is made by no block");
        }
        SharedWord word = word(made.source);
        TensorShape in = step(made.source).shape();
        TensorShape out = step(target).shape();
        List<Block.Group> groups = new ArrayList<>();
        for (Cells cells : cells(made.window, in, out)) {
            byFunction(made.function, word, cells.words, outputBits, channels)
                    .forEach((function, alike) -> groups.add(new Block.Group(
                            circuits.map(word, cells.words, function, outputBits),
                            cells.words,
                            alike,
                            in.height() * in.width(),
                            out.height() * out.width(),
                            cells.inputs,
                            cells.outputs)));
        }
        return new Block(
                step(target).name(),
                made.source,
                target,
                new Ring(word.bits()),
                word.modulus() != 0,
                outputBits,
                groups);
    }

    /** The block that ranks the answer. */
    public Block answer(int step, int places) {
        SharedWord word = word(step);
        int classes = network.classes();
        Ring ring = new Ring(word.bits());
        return new Block(
                "answer",
                step,
                Block.TO_CLIENT,
                ring,
                ring.bits(),
                List.of(new Block.Group(
                        circuits.rank(word, classes, places),
                        classes,
                        new int[] {0},
                        classes,
                        1,
                        IntStream.range(0, classes).toArray(),
                        new int[] {0})));
    }

    /** Channels by what is done to them, in the order of their first. */
    private static Map<WordFunction, int[]> byFunction(
            @Nullable Operation operation, SharedWord word, int words, int outputBits, List<Integer> channels) {
        Map<WordFunction, List<Integer>> lists = new LinkedHashMap<>();
        for (int channel : channels) {
            lists.computeIfAbsent(function(operation, channel, word, words, outputBits), f -> new ArrayList<>())
                    .add(channel);
        }
        Map<WordFunction, int[]> result = new LinkedHashMap<>();
        lists.forEach((function, list) ->
                result.put(function, list.stream().mapToInt(Integer::intValue).toArray()));
        return result;
    }

    private static WordFunction function(
            @Nullable Operation operation, int channel, SharedWord word, int words, int outputBits) {
        if (operation instanceof Operation.Activation activation) {
            return new WordFunction.Saturate(
                    activation.kind(), activation.shift(channel), activation.bits(), activation.ceiling());
        }
        if (operation instanceof Operation.Deferred deferred) {
            if (deferred.kind() == Nonlinearity.SQUARE) {
                int whole = squareBits(word);
                return new WordFunction.Square(words == 1 ? Math.min(whole, outputBits) : whole);
            }
            // a ceiling that no word reaches is none
            return new WordFunction.Rectify(
                    deferred.ceiling() == null || deferred.ceiling().bitLength() > word.bits()
                            ? 0
                            : deferred.ceiling().longValueExact());
        }
        return new WordFunction.Keep();
    }

    /** Cells of a plane whose windows hold the same number of values. */
    private record Cells(int words, int[] inputs, int[] outputs) {}

    private static List<Cells> cells(@Nullable Window window, TensorShape in, TensorShape out) {
        if (window == null) {
            int[] places = IntStream.range(0, in.height() * in.width()).toArray();
            return List.of(new Cells(1, places, places));
        }
        Map<Integer, List<int[]>> byWords = new TreeMap<>();
        for (int y = 0; y < out.height(); y++) {
            for (int x = 0; x < out.width(); x++) {
                int top = y * window.strideY() - window.padTop();
                int left = x * window.strideX() - window.padLeft();
                int[] rows = IntStream.range(Math.max(0, top), Math.min(in.height(), top + window.height()))
                        .toArray();
                int[] columns = IntStream.range(Math.max(0, left), Math.min(in.width(), left + window.width()))
                        .toArray();
                int[] cell = new int[1 + rows.length * columns.length];
                cell[0] = y * out.width() + x;
                for (int i = 1; i < cell.length; i++) {
                    cell[i] = rows[(i - 1) / columns.length] * in.width() + columns[(i - 1) % columns.length];
                }
                byWords.computeIfAbsent(cell.length - 1, n -> new ArrayList<>()).add(cell);
            }
        }
        List<Cells> result = new ArrayList<>();
        byWords.forEach((words, cells) -> result.add(new Cells(
                words,
                cells.stream()
                        .flatMapToInt(cell -> Arrays.stream(cell, 1, cell.length))
                        .toArray(),
                cells.stream().mapToInt(cell -> cell[0]).toArray())));
        return result;
    }
}
