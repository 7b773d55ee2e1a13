package io.tacit.protocol.popcorn;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.model.integer.PublicStep;
import io.tacit.model.integer.PublicStep.Operation;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.integer.Window;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How the tensors of a network are cut into tiles. Steps that the server computes from one another without asking the client
 * make a <em>part</em>; its tensors are cut along the same lines, so that the values which a step reads are in the slots where its
 * result is to be. The client, who makes the ciphertexts that enter a part, puts into each tile what the steps of the
 * part read of its neighbours and zeros for padding. A part costs about as many times less as there are tiles.
 *
 * <p>Which tiles cost least is found by counting products on what both parties know.
 */
final class Tilings {
    private final PublicNetwork network;
    private final Use use;
    private final int room;
    private final Placement[] placements;

    /**
     * What becomes of each step's result.
     *
     * @param computed whether the server computes it
     * @param provided whether it comes from the client
     * @param readings how often it goes to the client
     * @param images images in each ciphertext
     * @param modulusBits of the key
     * @param hidingBits bits by which what goes to the client is longer than its values
     */
    record Use(boolean[] computed, boolean[] provided, int[] readings, int images, int modulusBits, int hidingBits) {}

    Tilings(PublicNetwork network, Use use) {
        this.network = network;
        this.use = use;
        this.room = use.modulusBits - 2;
        this.placements = new Placement[network.steps().size()];
        parts().forEach(this::place);
    }

    Placement of(int step) {
        return placements[step];
    }

    /** Null for a step whose result is never in ciphertexts. */
    @Nullable
    Placement orNone(int step) {
        return placements[step];
    }

    private PublicStep step(int index) {
        return network.steps().get(index);
    }

    // ---- parts

    private List<int[]> parts() {
        int count = network.steps().size();
        int[] root = IntStream.range(0, count).toArray();
        for (int i = 0; i < count; i++) {
            if (use.computed[i]) {
                for (int source : step(i).sources()) {
                    int from = root[source];
                    int to = root[i];
                    Arrays.setAll(root, k -> root[k] == from ? to : root[k]);
                }
            }
        }
        return IntStream.of(root)
                .distinct()
                .mapToObj(part -> IntStream.range(0, count)
                        .filter(i -> root[i] == part && (use.computed[i] || use.provided[i]))
                        .toArray())
                .filter(steps -> steps.length > 0)
                .toList();
    }

    private void place(int[] part) {
        int valueBits = IntStream.of(part).map(i -> step(i).valueBits()).max().orElse(1);
        int slotBits = valueBits + use.hidingBits + 2;
        int most = Math.max(1, room / slotBits / use.images);
        Part cut = new Part(part, slotBits);
        Tiling[] best = cut.whole();
        long least = cut.cost(best);
        for (int channels = 1; channels <= most && cut.isCuttable(); channels++) {
            for (int rows = 1; rows <= most / channels; rows++) {
                for (int columns = 1; columns <= most / channels / rows; columns++) {
                    Tiling @Nullable [] tilings = cut.tilings(channels, rows, columns);
                    if (tilings != null && cut.cost(tilings) < least) {
                        best = tilings;
                        least = cut.cost(tilings);
                    }
                }
            }
        }
        for (int i = 0; i < part.length; i++) {
            placements[part[i]] = best[i].isWhole() && use.images == 1
                    ? Placement.alone(best[i], use.modulusBits)
                    : new Placement(best[i], use.images, slotBits);
        }
    }

    /** What a step reads along an axis for a range of its result: positions {@code stride a - pad .. stride (b - 1) - pad + reach - 1}. */
    private record Reading(int stride, int pad, int reach) {
        static final Reading SAME = new Reading(1, 0, 1);
    }

    /** An axis cut into pieces: for each step of a part where pieces begin, and how long they are. */
    private record Axis(int[][] starts, int[] lengths) {}

    /** Steps that are cut together. */
    private final class Part {
        private final int[] steps;
        private final int slotBits;
        private final TensorShape[] shapes;
        private final boolean cuttable;
        private final boolean byChannel;

