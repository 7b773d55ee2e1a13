package io.tacit.model.integer;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.integer.PublicStep.Operation;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whether the steps of a network are in order, named apart, and fit one another's shapes. */
final class ShapeCheck {

    private ShapeCheck() {}

    /** @throws IllegalArgumentException naming the first step that is out of order or does not fit its sources */
    static void check(List<Step> steps) {
        checkPublic(steps.stream().map(PublicStep::of).toList());
    }

    /** @throws IllegalArgumentException naming the first step that is out of order or does not fit its sources */
    static void checkPublic(List<PublicStep> steps) {
        if (steps.isEmpty() || !(steps.get(0).operation() instanceof Operation.Input)) {
            throw new IllegalArgumentException("the first step of a network is its input");
        }
        if (steps.size() > IntegerNetwork.MAX_STEPS) {
            throw new IllegalArgumentException(steps.size() + " steps are more than " + IntegerNetwork.MAX_STEPS);
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < steps.size(); i++) {
            PublicStep step = steps.get(i);
            if (!names.add(step.name())) {
                throw new IllegalArgumentException("two steps are named " + step.name());
            }
            if (i > 0 && step.operation() instanceof Operation.Input) {
                throw new IllegalArgumentException(step.name() + ": a network has one input");
            }
            if (step.shape().size() > IntegerNetwork.MAX_TENSOR_SIZE) {
                throw new IllegalArgumentException(step.name() + ": " + step.shape() + " is more than "
                        + IntegerNetwork.MAX_TENSOR_SIZE + " values");
            }
            for (int source : step.sources()) {
                if (source < 0 || source >= i) {
                    throw new IllegalArgumentException(
                            step.name() + " reads step " + source + ", which is not before it");
                }
            }
            TensorShape expected = expected(step, steps);
            if (!expected.equals(step.shape())) {
                throw new IllegalArgumentException(step.name() + ": shape " + step.shape() + " should be " + expected);
            }
        }
    }

    private static TensorShape expected(PublicStep step, List<PublicStep> steps) {
        if (step.operation() instanceof Operation.Input) {
            return step.shape();
        }
        TensorShape in = steps.get(step.sources().get(0)).shape();
        if (step.operation() instanceof Operation.Linear linear) {
            ConvolutionGeometry g = linear.geometry();
            boolean fits = g.isDense()
                    ? in.size() == g.inChannels()
                    : in.channels() == g.inChannels() && in.height() == g.inHeight() && in.width() == g.inWidth();
            if (!fits) {
                throw new IllegalArgumentException(step.name() + ": " + g + " does not read " + in);
            }
            return new TensorShape(g.outChannels(), g.outHeight(), g.outWidth());
        }
        if (step.operation() instanceof Operation.SumPool pool) {
            return pool.window().over(in);
        }
        if (step.operation() instanceof Operation.MaxPool pool) {
            return pool.window().over(in);
        }
        if (step.operation() instanceof Operation.Concat) {
            long channels = 0;
            for (int source : step.sources()) {
                TensorShape part = steps.get(source).shape();
                if (part.height() != in.height() || part.width() != in.width()) {
                    throw new IllegalArgumentException(step.name() + " joins " + in + " and " + part);
                }
                channels += part.channels();
            }
            if (channels > IntegerNetwork.MAX_TENSOR_SIZE) {
                throw new IllegalArgumentException(step.name() + " has " + channels + " channels");
            }
            return new TensorShape((int) channels, in.height(), in.width());
        }
        for (int source : step.sources()) { // sums and non-linear steps keep the shape
            if (!steps.get(source).shape().equals(in)) {
                throw new IllegalArgumentException(step.name() + " adds " + in + " and "
                        + steps.get(source).shape());
            }
        }
        return in;
    }
}
