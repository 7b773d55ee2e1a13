package io.tacit.model.separate;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.kernel.provider.Kernels;
import io.tacit.model.Finding;
import io.tacit.model.UnsupportedModelException;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.IntegerTensor.Width;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.reference.StepEvaluator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts the images of one labelled set that separated networks get right, for many choices of core filters. Exact: the counts
 * are those of {@link io.tacit.model.reference.IntegerEvaluator} on the networks of {@link Separation}. What choices have in
 * common is computed once: the square of the first convolution, the second convolution of all channels, and for each choice of
 * first filters the first linear layer behind the second convolution, to which a second filter adds its part. Thread-safe.
 */
public final class SelectionJudge {
    private final IntegerNetwork network;
    private final CoreSegment segment;
    private final int[] labels;
    private final int batch;
    private final List<Integer> channelwise; // steps behind the second convolution that keep channels apart
    private final int mixing; // the linear layer that reads the last of them
    private final IntegerTensor square;
    private final IntegerTensor second;
    private final IntegerTensor whole; // what the mixing layer reads, of the original network
    private final IntegerTensor zero; // the same where the second convolution's channels are zero
    private final Features features;

    /** Feature maps of the original network, for rankings that look at them: after the first and the second convolution. */
    record Features(IntegerTensor first, IntegerTensor second) {}

    /**
     * @param images as the network reads them
     * @param labels class of each image
     * @throws UnsupportedModelException if channels of the second convolution mix elsewhere than in one linear layer
     */
    public SelectionJudge(
            IntegerNetwork network, CoreSegment segment, IntegerTensor images, int[] labels, Workers workers) {
        if (labels.length != images.batch() || labels.length == 0) {
            throw new IllegalArgumentException(labels.length + " labels for " + images.batch() + " images");
        }
        this.network = network;
        this.segment = segment;
        this.labels = labels.clone();
        this.batch = labels.length;
        this.channelwise = new ArrayList<>();
        this.mixing = findMixing();
        StepEvaluator evaluator = new StepEvaluator(workers);
        IntegerTensor at = images;
        IntegerTensor first = images;
        for (int i = segment.firstConvolution(); i <= segment.square(); i++) {
            at = evaluator.apply(network.steps().get(i), List.of(at));
            first = i == segment.firstConvolution() ? at : first;
        }
        this.square = at;
        this.second = evaluator.apply(segment.second(network), List.of(square)).to(Width.LONG);
        this.features = new Features(first, second);
        this.whole = behind(second, evaluator);
        this.zero = behind(
                IntegerTensor.ofLongs(
                        batch, second.shape(), new long[batch * second.shape().size()]),
                evaluator);
    }

    private int findMixing() {
        List<Step> steps = network.steps();
        int at = segment.secondConvolution();
        while (true) {
            List<Integer> readers = new ArrayList<>();
            for (int i = at + 1; i < steps.size(); i++) {
                if (steps.get(i).sources().contains(at)) {
                    readers.add(i);
                }
            }
            Step next = readers.size() == 1 ? steps.get(readers.get(0)) : steps.get(at);
            boolean chain = readers.size() == 1;
            if (chain && next instanceof Step.Linear linear && linear.geometry().groups() == 1) {
                if (!linear.range().fitsInt() || !steps.get(at).range().fitsInt()) {
                    throw refusal(next, "takes more than 32 bits");
                }
                requireNoOtherReader();
                return readers.get(0);
            }
            boolean apart = next instanceof Step.SumPool
                    || next instanceof Step.MaxPool
                    || next instanceof Step.Activation
                    || next instanceof Step.Linear linear
                            && linear.geometry().groups() == linear.geometry().outChannels()
                            && linear.geometry().inChannels()
                                    == linear.geometry().outChannels();
            if (!chain || !apart) {
                throw refusal(next, "mixes the second convolution's channels, or is where ways part");
            }
            at = readers.get(0);
            channelwise.add(at);
        }
    }

    private void requireNoOtherReader() {
        for (int i = segment.square() + 1; i < network.steps().size(); i++) {
            if (i != segment.secondConvolution()
                    && network.steps().get(i).sources().contains(segment.square())) {
                throw refusal(network.steps().get(i), "reads the square beside the second convolution");
            }
        }
    }

    private static UnsupportedModelException refusal(Step step, String problem) {
        return new UnsupportedModelException(List.of(new Finding(
                step.name(),
                step.getClass().getSimpleName(),
                "",
                0,
                problem,
                "name the core filters yourself: they are searched for where one linear layer follows the second"
                        + " convolution")));
    }

    public IntegerNetwork network() {
        return network;
    }

    public CoreSegment segment() {
        return segment;
    }

    Features features() {
        return features;
    }

    /** Number of images. */
    public int images() {
        return batch;
    }

    /** Share of a count of images, in percent. */
    public double percent(int correct) {
        return 100.0 * correct / batch;
    }

    /** Images that the original network gets right. */
    public int original() {
        return correct(mixed(whole));
    }

    /** Accuracies of a choice. */
    public SelectionScore score(CoreFilters core) {
        Plain plain = withFirst(core.first());
        return new SelectionScore(
                percent(original()),
                percent(plain.correct(plain.separated(core.second()))),
                percent(plain.correct(plain.removed(core.second()))));
    }

    /** Everything that depends on the core filters of the first convolution alone. */
    public Plain withFirst(List<Integer> first) {
        return new Plain(first);
    }

    /** The network whose second convolution reads no core channel, and what a filter of it adds when it is core. */
    public final class Plain {
        private final IntegerTensor plain;
        private final int[] base;

        private Plain(List<Integer> first) {
            StepEvaluator evaluator = new StepEvaluator(Workers.NONE);
            plain = first.isEmpty() ? whole : behind(withoutInputs(first), evaluator);
            base = mixed(plain);
        }

