package io.tacit.model.onnx;

import io.tacit.model.graph.Operator;
import io.tacit.model.graph.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Reads what moves values without changing them, and what asks for shapes. */
final class ShapeRules {

    private ShapeRules() {}

    static Value identity(NodeContext c) {
        return c.input(0);
    }

    static List<Value> dropout(NodeContext c) {
        Value x = c.input(0);
        boolean training = c.has(2)
                && Arrays.stream(c.knownLongs(2, "training_mode")).anyMatch(t -> t != 0)
                && (!c.has(1) || Arrays.stream(widened(c.known(1, "the ratio"))).anyMatch(r -> r != 0));
        if (training) {
            throw new Refusal("is in training mode", "export the network in evaluation mode");
        }
        if (!c.isUsed(1)) {
            return List.of(x, x);
        }
        long[] ones = new long[c.indexTable(x.shape()).length];
        Arrays.fill(ones, 1);
        return List.of(x, new Value.Known(new OnnxTensor("", ElementType.BOOL, x.shape(), null, ones)));
    }

    private static double[] widened(OnnxTensor tensor) {
        float[] values = tensor.asFloats();
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    static Value constant(NodeContext c) {
        OnnxTensor value = c.tensor("value");
        if (value != null) {
            return new Value.Known(value);
        }
        if (c.hasAttribute("value_float")) {
            float[] one = {c.real("value_float", 0)};
            return new Value.Known(new OnnxTensor("", ElementType.FLOAT, Shape.of(), one, null));
        }
        if (c.hasAttribute("value_floats")) {
            float[] values = c.reals("value_floats");
            return new Value.Known(new OnnxTensor("", ElementType.FLOAT, Shape.of(values.length), values, null));
        }
        if (c.hasAttribute("value_int")) {
            return new Value.Known(OnnxTensor.ofLongs("", Shape.of(), new long[] {c.integer("value_int", 0)}));
        }
        if (c.hasAttribute("value_ints")) {
            return NodeContext.knownLongs(c.integers("value_ints"));
        }
        if (c.hasAttribute("value_string") || c.hasAttribute("value_strings")) {
            return new Value.Known(new OnnxTensor("", ElementType.STRING, Shape.of(), null, null));
        }
        throw new Refusal("holds no value that is read", "use dense tensors");
    }

    static Value reshape(NodeContext c) {
        Value x = c.input(0);
        long[] target = c.opset() < 5 ? c.integers("shape") : c.knownLongs(1, "the target shape");
        boolean zeroStays = c.integer("allowzero", 0) != 0;
        long[] dims = target.clone();
        int open = -1;
        long rest = 1;
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] == 0 && !zeroStays) {
                if (i >= x.shape().rank()) {
                    throw new Refusal("copies dimension " + i + " of " + x.shape(), "export the network again");
                }
                dims[i] = x.shape().dim(i);
            }
            if (dims[i] == -1 && open < 0) {
                open = i;
            } else if (dims[i] < 0 || (rest *= dims[i]) > Integer.MAX_VALUE) {
                throw new Refusal("has the target " + Arrays.toString(target), "export the network again");
            }
        }
        if (open >= 0) {
            if (rest == 0 || x.shape().size() % rest != 0) {
                throw new Refusal(
                        x.shape() + " does not fit the target " + Arrays.toString(target),
                        "export the network with a batch of 1");
            }
            dims[open] = x.shape().size() / rest;
        }
        return c.reshape(x, Shapes.shape(dims));
    }

    static Value flatten(NodeContext c) {
        Value x = c.input(0);
        int rank = x.shape().rank();
        long axis = c.integer("axis", 1);
        int at = axis == rank ? rank : c.axis(axis, Math.max(1, rank));
        return c.reshape(x, Shape.of(x.shape().sizeBefore(at), x.shape().sizeFrom(at)));
    }

    static Value squeeze(NodeContext c) {
        Value x = c.input(0);
        long[] axes = axes(c, 13);
        List<Integer> dims = new ArrayList<>();
        boolean[] drop = new boolean[x.shape().rank()];
        for (long axis : axes) {
            drop[c.axis(axis, drop.length)] = true;
        }
        for (int i = 0; i < drop.length; i++) {
            boolean one = x.shape().dim(i) == 1;
            if (drop[i] && !one) {
                throw new Refusal("squeezes axis " + i + " of " + x.shape(), "export the network with a batch of 1");
            }
            if (!(drop[i] || (axes.length == 0 && one))) {
                dims.add(x.shape().dim(i));
            }
        }
        return c.reshape(x, new Shape(dims));
    }

    static Value unsqueeze(NodeContext c) {
        Value x = c.input(0);
        long[] axes = axes(c, 13);
        int rank = x.shape().rank() + axes.length;
        boolean[] added = new boolean[rank];
        for (long axis : axes) {
            added[c.axis(axis, rank)] = true;
        }
        List<Integer> dims = new ArrayList<>();
        for (int i = 0, from = 0; i < rank; i++) {
            if (!added[i] && from == x.shape().rank()) {
                throw new Refusal("names an axis twice", "export the network again");
            }
            dims.add(added[i] ? 1 : x.shape().dim(from++));
        }
        return c.reshape(x, Shapes.shape(dims));
    }

    /** Axes from the attribute before {@code sinceInput}, from the second input after. */
    static long[] axes(NodeContext c, int sinceInput) {
        return c.opset() < sinceInput ? c.integers("axes") : c.has(1) ? c.knownLongs(1, "the axes") : new long[0];
    }

    static Value transpose(NodeContext c) {
        Value x = c.input(0);
        int rank = x.shape().rank();
        long[] given = c.integers("perm");
        int[] permutation = new int[rank];
        boolean[] seen = new boolean[rank];
        for (int i = 0; i < rank; i++) {
            permutation[i] = given.length == 0 ? rank - 1 - i : i < given.length ? c.axis(given[i], rank) : -1;
            if (permutation[i] < 0 || (given.length != 0 && given.length != rank) || seen[permutation[i]]) {
                throw new Refusal("has a perm that is no permutation of " + rank + " axes", "export the network again");
            }
            seen[permutation[i]] = true;
        }
        return transpose(c, x, permutation);
    }

    static Value transpose(NodeContext c, Value x, int[] permutation) {
        int rank = permutation.length;
        int[] dims = new int[rank];
        int[] strides = new int[rank];
        int[] own = x.shape().strides();
        int lastMoved = -1;
        boolean moves = false;
        for (int i = 0; i < rank; i++) {
            dims[i] = x.shape().dim(permutation[i]);
            strides[i] = own[permutation[i]];
            // Axes of extent 1 may go anywhere.
            if (dims[i] > 1) {
                moves |= permutation[i] < lastMoved;
                lastMoved = permutation[i];
            }
        }
        Shape shape = Shape.of(dims);
        if (!moves) {
            return c.reshape(x, shape);
        }
        if (rank == 2 && x instanceof Value.Known known && known.tensor().floats() != null) {
            return new Value.Known(transposedMatrix(known.tensor(), shape)); // weights may be too many for a table
        }
        int[] table = c.indexTable(shape);
        Shapes.fill(table, dims, strides, 0);
        return c.rearrange(x, shape, table);
    }

    private static OnnxTensor transposedMatrix(OnnxTensor matrix, Shape shape) {
        float[] from = matrix.asFloats();
        float[] to = new float[from.length];
        int rows = shape.dim(0);
        int columns = shape.dim(1);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                to[row * columns + column] = from[column * rows + row];
            }
        }
        return new OnnxTensor(matrix.name(), matrix.type(), shape, to, null);
    }

    static Value slice(NodeContext c) {
        Value x = c.input(0);
        boolean attributes = c.opset() < 10;
        long[] starts = attributes ? c.integers("starts") : c.knownLongs(1, "the starts");
        long[] ends = attributes ? c.integers("ends") : c.knownLongs(2, "the ends");
        long[] axes = attributes ? c.integers("axes") : c.has(3) ? c.knownLongs(3, "the axes") : new long[0];
        long[] steps = !attributes && c.has(4) ? c.knownLongs(4, "the steps") : new long[0];
        int rank = x.shape().rank();
        if (ends.length != starts.length
                || (axes.length != 0 && axes.length != starts.length)
                || (steps.length != 0 && steps.length != starts.length)
                || starts.length > rank) {
            throw new Refusal("has starts, ends, axes or steps of different lengths", "export the network again");
        }
        int[] dims = x.shape().toArray();
        int[] strides = x.shape().strides();
        int base = 0;
        for (int i = 0; i < starts.length; i++) {
            int axis = c.axis(axes.length == 0 ? i : axes[i], rank);
            long extent = x.shape().dim(axis);
            long step = steps.length == 0 ? 1 : steps[i];
            if (step == 0 || Math.abs(step) > Integer.MAX_VALUE) {
                throw new Refusal("has the step " + step, "export the network again");
            }
            long from = clamp(
                    starts[i] < 0 ? starts[i] + extent : starts[i], step > 0 ? 0 : -1, step > 0 ? extent : extent - 1);
            long to =
                    clamp(ends[i] < 0 ? ends[i] + extent : ends[i], step > 0 ? 0 : -1, step > 0 ? extent : extent - 1);
            long count = Math.max(0, (to - from + step + (step > 0 ? -1 : 1)) / step);
            base += (int) (from * strides[axis]);
            dims[axis] = (int) count;
            strides[axis] = (int) (strides[axis] * (count > 1 ? step : 1));
        }
        return select(c, x, dims, strides, base);
    }

    private static long clamp(long value, long low, long high) {
        return Math.max(low, Math.min(high, value));
    }

    private static Value select(NodeContext c, Value x, int[] dims, int[] strides, int base) {
        Shape shape = Shape.of(dims);
        if (shape.equals(x.shape())
                && base == 0
                && Arrays.equals(strides, x.shape().strides())) {
            return x;
        }
        int[] table = c.indexTable(shape);
        Shapes.fill(table, dims, strides, base);
        return c.rearrange(x, shape, table);
    }

    static Value gather(NodeContext c) {
        Value x = c.input(0);
        OnnxTensor indices = c.known(1, "the indices");
        int axis = c.axis(c.integer("axis", 0), Math.max(1, x.shape().rank()));
        if (x.shape().rank() == 0) {
            throw new Refusal("gathers from a single value", "export the network again");
        }
        List<Integer> dims = new ArrayList<>(x.shape().dims().subList(0, axis));
        dims.addAll(indices.shape().dims());
        dims.addAll(x.shape().dims().subList(axis + 1, x.shape().rank()));
        Shape shape = Shapes.shape(dims);
        int[] table = c.indexTable(shape);
        int extent = x.shape().dim(axis);
        int inner = x.shape().sizeFrom(axis + 1);
        int outer = x.shape().sizeBefore(axis);
        long[] picks = indices.asLongs();
        int at = 0;
        for (int o = 0; o < outer; o++) {
            for (long pick : picks) {
                int p = c.axis(pick, extent);
                for (int i = 0; i < inner; i++) {
                    table[at++] = (o * extent + p) * inner + i;
                }
            }
        }
        return c.rearrange(x, shape, table);
    }

    static List<Value> split(NodeContext c) {
        Value x = c.input(0);
        int axis = c.axis(c.integer("axis", 0), x.shape().rank());
        int extent = x.shape().dim(axis);
        int parts = c.outputCount();
        long[] lengths = c.opset() < 13 ? c.integers("split") : c.has(1) ? c.knownLongs(1, "the lengths") : new long[0];
        if (lengths.length == 0) {
            lengths = new long[parts];
            int each = (extent + parts - 1) / parts;
            for (int i = 0; i < parts; i++) {
                lengths[i] = Math.max(0, Math.min(each, extent - (long) i * each));
            }
        }
        long total = 0;
        for (long length : lengths) {
            if (length < 0 || length > extent) {
                throw new Refusal("cuts off " + length + " of " + extent, "export the network again");
            }
            total += length;
        }
        if (total != extent || lengths.length != parts) {
            throw new Refusal("does not cut " + extent + " into its " + parts + " results", "export the network again");
        }
        List<Value> results = new ArrayList<>();
        int from = 0;
        for (long length : lengths) {
            int[] dims = x.shape().toArray();
            dims[axis] = (int) length;
            int[] strides = x.shape().strides();
            results.add(select(c, x, dims, strides, from * strides[axis]));
            from += (int) length;
        }
        return results;
    }

    static Value expand(NodeContext c) {
        Value x = c.input(0);
        Shape shape = Shapes.broadcast(x.shape(), Shapes.shape(c.knownLongs(1, "the shape")));
        return shape.equals(x.shape()) ? x : select(c, x, shape.toArray(), broadcastStrides(x.shape(), shape), 0);
    }

    static int[] broadcastStrides(Shape from, Shape to) {
        int[] strides = new int[to.rank()];
        int[] own = from.strides();
        int lead = to.rank() - from.rank();
        for (int d = 0; d < from.rank(); d++) {
            strides[lead + d] = from.dim(d) == 1 ? 0 : own[d];
        }
        return strides;
    }

    static Value concat(NodeContext c) {
        Value first = c.input(0);
        int rank = first.shape().rank();
        if (rank == 0) {
            throw new Refusal("joins single values", "export the network again");
        }
        int axis = c.axis(c.integer("axis", 1), rank);
        long extent = 0;
        boolean allKnown = true;
        List<Value> operands = new ArrayList<>();
        for (int i = 0; i < c.inputCount(); i++) {
            Value next = c.input(i);
            if (next.shape().rank() != rank
                    || !next.shape().with(axis, 0).equals(first.shape().with(axis, 0))) {
                throw new Refusal("joins " + first.shape() + " and " + next.shape(), "export the network again");
            }
            extent += next.shape().dim(axis);
            allKnown &= next instanceof Value.Known;
            operands.add(next);
        }
        long[] dims = Arrays.stream(first.shape().toArray()).asLongStream().toArray();
        dims[axis] = extent;
        Shape shape = Shapes.shape(dims);
        if (allKnown
                && operands.stream().allMatch(v -> ((Value.Known) v).tensor().isInteger())) {
            return concatIntegers(c, operands, axis, shape);
        }
        for (int i = 0; i < operands.size(); i++) {
            c.number(i);
        }
        return operands.size() == 1 ? first : c.emit(new Operator.Concat(axis), shape, operands);
    }

    private static Value concatIntegers(NodeContext c, List<Value> operands, int axis, Shape shape) {
        long[] joined = new long[c.indexTable(shape).length];
        int outer = shape.sizeBefore(axis);
        int row = shape.sizeFrom(axis);
        int at = 0;
        for (Value operand : operands) {
            OnnxTensor tensor = ((Value.Known) operand).tensor();
            int length = tensor.shape().sizeFrom(axis);
            for (int o = 0; o < outer; o++) {
                System.arraycopy(tensor.asLongs(), o * length, joined, o * row + at, length);
            }
            at += length;
        }
        return new Value.Known(new OnnxTensor("", operands.get(0).type(), shape, null, joined));
    }

    static Value pad(NodeContext c) {
        Value x = c.number(0);
        int rank = x.shape().rank();
        boolean attributes = c.opset() < 11;
        long[] pads = attributes
                ? c.hasAttribute("paddings") ? c.integers("paddings") : c.integers("pads")
                : c.knownLongs(1, "the pads");
        float value = attributes
                ? c.real("value", 0)
                : c.has(2) && c.known(2, "the filling").shape().size() == 1
                        ? c.known(2, "the filling").asFloats()[0]
                        : 0;
        long[] axes = !attributes && c.has(3) ? c.knownLongs(3, "the axes") : new long[0];
        int count = axes.length == 0 ? rank : axes.length;
        if (pads.length != 2 * count || Float.isNaN(value)) {
            throw new Refusal("has pads or a filling that do not fit " + x.shape(), "export the network again");
        }
        Integer[] before = new Integer[rank];
        Integer[] after = new Integer[rank];
        Arrays.fill(before, 0);
        Arrays.fill(after, 0);
        long[] dims = Arrays.stream(x.shape().toArray()).asLongStream().toArray();
        Operator.Pad.Mode mode = switch (c.text("mode", "constant")) {
            case "constant" -> Operator.Pad.Mode.CONSTANT;
            case "reflect" -> Operator.Pad.Mode.REFLECT;
            case "edge" -> Operator.Pad.Mode.EDGE;
            default -> throw new Refusal("has the mode " + OnnxParser.shown(c.text("mode", "")), "pad with zeros");
        };
        for (int i = 0; i < count; i++) {
            int axis = axes.length == 0 ? i : c.axis(axes[i], rank);
            long lead = pads[i];
            long trail = pads[count + i];
            long extent = dims[axis];
            if (Math.abs(lead) > 1 << 20
                    || Math.abs(trail) > 1 << 20
                    || extent + lead + trail < 0
                    || (mode == Operator.Pad.Mode.REFLECT && Math.max(lead, trail) >= extent)
                    || (mode == Operator.Pad.Mode.EDGE && extent == 0)) {
                throw new Refusal("pads by " + lead + " and " + trail + " at an extent of " + extent, "pad by less");
            }
            before[axis] = (int) lead;
            after[axis] = (int) trail;
            dims[axis] = extent + lead + trail;
        }
        if (pads.length == 0 || Arrays.stream(pads).allMatch(p -> p == 0)) {
            return x;
        }
        return c.emit(new Operator.Pad(List.of(before), List.of(after), mode, value), Shapes.shape(dims), x);
    }

    static Value shape(NodeContext c) {
        Shape shape = c.input(0).shape();
        int rank = shape.rank();
        long start = c.integer("start", 0);
        long end = c.integer("end", rank);
        int from = (int) clamp(start < 0 ? start + rank : start, 0, rank);
        int to = (int) clamp(end < 0 ? end + rank : end, from, rank);
        long[] dims = new long[to - from];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = shape.dim(from + i);
        }
        return NodeContext.knownLongs(dims);
    }

    static Value size(NodeContext c) {
        long size = c.input(0).shape().size();
        return new Value.Known(OnnxTensor.ofLongs("", Shape.of(), new long[] {size}));
    }

    static Value cast(NodeContext c) {
        Value x = c.input(0);
        ElementType to = ElementType.of(c.integer("to", 0));
        if (to == ElementType.OTHER) {
            throw new Refusal("casts to an element type that networks here cannot have", "use floats");
        }
        if (x instanceof Value.Known known) {
            return new Value.Known(cast(known.tensor(), to));
        }
        if (c.isLabel(x)) {
            return NodeContext.withType(c.emit(new Operator.Label(), x.shape(), x), to);
        }
        if (to.isFloating()) {
            return NodeContext.withType(x, to);
        }
        if (!x.type().isFloating()
                && to != ElementType.BOOL
                && to.sizeBytes() >= x.type().sizeBytes()) {
            return NodeContext.withType(x, to);
        }
        throw new Refusal("rounds values to " + to, "use a network of floats");
    }

    private static OnnxTensor cast(OnnxTensor x, ElementType to) {
        if (x.isText() || to == ElementType.STRING) {
            throw new Refusal("casts text", "use numbers");
        }
        if (to.isFloating()) {
            return new OnnxTensor(x.name(), to, x.shape(), x.asFloats(), null);
        }
        long[] values = x.asLongs();
        if (to == ElementType.BOOL) {
            float[] floats = x.asFloats();
            values = new long[floats.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = floats[i] != 0 ? 1 : 0;
            }
        }
        return new OnnxTensor(x.name(), to, x.shape(), null, values);
    }

    /** DepthToSpace and SpaceToDepth, as the standard defines them by Reshape and Transpose. */
    static Value depthToSpace(NodeContext c) {
        Value x = c.number(0);
        int b = Windows.positive(c.integer("blocksize", 0), "blocksize");
        Shape in = x.shape();
        if (in.rank() != 4 || in.dim(1) % Math.multiplyExact(b, b) != 0) {
            throw new Refusal("cuts " + in + " into blocks of " + b, "export the network again");
        }
        int depth = in.dim(1) / (b * b);
        boolean columnRowDepth = c.text("mode", "DCR").equals("CRD");
        Value blocks = columnRowDepth
                ? c.reshape(x, Shape.of(in.dim(0), depth, b, b, in.dim(2), in.dim(3)))
                : c.reshape(x, Shape.of(in.dim(0), b, b, depth, in.dim(2), in.dim(3)));
        Value moved =
                transpose(c, blocks, columnRowDepth ? new int[] {0, 1, 4, 2, 5, 3} : new int[] {0, 3, 4, 1, 5, 2});
        return c.reshape(moved, Shape.of(in.dim(0), depth, in.dim(2) * b, in.dim(3) * b));
    }

    static Value spaceToDepth(NodeContext c) {
        Value x = c.number(0);
        int b = Windows.positive(c.integer("blocksize", 0), "blocksize");
        Shape in = x.shape();
        if (in.rank() != 4 || in.dim(2) % b != 0 || in.dim(3) % b != 0) {
            throw new Refusal("cuts " + in + " into blocks of " + b, "export the network again");
        }
        Value blocks = c.reshape(x, Shape.of(in.dim(0), in.dim(1), in.dim(2) / b, b, in.dim(3) / b, b));
        Value moved = transpose(c, blocks, new int[] {0, 3, 5, 1, 2, 4});
        return c.reshape(
                moved, Shape.of(in.dim(0), Math.multiplyExact(in.dim(1), b * b), in.dim(2) / b, in.dim(3) / b));
    }
}
