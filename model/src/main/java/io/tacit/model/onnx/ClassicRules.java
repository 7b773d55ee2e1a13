package io.tacit.model.onnx;

import io.tacit.model.graph.Operator;
import io.tacit.model.graph.Shape;
import java.util.List;

/** Reads the operators of {@code ai.onnx.ml} that converters of classic learning libraries put around networks. */
final class ClassicRules {

    private ClassicRules() {}

    /** {@code (x - offset) * scale}. */
    static Value scaler(NodeContext c) {
        Value x = number(c);
        int features = x.shape().dim(1);
        float[] offset = spread(c.reals("offset", 0), features, "offset");
        float[] scale = spread(c.reals("scale", 1), features, "scale");
        float[] shift = new float[features];
        for (int i = 0; i < features; i++) {
            shift[i] = -offset[i] * scale[i];
        }
        return c.emit(
                new Operator.Affine(NodeContext.finite(scale, "the scales"), NodeContext.finite(shift, "the offsets")),
                x.shape(),
                x);
    }

    private static float[] spread(float[] values, int count, String name) {
        if (values.length != 1 && values.length != count) {
            throw new Refusal(name + " has " + values.length + " values for " + count + " features", "export again");
        }
        float[] all = new float[count];
        for (int i = 0; i < count; i++) {
            all[i] = values[values.length == 1 ? 0 : i];
        }
        return all;
    }

    /** Label and scores of a linear classifier with one row of coefficients a class. */
    static List<Value> linearClassifier(NodeContext c) {
        float[] bias = c.reals("intercepts");
        int classes = bias.length;
        if (classes < 2) {
            throw new Refusal("has " + classes + " rows of coefficients", "give a row of coefficients a class");
        }
        Value scores = linear(c, classes, bias);
        Value label =
                c.emit(new Operator.ArgMax(1, false), Shape.of(scores.shape().dim(0)), scores);
        return List.of(NodeContext.withType(label, ElementType.INT64), transformed(c, scores));
    }

    static Value linearRegressor(NodeContext c) {
        int targets = Windows.positive(c.integer("targets", 1), "targets");
        float[] bias = spread(c.reals("intercepts", 0), targets, "intercepts");
        return transformed(c, linear(c, targets, bias));
    }

    private static Value linear(NodeContext c, int outputs, float[] bias) {
        Value x = number(c);
        float[] weights = NodeContext.finite(c.reals("coefficients"), "the coefficients");
        int inputs = x.shape().dim(1);
        return c.emit(
                new Operator.Dense(inputs, outputs, weights, NodeContext.finite(bias, "the intercepts")),
                Shape.of(x.shape().dim(0), outputs),
                x);
    }

    private static Value transformed(NodeContext c, Value scores) {
        return switch (c.text("post_transform", "NONE")) {
            case "NONE" -> scores;
            case "SOFTMAX" -> c.emit(new Operator.Softmax(1, 2, false), scores.shape(), scores);
            case "LOGISTIC" ->
                c.emit(new Operator.Unary(Operator.Unary.Function.SIGMOID, 0, 0), scores.shape(), scores);
            default ->
                throw new Refusal(
                        "has the post_transform " + OnnxParser.shown(c.text("post_transform", "")), "use NONE");
        };
    }

    private static Value number(NodeContext c) {
        Value x = c.number(0);
        if (x.shape().rank() == 1) {
            x = c.reshape(x, Shape.of(1, x.shape().dim(0)));
        }
        if (x.shape().rank() != 2) {
            throw new Refusal("works on a tensor " + x.shape(), "use [1, features]");
        }
        return x;
    }

    /** The scores under names: the names stay with the model's owner, the scores go on. */
    static Value zipMap(NodeContext c) {
        Value x = c.number(0);
        return c.emit(new Operator.Label(), x.shape(), x);
    }

    /** The name of a class at an index: the index goes on. */
    static Value pickLabel(NodeContext c) {
        if (c.input(0) instanceof Value.Known && c.isLabel(c.input(1))) {
            return label(c, c.input(1));
        }
        throw new Refusal("picks features", "pick the features before the query");
    }

    static Value labelEncoder(NodeContext c) {
        if (c.isLabel(c.input(0))) {
            return label(c, c.input(0));
        }
        throw new Refusal("maps values to labels", "encode the inputs before the query");
    }

    private static Value label(NodeContext c, Value index) {
        return NodeContext.withType(c.emit(new Operator.Label(), index.shape(), index), ElementType.STRING);
    }
}
