package io.tacit.model.reference;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.integer.Window;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Evaluates an integer network value by value, straight from the definitions of its steps, in unbounded integers. */
public final class NaiveEvaluator {

    private NaiveEvaluator() {}

    /** The results of all steps for one input tensor. */
    public static List<BigInteger[]> evaluate(IntegerNetwork network, BigInteger[] input) {
        List<BigInteger[]> results = new ArrayList<>();
        for (Step step : network.steps()) {
            BigInteger[] result = new BigInteger[step.shape().size()];
            for (int c = 0; c < step.shape().channels(); c++) {
                for (int y = 0; y < step.shape().height(); y++) {
                    for (int x = 0; x < step.shape().width(); x++) {
                        result[at(step.shape(), c, y, x)] = step instanceof Step.Input
                                ? input[at(step.shape(), c, y, x)]
                                : value(network, step, results, c, y, x);
                    }
                }
            }
            results.add(result);
        }
        return results;
    }

    private static int at(TensorShape shape, int c, int y, int x) {
        return (c * shape.height() + y) * shape.width() + x;
    }

    private static BigInteger value(
            IntegerNetwork network, Step step, List<BigInteger[]> results, int c, int y, int x) {
        BigInteger[] in = results.get(step.sources().get(0));
        TensorShape shape = network.steps().get(step.sources().get(0)).shape();
        BigInteger here = step.shape().equals(shape) ? in[at(shape, c, y, x)] : BigInteger.ZERO;
        if (step instanceof Step.Linear s) {
            return linear(s, in, c, y, x);
        }
        if (step instanceof Step.SumPool s) {
            return window(s.window(), shape, in, c, y, x).stream().reduce(BigInteger.ZERO, BigInteger::add);
        }
        if (step instanceof Step.MaxPool s) {
            return window(s.window(), shape, in, c, y, x).stream()
                    .max(BigInteger::compareTo)
                    .orElseThrow();
        }
        if (step instanceof Step.Sum s) {
            BigInteger sum = BigInteger.ZERO;
            for (int i = 0; i < s.sources().size(); i++) {
                BigInteger factor = BigInteger.TWO.pow(s.leftShifts().get(i));
                sum = sum.add(results.get(s.sources().get(i))[at(shape, c, y, x)].multiply(factor));
            }
            return sum;
        }
        if (step instanceof Step.Concat s) {
            int channel = c;
            for (int source : s.sources()) {
                TensorShape part = network.steps().get(source).shape();
                if (channel < part.channels()) {
                    return results.get(source)[at(part, channel, y, x)];
                }
                channel -= part.channels();
            }
            throw new AssertionError("channel " + c + " of " + s.name());
        }
        if (step instanceof Step.Deferred s) {
            if (s.kind() == Step.Nonlinearity.SQUARE) {
                return here.multiply(here);
            }
            BigInteger positive = here.signum() > 0 ? here : BigInteger.ZERO;
            return s.ceiling() != null && positive.compareTo(s.ceiling()) > 0 ? s.ceiling() : positive;
        }
        Step.Activation s = (Step.Activation) step;
        BigInteger divisor = BigInteger.TWO.pow(s.shift(c));
        BigInteger[] parts = here.divideAndRemainder(divisor);
        BigInteger floor = parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
        BigInteger half = BigInteger.TWO.pow(s.bits() - 1);
        BigInteger low = s.kind() == Step.Nonlinearity.RELU ? BigInteger.ZERO : half.negate();
        BigInteger high = BigInteger.valueOf(s.ceiling());
        BigInteger clamped = floor.compareTo(low) < 0 ? low : floor.compareTo(high) > 0 ? high : floor;
        return s.kind() == Step.Nonlinearity.SQUARE ? clamped.multiply(clamped) : clamped;
    }

    private static List<BigInteger> window(Window w, TensorShape shape, BigInteger[] in, int c, int y, int x) {
        List<BigInteger> values = new ArrayList<>();
        for (int ky = 0; ky < w.height(); ky++) {
            for (int kx = 0; kx < w.width(); kx++) {
                int iy = y * w.strideY() - w.padTop() + ky;
                int ix = x * w.strideX() - w.padLeft() + kx;
                if (iy >= 0 && iy < shape.height() && ix >= 0 && ix < shape.width()) {
                    values.add(in[at(shape, c, iy, ix)]);
                }
            }
        }
        return values;
    }

    private static BigInteger linear(Step.Linear s, BigInteger[] in, int m, int y, int x) {
        ConvolutionGeometry g = s.geometry();
        BigInteger sum = BigInteger.valueOf(s.bias()[m]).multiply(BigInteger.TWO.pow(s.biasShift()));
        int perGroup = g.inChannels() / g.groups();
        int group = m / (g.outChannels() / g.groups());
        for (int c = 0; c < perGroup; c++) {
            for (int ky = 0; ky < g.kernelHeight(); ky++) {
                for (int kx = 0; kx < g.kernelWidth(); kx++) {
                    int iy = y * g.strideY() - g.padTop() + ky * g.dilationY();
                    int ix = x * g.strideX() - g.padLeft() + kx * g.dilationX();
                    if (iy >= 0 && iy < g.inHeight() && ix >= 0 && ix < g.inWidth()) {
                        int weight = s.weights()[((m * perGroup + c) * g.kernelHeight() + ky) * g.kernelWidth() + kx];
                        int index = ((group * perGroup + c) * g.inHeight() + iy) * g.inWidth() + ix;
                        sum = sum.add(in[index].multiply(BigInteger.valueOf(weight)));
                    }
                }
            }
        }
        return sum;
    }
}