        /** Sums of the mixing layer where no filter of the second convolution is core. */
        public int[] base() {
            return base;
        }

        /** Sums of the mixing layer of the separated network. */
        public int[] separated(List<Integer> core) {
            int[] sums = base.clone();
            core.forEach(channel -> addSeparated(sums, channel));
            return sums;
        }

        /** Sums of the mixing layer of the network without its core filters. */
        public int[] removed(List<Integer> core) {
            int[] sums = base.clone();
            core.forEach(channel -> addRemoved(sums, channel));
            return sums;
        }

        /** Makes one plain filter a core one that reads all channels. */
        public void addSeparated(int[] sums, int channel) {
            addDifference(sums, channel, whole, plain);
        }

        /** Takes one plain filter away. */
        public void addRemoved(int[] sums, int channel) {
            addDifference(sums, channel, zero, plain);
        }

        /** Puts one filter, reading plain channels only, where there was none. */
        public void addPlain(int[] sums, int channel) {
            addDifference(sums, channel, plain, zero);
        }

        /** Images that are got right. */
        public int correct(int[] sums) {
            return SelectionJudge.this.correct(sums);
        }
    }

    /** The second convolution without what some channels of its input contribute. */
    private IntegerTensor withoutInputs(List<Integer> inputs) {
        Step.Linear step = segment.second(network);
        ConvolutionGeometry g = step.geometry();
        int plane = g.inHeight() * g.inWidth();
        long[] read = new long[batch * inputs.size() * plane];
        int at = 0;
        for (int image = 0; image < batch; image++) {
            for (int input : inputs) {
                for (int i = 0; i < plane; i++) {
                    read[at++] = square.get((image * g.inChannels() + input) * plane + i);
                }
            }
        }
        int[] weights = CoreSegment.weights(step, CoreFilters.others(List.of(), g.outChannels()), inputs);
        long[] wide = new long[weights.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = weights[i];
        }
        long[] out = new long[second.longs().length];
        Kernels.active().ring64().convolve(withInputs(g, inputs.size()), batch, wide, read, 0, out, 0, Workers.NONE);
        for (int i = 0; i < out.length; i++) {
            out[i] = second.longs()[i] - out[i];
        }
        return IntegerTensor.ofLongs(batch, second.shape(), out);
    }

    private static ConvolutionGeometry withInputs(ConvolutionGeometry g, int inputs) {
        return new ConvolutionGeometry(
                inputs,
                g.inHeight(),
                g.inWidth(),
                g.outChannels(),
                g.kernelHeight(),
                g.kernelWidth(),
                g.strideY(),
                g.strideX(),
                g.padTop(),
                g.padLeft(),
                g.padBottom(),
                g.padRight(),
                g.dilationY(),
                g.dilationX(),
                1);
    }

    /** The steps that keep channels apart. */
    private IntegerTensor behind(IntegerTensor convolved, StepEvaluator evaluator) {
        IntegerTensor at = convolved;
        for (int index : channelwise) {
            at = evaluator.apply(network.steps().get(index), List.of(at));
        }
        return at.to(Width.INT);
    }

    private Step.Linear mixing() {
        return (Step.Linear) network.steps().get(mixing);
    }

    private int[] mixed(IntegerTensor read) {
        return new StepEvaluator(Workers.NONE)
                .apply(mixing(), List.of(read))
                .ints()
                .clone();
    }

    /** Adds what the mixing layer makes of one channel of {@code to} less that of {@code from}. */
    private void addDifference(int[] sums, int channel, IntegerTensor to, IntegerTensor from) {
        Step.Linear step = mixing();
        ConvolutionGeometry g = step.geometry();
        TensorShape shape = to.shape();
        int plane = shape.height() * shape.width();
        int[] difference = new int[batch * plane];
        for (int image = 0; image < batch; image++) {
            int source = image * shape.size() + channel * plane;
            for (int i = 0; i < plane; i++) {
                difference[image * plane + i] = to.ints()[source + i] - from.ints()[source + i];
            }
        }
        ConvolutionGeometry own = g.isDense() ? ConvolutionGeometry.dense(plane, g.outChannels()) : withInputs(g, 1);
        int each = own.taps();
        int[] weights = new int[g.outChannels() * each];
        for (int out = 0; out < g.outChannels(); out++) {
            System.arraycopy(step.weights(), out * g.taps() + channel * each, weights, out * each, each);
        }
        int[] added = new int[sums.length];
        Kernels.active().ring32().convolve(own, batch, weights, difference, 0, added, 0, Workers.NONE);
        for (int i = 0; i < sums.length; i++) {
            sums[i] += added[i];
        }
    }

    /** The rest of the network. */
    private int correct(int[] sums) {
        StepEvaluator evaluator = new StepEvaluator(Workers.NONE);
        List<Step> steps = network.steps();
        @Nullable IntegerTensor[] results = new IntegerTensor[steps.size()];
        IntegerTensor last = IntegerTensor.ofInts(batch, mixing().shape(), sums);
        results[mixing] = last;
        for (int i = mixing + 1; i < steps.size(); i++) {
            List<IntegerTensor> sources = new ArrayList<>();
            for (int source : steps.get(i).sources()) {
                IntegerTensor result = results[source];
                if (result == null) {
                    throw new IllegalStateException(steps.get(i).name() + " reads what is before the mixing layer");
                }
                sources.add(result);
            }
            last = evaluator.apply(steps.get(i), sources);
            results[i] = last;
        }
        int correct = 0;
        for (int image = 0; image < batch; image++) {
            correct += last.argMax(image) == labels[image] ? 1 : 0;
        }
        return correct;
    }
}
