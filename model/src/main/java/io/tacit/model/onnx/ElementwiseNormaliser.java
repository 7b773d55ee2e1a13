package io.tacit.model.onnx;

import io.tacit.model.graph.FloatTensor;
import io.tacit.model.graph.Node;
import io.tacit.model.graph.Operator;
import io.tacit.model.graph.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites functions of single values. Factors and terms go into linear layers; piecewise linear functions become sums
 * of Relu, which have a private form: {@code |x| = relu(x) + relu(-x)}, {@code max(x, y) = x + relu(y - x)}.
 */
final class ElementwiseNormaliser {
    private final LayoutBuilder out;

    ElementwiseNormaliser(LayoutBuilder out) {
        this.out = out;
    }

    /** A number for each index of a value. */
    @FunctionalInterface
    interface NumberAt {
        float at(int index);
    }

    /** {@code scale_i * x_i + shift_i}. */
    Placed affine(String name, Placed v, NumberAt scale, NumberAt shift) {
        int size = out.shapeOf(v.node()).size();
        float[] scales = new float[size];
        float[] shifts = new float[size];
        Arrays.fill(scales, Float.NaN);
        for (int i = 0; i < v.shape().size(); i++) {
            int p = v.at(i);
            if (!Float.isNaN(scales[p]) && (scales[p] != scale.at(i) || shifts[p] != shift.at(i))) {
                // One number of the node stands for several of the value, which now part ways.
                Placed apart = new Placed(out.materialise(name, v), v.shape(), null, false);
                return apart.node() == v.node() ? apart : affine(name, apart, scale, shift);
            }
            scales[p] = scale.at(i);
            shifts[p] = shift.at(i);
        }
        for (int p = 0; p < size; p++) {
            if (Float.isNaN(scales[p])) {
                // Numbers that the value leaves out: anything will do, best what their channel has.
                boolean first = p == 0;
                scales[p] = first ? 1 : scales[p - 1];
                shifts[p] = first ? 0 : shifts[p - 1];
            }
        }
        return out.affine(name, v, scales, shifts);
    }

    private Placed affine(String name, Placed v, float scale, float shift) {
        return affine(name, v, i -> scale, i -> shift);
    }

    private Placed pointwise(String name, Operator operator, Placed v) {
        int node = out.add(name, operator, out.shapeOf(v.node()), v.node());
        return new Placed(node, v.shape(), v.place(), true);
    }

    private Placed relu(String name, Placed v) {
        return pointwise(name, new Operator.Relu(), v);
    }

    /** The same value, for a second reader: what made it must not be changed any more. */
    private static Placed shared(Placed v) {
        return new Placed(v.node(), v.shape(), v.place(), false);
    }

    /** The operator's private form, or null if it has none. */
    @Nullable
    Placed unary(String name, Operator operator, Placed x) {
        if (operator instanceof Operator.Relu || operator instanceof Operator.Square) {
            return pointwise(name, operator, x);
        }
        if (operator instanceof Operator.Clip clip) {
            return clip(name, x, clip.low(), clip.high());
        }
        if (!(operator instanceof Operator.Unary unary)) {
            return null;
        }
        return switch (unary.function()) {
            case NEG -> affine(name, x, -1, 0);
            case ABS -> leaky(name, x, i -> -1);
            case LEAKY_RELU -> leaky(name, x, i -> unary.alpha());
            case HARD_SIGMOID -> clip(name, affine(name + ".line", x, unary.alpha(), unary.beta()), 0, 1);
            default -> null;
        };
    }

    /** {@code x < 0 ? slope x : x}, as {@code relu(x) - slope relu(-x)}. */
    private Placed leaky(String name, Placed x, NumberAt slope) {
        Placed y = shared(x);
        Placed positive = relu(name + ".positive", y);
        Placed negative = relu(name + ".negative", affine(name + ".negated", y, -1, 0));
        Placed scaled = affine(name + ".slope", negative, i -> -slope.at(i), i -> 0);
        return sum(name, List.of(positive, scaled));
    }

