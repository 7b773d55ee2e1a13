package io.tacit.model.reference;

import io.tacit.model.graph.FloatTensor;
import io.tacit.model.graph.Operator;
import io.tacit.model.graph.Shape;

/** Functions of single values, and of two broadcast tensors. */
final class FloatElementwise {

    private FloatElementwise() {}

    static FloatTensor unary(Operator operator, FloatTensor x) {
        float[] in = x.values();
        float[] y = new float[in.length];
        if (operator instanceof Operator.Relu) {
            for (int i = 0; i < y.length; i++) {
                y[i] = Math.max(0f, in[i]);
            }
        } else if (operator instanceof Operator.Clip clip) {
            for (int i = 0; i < y.length; i++) {
                y[i] = Math.min(Math.max(in[i], clip.low()), clip.high());
            }
        } else if (operator instanceof Operator.Square) {
            for (int i = 0; i < y.length; i++) {
                y[i] = in[i] * in[i];
            }
        } else if (operator instanceof Operator.Affine affine) {
            int channels = affine.scale().length;
            int inner = x.shape().sizeFrom(2);
            for (int i = 0; i < y.length; i++) {
                int c = i / inner % channels;
                y[i] = affine.scale()[c] * in[i] + affine.shift()[c];
            }
        } else if (operator instanceof Operator.Unary unary) {
            for (int i = 0; i < y.length; i++) {
                y[i] = (float) apply(unary, in[i]);
            }
        } else {
            throw new IllegalArgumentException("no evaluation of " + operator.title());
        }
        return new FloatTensor(x.shape(), y);
    }

    private static double apply(Operator.Unary unary, double x) {
        double a = unary.alpha();
        double b = unary.beta();
        return switch (unary.function()) {
            case SIGMOID -> 1 / (1 + Math.exp(-x));
            case TANH -> Math.tanh(x);
            case EXP -> Math.exp(x);
            case LOG -> Math.log(x);
            case SQRT -> Math.sqrt(x);
            case ABS -> Math.abs(x);
            case NEG -> -x;
            case RECIPROCAL -> 1 / x;
            case FLOOR -> Math.floor(x);
            case CEIL -> Math.ceil(x);
            case ERF -> erf(x);
            case SOFTPLUS -> x > 30 ? x : Math.log1p(Math.exp(x));
            case SOFTSIGN -> x / (1 + Math.abs(x));
            case LEAKY_RELU -> x < 0 ? a * x : x;
            case ELU -> x < 0 ? a * Math.expm1(x) : x;
            case SELU -> b * (x > 0 ? x : a * Math.expm1(x));
            case HARD_SIGMOID -> Math.max(0, Math.min(1, a * x + b));
            case HARD_SWISH -> x * Math.max(0, Math.min(1, x / 6 + 0.5));
            case THRESHOLDED_RELU -> x > a ? x : 0;
        };
    }

    /** Error function by its series near 0 and its continued fraction elsewhere; about 1e-12. */
    private static double erf(double x) {
        double t = Math.abs(x);
        if (t > 6) {
            return Math.signum(x);
        }
        double result;
        if (t < 2.5) {
            double term = t;
            double sum = t;
            for (int n = 1; n < 80; n++) {
                term *= -t * t / n;
                sum += term / (2 * n + 1);
            }
            result = 2 / Math.sqrt(Math.PI) * sum;
        } else {
            double fraction = 0;
            for (int n = 60; n > 0; n--) {
                fraction = n / 2.0 / (t + fraction);
            }
            result = 1 - Math.exp(-t * t) / Math.sqrt(Math.PI) / (t + fraction);
        }
        return x < 0 ? -result : result;
    }

    static FloatTensor binary(Operator.Binary.Function function, FloatTensor x, FloatTensor y, Shape shape) {
        int rank = shape.rank();
        int[] dims = shape.toArray();
        int[] xStrides = broadcastStrides(x.shape(), shape);
        int[] yStrides = broadcastStrides(y.shape(), shape);
        float[] out = new float[shape.size()];
        int[] at = new int[rank];
        int xAt = 0;
        int yAt = 0;
        for (int i = 0; i < out.length; i++) {
            out[i] = apply(function, x.values()[xAt], y.values()[yAt]);
            for (int d = rank - 1; d >= 0; d--) {
                xAt += xStrides[d];
                yAt += yStrides[d];
                if (++at[d] < dims[d]) {
                    break;
                }
                xAt -= xStrides[d] * dims[d];
                yAt -= yStrides[d] * dims[d];
                at[d] = 0;
            }
        }
        return new FloatTensor(shape, out);
    }

    /** Strides of {@code from} when it is read under the shape {@code to}: 0 along broadcast axes. */
    static int[] broadcastStrides(Shape from, Shape to) {
        int[] strides = new int[to.rank()];
        int[] own = from.strides();
        int lead = to.rank() - from.rank();
        for (int d = 0; d < from.rank(); d++) {
            strides[lead + d] = from.dim(d) == 1 ? 0 : own[d];
        }
        return strides;
    }

    private static float apply(Operator.Binary.Function function, float x, float y) {
        return switch (function) {
            case ADD -> x + y;
            case SUB -> x - y;
            case MUL -> x * y;
            case DIV -> x / y;
            case POW -> (float) Math.pow(x, y);
            case MIN -> Math.min(x, y);
            case MAX -> Math.max(x, y);
            case PRELU -> x < 0 ? y * x : x;
        };
    }
}
