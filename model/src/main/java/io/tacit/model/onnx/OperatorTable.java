package io.tacit.model.onnx;

import io.tacit.model.graph.Operator;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Every operator that is read, since which opset, and what becomes of it. */
final class OperatorTable {

    /** Oldest opset that is promised; operators that mean the same in older ones are read from there, too. */
    static final int MIN_NAMED_OPSET = 7;

    /** Newest opset that files may declare. */
    static final int MAX_OPSET = 21;

    /** How the notes of operators begin that are only computed beforehand. */
    static final String KNOWN_ONLY = "of what is known beforehand";

    /** Domain of the operators of classic learning libraries. */
    static final String CLASSIC = "ai.onnx.ml";

    /** What private evaluation makes of an operator. */
    enum PrivateUse {
        YES("yes"),
        FOLDED("yes, folded into its neighbours"),
        LAST("as the last operator: left to the receiver of the scores"),
        NO("no");

        private final String text;

        PrivateUse(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    /** Appends the nodes of one operation and returns its results. */
    @FunctionalInterface
    interface Reading {
        List<Value> read(NodeContext context);
    }

    /** Like {@link Reading}, with one result. */
    @FunctionalInterface
    interface SingleReading {
        Value read(NodeContext context);
    }

    /**
     * @param since first opset in which the operator has the meaning that is read
     * @param note what is read of it and what not; may be empty
     */
    record Entry(String domain, String type, int since, PrivateUse use, String note, Reading reading) {}

    private static final Map<String, Entry> ENTRIES = entries();

    private OperatorTable() {}

    static @Nullable Entry find(String domain, String type) {
        return ENTRIES.get(key(domain, type));
    }

    static Collection<Entry> all() {
        return ENTRIES.values();
    }

    private static String key(String domain, String type) {
        return domain + ":" + type;
    }

    /** Collects entries. */
    private static final class Table {
        final Map<String, Entry> entries = new TreeMap<>();

        void add(String type, int since, PrivateUse use, String note, SingleReading reading) {
            addAll("", type, since, use, note, c -> List.of(reading.read(c)));
        }

        void addAll(String domain, String type, int since, PrivateUse use, String note, Reading reading) {
            entries.put(key(domain, type), new Entry(domain, type, since, use, note, reading));
        }

        void unary(String type, PrivateUse use, String note, Operator.Unary.Function f, float alpha, float beta) {
            add(type, 1, use, note, c -> ElementwiseRules.unary(c, f, alpha, beta));
        }
    }

    private static Map<String, Entry> entries() {
        Table t = new Table();
        linear(t);
        elementwise(t);
        shapes(t);
        reductions(t);
        integers(t);
        classic(t);
        return Collections.unmodifiableMap(t.entries);
    }

    private static void linear(Table t) {
        t.add(
                "Conv",
                1,
                PrivateUse.YES,
                "one or two dimensions of space, groups, dilation, any padding",
                LinearRules::conv);
        t.add(
                "Gemm",
                1,
                PrivateUse.YES,
                "a matrix of constants on the right; transA, transB, alpha, beta",
                LinearRules::gemm);
        t.add("MatMul", 1, PrivateUse.YES, "a matrix of constants on the right", LinearRules::matMul);
        t.add(
                "MaxPool",
                1,
                PrivateUse.YES,
                "without indices; privately without dilation; ceil_mode",
                PoolRules::maxPool);
        t.add("AveragePool", 1, PrivateUse.YES, "count_include_pad, ceil_mode", PoolRules::averagePool);
        t.add("GlobalAveragePool", 1, PrivateUse.YES, "", PoolRules::globalAverage);
        t.add("GlobalMaxPool", 1, PrivateUse.YES, "", PoolRules::globalMax);
        t.add(
                "BatchNormalization",
                6,
                PrivateUse.FOLDED,
                "evaluation mode; alone: a depthwise convolution",
                ElementwiseRules::batchNormalization);
    }

    private static void elementwise(Table t) {
        t.add("Relu", 1, PrivateUse.YES, "", ElementwiseRules::relu);
        t.add("Clip", 6, PrivateUse.YES, "bounds as attributes or constants", ElementwiseRules::clip);
        String constants = "with a constant: folded";
        t.add(
                "Add",
                6,
                PrivateUse.YES,
                "residual sums; " + constants,
                c -> ElementwiseRules.binary(c, Operator.Binary.Function.ADD));
        t.add(
                "Sub",
                6,
                PrivateUse.YES,
                "differences; " + constants,
                c -> ElementwiseRules.binary(c, Operator.Binary.Function.SUB));
        t.add(
                "Mul",
                6,
                PrivateUse.YES,
                "x * x as the square; " + constants,
                c -> ElementwiseRules.binary(c, Operator.Binary.Function.MUL));
        t.add(
                "Div",
                6,
                PrivateUse.YES,
                "by a constant only",
                c -> ElementwiseRules.binary(c, Operator.Binary.Function.DIV));
        t.add("Pow", 1, PrivateUse.YES, "exponents 1 and 2 only", ElementwiseRules::pow);
        t.add("Sum", 6, PrivateUse.YES, "", ElementwiseRules::sum);
        t.add("Mean", 6, PrivateUse.YES, "", ElementwiseRules::mean);
        t.add("Max", 6, PrivateUse.YES, "as sums and Relu", c -> ElementwiseRules.extreme(c, true));
        t.add("Min", 6, PrivateUse.YES, "as sums and Relu", c -> ElementwiseRules.extreme(c, false));
        t.add("PRelu", 1, PrivateUse.YES, "as two Relu; constant slopes", ElementwiseRules::prelu);
        t.unary("LeakyRelu", PrivateUse.YES, "as two Relu", Operator.Unary.Function.LEAKY_RELU, 0.01f, 0);
        t.unary("Abs", PrivateUse.YES, "as two Relu", Operator.Unary.Function.ABS, 0, 0);
        t.unary("Neg", PrivateUse.FOLDED, "", Operator.Unary.Function.NEG, 0, 0);
        t.unary("HardSigmoid", PrivateUse.YES, "as a clip", Operator.Unary.Function.HARD_SIGMOID, 0.2f, 0.5f);
        t.unary("Sigmoid", PrivateUse.LAST, "", Operator.Unary.Function.SIGMOID, 0, 0);
        t.unary("Tanh", PrivateUse.NO, "", Operator.Unary.Function.TANH, 0, 0);
        t.unary("Exp", PrivateUse.NO, "", Operator.Unary.Function.EXP, 0, 0);
        t.unary("Log", PrivateUse.NO, "", Operator.Unary.Function.LOG, 0, 0);
        t.unary("Sqrt", PrivateUse.NO, "", Operator.Unary.Function.SQRT, 0, 0);
        t.unary("Reciprocal", PrivateUse.NO, "", Operator.Unary.Function.RECIPROCAL, 0, 0);
        t.unary("Floor", PrivateUse.NO, "", Operator.Unary.Function.FLOOR, 0, 0);
        t.unary("Ceil", PrivateUse.NO, "", Operator.Unary.Function.CEIL, 0, 0);
        t.unary("Erf", PrivateUse.NO, "", Operator.Unary.Function.ERF, 0, 0);
        t.unary("Softplus", PrivateUse.NO, "", Operator.Unary.Function.SOFTPLUS, 0, 0);
        t.unary("Softsign", PrivateUse.NO, "", Operator.Unary.Function.SOFTSIGN, 0, 0);
        t.unary("Elu", PrivateUse.NO, "", Operator.Unary.Function.ELU, 1, 0);
        t.unary("Selu", PrivateUse.NO, "", Operator.Unary.Function.SELU, 1.6732632f, 1.050701f);
        t.unary("HardSwish", PrivateUse.NO, "", Operator.Unary.Function.HARD_SWISH, 0, 0);
        t.unary("ThresholdedRelu", PrivateUse.NO, "", Operator.Unary.Function.THRESHOLDED_RELU, 1, 0);
        t.add("Softmax", 1, PrivateUse.LAST, "", c -> ElementwiseRules.softmax(c, false));
        t.add("LogSoftmax", 1, PrivateUse.LAST, "", c -> ElementwiseRules.softmax(c, true));
    }

    private static void shapes(Table t) {
        t.add("Identity", 1, PrivateUse.FOLDED, "", ShapeRules::identity);
        t.addAll("", "Dropout", 1, PrivateUse.FOLDED, "evaluation mode", ShapeRules::dropout);
        t.add("Constant", 1, PrivateUse.FOLDED, "dense tensors", ShapeRules::constant);
        t.add("Reshape", 1, PrivateUse.YES, "target known beforehand", ShapeRules::reshape);
        t.add("Flatten", 1, PrivateUse.YES, "", ShapeRules::flatten);
        t.add("Squeeze", 1, PrivateUse.YES, "", ShapeRules::squeeze);
        t.add("Unsqueeze", 1, PrivateUse.YES, "", ShapeRules::unsqueeze);
        String moved = "where a convolution or dense layer can take it in";
        t.add("Transpose", 1, PrivateUse.FOLDED, moved, ShapeRules::transpose);
        t.add("Slice", 1, PrivateUse.FOLDED, moved, ShapeRules::slice);
        t.add("Gather", 1, PrivateUse.FOLDED, moved + "; constant indices", ShapeRules::gather);
        t.addAll("", "Split", 2, PrivateUse.FOLDED, moved, ShapeRules::split);
        t.add("Expand", 8, PrivateUse.FOLDED, moved, ShapeRules::expand);
        t.add("DepthToSpace", 1, PrivateUse.FOLDED, moved, ShapeRules::depthToSpace);
        t.add("SpaceToDepth", 1, PrivateUse.FOLDED, moved, ShapeRules::spaceToDepth);
        t.add("Concat", 4, PrivateUse.YES, "along channels or features", ShapeRules::concat);
        t.add("Pad", 1, PrivateUse.FOLDED, "privately with a constant", ShapeRules::pad);
        t.add("Cast", 6, PrivateUse.FOLDED, "between floats, of constants, and of labels", ShapeRules::cast);
    }

    private static void reductions(Table t) {
        String linear = "as an average pool or a dense layer";
        t.add(
                "ReduceMean",
                1,
                PrivateUse.YES,
                linear,
                c -> ReductionRules.reduce(c, Operator.Reduce.Function.MEAN, 18));
        t.add("ReduceSum", 1, PrivateUse.YES, linear, c -> ReductionRules.reduce(c, Operator.Reduce.Function.SUM, 13));
        t.add(
                "ReduceMax",
                1,
                PrivateUse.YES,
                "over height and width",
                c -> ReductionRules.reduce(c, Operator.Reduce.Function.MAX, 18));
        t.add("ReduceMin", 1, PrivateUse.NO, "", c -> ReductionRules.reduce(c, Operator.Reduce.Function.MIN, 18));
        t.add("ReduceProd", 1, PrivateUse.NO, "", c -> ReductionRules.reduce(c, Operator.Reduce.Function.PROD, 18));
        t.add("ReduceL2", 1, PrivateUse.NO, "", c -> ReductionRules.reduce(c, Operator.Reduce.Function.L2, 18));
        t.add("ArgMax", 1, PrivateUse.LAST, "", ReductionRules::argMax);
    }

    private static void integers(Table t) {
        String known = KNOWN_ONLY;
        t.add("Shape", 1, PrivateUse.FOLDED, "", ShapeRules::shape);
        t.add("Size", 1, PrivateUse.FOLDED, "", ShapeRules::size);
        t.add("ConstantOfShape", 9, PrivateUse.FOLDED, known, IntegerRules::constantOfShape);
        t.add("Range", 11, PrivateUse.FOLDED, known, IntegerRules::range);
        t.add("Where", 9, PrivateUse.FOLDED, known, IntegerRules::where);
        t.add("Not", 1, PrivateUse.FOLDED, known, IntegerRules::not);
        for (String type : List.of("Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "And", "Or", "Mod")) {
            t.add(type, 7, PrivateUse.FOLDED, known, IntegerRules::compare);
        }
    }

    private static void classic(Table t) {
        t.addAll(CLASSIC, "Scaler", 1, PrivateUse.FOLDED, "", c -> List.of(ClassicRules.scaler(c)));
        t.addAll(CLASSIC, "LinearClassifier", 1, PrivateUse.YES, "two classes or more", ClassicRules::linearClassifier);
        t.addAll(CLASSIC, "LinearRegressor", 1, PrivateUse.YES, "", c -> List.of(ClassicRules.linearRegressor(c)));
        t.addAll(CLASSIC, "ZipMap", 1, PrivateUse.LAST, "", c -> List.of(ClassicRules.zipMap(c)));
        t.addAll(
                CLASSIC,
                "ArrayFeatureExtractor",
                1,
                PrivateUse.LAST,
                "choosing a label",
                c -> List.of(ClassicRules.pickLabel(c)));
        t.addAll(CLASSIC, "LabelEncoder", 1, PrivateUse.LAST, "", c -> List.of(ClassicRules.labelEncoder(c)));
    }
}