    private Placed clip(String name, Placed x, float low, float high) {
        Node maker = out.graph().node(x.node());
        if (maker.operator() instanceof Operator.Relu && low <= 0 && high > 0) {
            return high == Float.POSITIVE_INFINITY
                    ? x
                    : new Placed(
                            out.add(name, new Operator.Clip(0, high), maker.shape(), maker.input()),
                            x.shape(),
                            x.place(),
                            true);
        }
        if (low == 0 && high == Float.POSITIVE_INFINITY) {
            if (maker.operator() instanceof Operator.Clip earlier && earlier.low() <= 0 && earlier.high() > 0) {
                int node = out.add(name, new Operator.Clip(0, earlier.high()), maker.shape(), maker.input());
                return new Placed(node, x.shape(), x.place(), true);
            }
            return relu(name, x);
        }
        if (low == 0 && high > 0) {
            return pointwise(name, new Operator.Clip(low, high), x);
        }
        if (low == Float.NEGATIVE_INFINITY) {
            Placed gap = relu(name + ".gap", affine(name + ".below", x, -1, high));
            return affine(name, gap, -1, high);
        }
        if (high > low) {
            Placed moved = affine(name + ".moved", x, 1, -low);
            return affine(name, clip(name + ".clip", moved, 0, high - low), 1, low);
        }
        return pointwise(name, new Operator.Clip(low, high), x);
    }

    /** A function of a value and a constant that does not widen it; null if it has no private form. */
    @Nullable
    Placed withConstant(
            String name, Operator.Binary.Function function, Placed x, FloatTensor constant, boolean constantLeft) {
        int[] table = new int[x.shape().size()];
        Shapes.fill(table, x.shape().toArray(), ShapeRules.broadcastStrides(constant.shape(), x.shape()), 0);
        float[] c = constant.values();
        return switch (function) {
            case ADD -> affine(name, x, i -> 1, i -> c[table[i]]);
            case SUB ->
                constantLeft ? affine(name, x, i -> -1, i -> c[table[i]]) : affine(name, x, i -> 1, i -> -c[table[i]]);
            case MUL -> affine(name, x, i -> c[table[i]], i -> 0);
            case DIV -> constantLeft ? null : affine(name, x, i -> 1 / c[table[i]], i -> 0);
            case PRELU -> constantLeft ? null : leaky(name, x, i -> c[table[i]]);
            case MAX ->
                affine(
                        name,
                        relu(name, affine(name + ".above", x, i -> 1, i -> -c[table[i]])),
                        i -> 1,
                        i -> c[table[i]]);
            case MIN ->
                affine(
                        name,
                        relu(name, affine(name + ".below", x, i -> -1, i -> c[table[i]])),
                        i -> -1,
                        i -> c[table[i]]);
            case POW -> null;
        };
    }

    /** A function of two values of one shape; null if it has no private form. */
    @Nullable
    Placed ofTwo(String name, Operator.Binary.Function function, Placed x, Placed y) {
        return switch (function) {
            case ADD -> sum(name, List.of(x, y));
            case SUB -> sum(name, List.of(x, affine(name + ".negated", y, -1, 0)));
            case MAX -> {
                Placed gap = relu(
                        name + ".gap",
                        sum(name + ".difference", List.of(y, affine(name + ".negated", shared(x), -1, 0))));
                yield sum(name, List.of(x, gap));
            }
            case MIN -> {
                Placed gap = relu(
                        name + ".gap",
                        sum(name + ".difference", List.of(x, affine(name + ".negated", shared(y), -1, 0))));
                yield sum(name, List.of(x, affine(name + ".taken", gap, -1, 0)));
            }
            case MUL, DIV, POW, PRELU -> null;
        };
    }

    /** The sum of values of one shape, in the places of the first. */
    Placed sum(String name, List<Placed> operands) {
        Placed first = operands.get(0);
        if (first.place() != null
                && first.shape().size() != out.shapeOf(first.node()).size()) {
            first = new Placed(out.materialise(name, first), first.shape(), null, false);
        }
        List<Integer> nodes = new ArrayList<>(List.of(first.node()));
        for (Placed operand : operands.subList(1, operands.size())) {
            nodes.add(alongside(name, first, operand));
        }
        int node = out.graph().add(name, new Operator.Sum(), nodes, out.shapeOf(first.node()));
        return new Placed(node, first.shape(), first.place(), true);
    }

    /** A node that has the values of {@code v} where {@code first} has its own. */
    private int alongside(String name, Placed first, Placed v) {
        Shape shape = out.shapeOf(first.node());
        if (Arrays.equals(first.place(), v.place()) && out.shapeOf(v.node()).size() == shape.size()) {
            return out.reshape(v.node(), shape);
        }
        int[] place = new int[shape.size()];
        for (int i = 0; i < place.length; i++) {
            place[first.at(i)] = v.at(i);
        }
        return out.materialise(name, out.placed(v.node(), shape, place, false));
    }
}