        Part(int[] steps, int slotBits) {
            this.steps = steps;
            this.slotBits = slotBits;
            boolean linear = false;
            boolean mixing = false;
            boolean pooling = false;
            boolean pointwise = true;
            boolean shaped = true;
            for (int i : steps) {
                if (use.computed[i]) {
                    Operation operation = step(i).operation();
                    linear |= operation instanceof Operation.Linear;
                    mixing |= operation instanceof Operation.Concat;
                    pooling |= operation instanceof Operation.SumPool;
                    if (operation instanceof Operation.Linear layer) {
                        ConvolutionGeometry g = layer.geometry();
                        TensorShape in = step(step(i).sources().get(0)).shape();
                        shaped &= in.equals(new TensorShape(g.inChannels(), g.inHeight(), g.inWidth()));
                        pointwise &= reading(i, 0).equals(Reading.SAME)
                                && reading(i, 1).equals(Reading.SAME)
                                && in.height() == g.outHeight()
                                && in.width() == g.outWidth();
                    }
                }
            }
            cuttable = shaped;
            byChannel = !linear && !mixing;
            shapes = new TensorShape[steps.length];
            for (int i = 0; i < steps.length; i++) {
                TensorShape shape = step(steps[i]).shape();
                int plane = shape.height() * shape.width();
                // where no value meets its neighbours, the plane or everything is one row
                shapes[i] = pooling || !pointwise
                        ? shape
                        : byChannel ? new TensorShape(1, 1, shape.size()) : new TensorShape(shape.channels(), 1, plane);
            }
        }

        boolean isCuttable() {
            return cuttable;
        }

        private int place(int step) {
            return Arrays.binarySearch(steps, step);
        }

        /** The tensors in one piece each. */
        Tiling[] whole() {
            return IntStream.of(steps)
                    .mapToObj(i -> Tiling.whole(step(i).shape()))
                    .toArray(Tiling[]::new);
        }

        /** The tensors in so many tiles along each axis, or null if they cannot be cut like that. */
        Tiling @Nullable [] tilings(int channels, int rows, int columns) {
            if (channels > 1 && !byChannel) {
                return null;
            }
            if (channels * rows * columns == 1) {
                return whole();
            }
            Axis ofChannels = axis(channels, 2);
            Axis ofRows = axis(rows, 0);
            Axis ofColumns = axis(columns, 1);
            if (ofChannels == null || ofRows == null || ofColumns == null) {
                return null;
            }
            Tiling[] tilings = new Tiling[steps.length];
            Arrays.setAll(
                    tilings,
                    i -> new Tiling(
                            shapes[i],
                            new TensorShape(ofChannels.lengths[i], ofRows.lengths[i], ofColumns.lengths[i]),
                            ofChannels.starts[i],
                            ofRows.starts[i],
                            ofColumns.starts[i]));
            return tilings;
        }

        private int extent(int place, int axis) {
            TensorShape shape = shapes[place];
            return axis == 0 ? shape.height() : axis == 1 ? shape.width() : shape.channels();
        }

        private Reading reading(int step, int axis) {
            Operation operation = step(step).operation();
            if (operation instanceof Operation.Linear layer && axis < 2) {
                ConvolutionGeometry g = layer.geometry();
                return axis == 0
                        ? new Reading(g.strideY(), g.padTop(), (g.kernelHeight() - 1) * g.dilationY() + 1)
                        : new Reading(g.strideX(), g.padLeft(), (g.kernelWidth() - 1) * g.dilationX() + 1);
            } else if (operation instanceof Operation.SumPool pool && axis < 2) {
                Window w = pool.window();
                return axis == 0
                        ? new Reading(w.strideY(), w.padTop(), w.height())
                        : new Reading(w.strideX(), w.padLeft(), w.width());
            }
            return Reading.SAME;
        }

        /** An axis in so many pieces: 0 rows, 1 columns, 2 channels. */
        private @Nullable Axis axis(int pieces, int axis) {
            int count = steps.length;
            int[][] starts = new int[count][pieces];
            int[] lengths = new int[count];
            if (pieces == 1) {
                Arrays.setAll(lengths, i -> extent(i, axis));
                return new Axis(starts, lengths);
            }
            int[] scales = scales(axis);
            int length = scales == null ? 0 : length(scales, axis);
            int piece = (length + pieces - 1) / pieces;
            if (scales == null || piece * (pieces - 1) >= length) {
                return null;
            }
            // the last piece ends with the axis: pieces overlap rather than reach over the edge
            int[] base = IntStream.range(0, pieces)
                    .map(t -> Math.min(t * piece, length - piece))
                    .toArray();
            int[] low = new int[count];
            int[] high = new int[count];
            if (!ranges(scales, piece, axis, low, high)) {
                return null;
            }
            for (int i = 0; i < count; i++) {
                int last = scales[i] * base[pieces - 1];
                if ((low[i] < 0 || last + high[i] > extent(i, axis)) && !isZeroOutside(i, axis)) {
                    return null;
                }
                // places that are outside for all pieces are left out
                low[i] = Math.max(low[i], -last);
                high[i] = Math.min(high[i], extent(i, axis));
                lengths[i] = high[i] - low[i];
                int from = low[i];
                int scale = scales[i];
                starts[i] = IntStream.of(base).map(b -> scale * b + from).toArray();
            }
            return new Axis(starts, lengths);
        }

        /** Whether what is found beyond the edges of a tensor is zero, as padding is: whatever no bias has been added to. */
        private boolean isZeroOutside(int place, int axis) {
            int index = steps[place];
            if (!use.computed[index]) {
                return true;
            }
            Operation operation = step(index).operation();
            Reading reading = reading(index, axis);
            for (int source : step(index).sources()) {
                int from = place(source);
                boolean beyond = reading.reach() - reading.pad() <= reading.stride()
                        && reading.stride() * extent(place, axis) - reading.pad() >= extent(from, axis);
                if (!beyond || !isZeroOutside(from, axis)) {
                    return false;
                }
            }
            return !(operation instanceof Operation.Linear);
        }

        /** For each tensor how many of its places there are for one of the coarsest, or null if that differs with the way. */
        private int @Nullable [] scales(int axis) {
            long[] scales = new long[steps.length];
            scales[0] = 1L << 20;
            for (boolean changed = true; changed; ) {
                changed = false;
                for (int i = 0; i < steps.length; i++) {
                    for (int source : use.computed[steps[i]] ? step(steps[i]).sources() : List.<Integer>of()) {
                        int from = place(source);
                        int stride = reading(steps[i], axis).stride();
                        if (scales[i] != 0 && scales[from] == 0) {
                            scales[from] = scales[i] * stride;
                            changed = true;
                        } else if (scales[i] == 0 && scales[from] != 0 && scales[from] % stride == 0) {
                            scales[i] = scales[from] / stride;
                            changed = true;
                        } else if (scales[i] != 0 && scales[i] * stride != scales[from]
                                || scales[i] == 0 && scales[from] != 0) {
                            return null;
                        }
                    }
                }
            }
            long least = Arrays.stream(scales).min().orElse(0);
            if (least == 0 || Arrays.stream(scales).anyMatch(scale -> scale % least != 0 || scale / least > 1 << 10)) {
                return null;
            }
            return Arrays.stream(scales)
                    .mapToInt(scale -> (int) (scale / least))
                    .toArray();
        }

        /** Places of the coarsest tensor, or 0 if what goes to the client does not agree on them. */
        private int length(int[] scales, int axis) {
            int length = 0;
            for (int i = 0; i < steps.length; i++) {
                if (use.readings[steps[i]] > 0) {
                    int own = extent(i, axis) / scales[i];
                    if (own * scales[i] != extent(i, axis) || length > 0 && own != length) {
                        return 0;
                    }
                    length = own;
                }
            }
            return length;
        }

        /** What of each tensor the first piece holds; false if nothing of one. */
        private boolean ranges(int[] scales, int piece, int axis, int[] low, int[] high) {
            Arrays.fill(low, Integer.MAX_VALUE);
            Arrays.fill(high, Integer.MIN_VALUE);
            for (int i = steps.length - 1; i >= 0; i--) {
                if (use.readings[steps[i]] > 0) {
                    low[i] = Math.min(low[i], 0);
                    high[i] = Math.max(high[i], scales[i] * piece);
                }
                if (low[i] >= high[i]) {
                    return false;
                }
                for (int source : use.computed[steps[i]] ? step(steps[i]).sources() : List.<Integer>of()) {
                    Reading reading = reading(steps[i], axis);
                    int from = place(source);
                    low[from] = Math.min(low[from], reading.stride() * low[i] - reading.pad());
                    high[from] =
                            Math.max(high[from], reading.stride() * (high[i] - 1) - reading.pad() + reading.reach());
                }
            }
            return true;
        }

        // ---- cost

        /** Products modulo N^2, the client's in the server's. */
        long cost(Tiling[] tilings) {
            long cost = 0;
            long down = (long) PopcornWork.DOWN;
            long up = (long) PopcornWork.UP;
            for (int i = 0; i < steps.length; i++) {
                PublicStep step = step(steps[i]);
                long ciphertexts = tilings[i].box().size();
                int used = tilings[i].tiles() * use.images;
                int bits = used == 1 ? step.valueBits() + use.hidingBits + 1 : slotBits * used;
                long packed = (ciphertexts + room / bits - 1) / (room / bits);
                cost += use.readings[steps[i]] * (packed * down + (ciphertexts - packed) * (bits + 1));
                cost += use.provided[steps[i]] ? ciphertexts * up : 0;
                cost += use.computed[steps[i]] ? ciphertexts * PopcornWork.terms(step) : 0;
            }
            return cost;
        }
    }
}
