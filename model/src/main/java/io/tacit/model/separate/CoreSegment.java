package io.tacit.model.separate;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.Finding;
import io.tacit.model.UnsupportedModelException;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the core filters of an integer network are: input, convolution, perhaps a sum pool, square, convolution, perhaps a sum
 * pool, exactly, without a shift between. All by index of the step.
 *
 * @param firstConvolution reads the input
 * @param firstPool side of the pool between the first convolution and the square, 1 for none
 * @param square the square, which the second convolution reads
 * @param secondConvolution the second convolution
 * @param secondPool side of the pool that alone reads the second convolution, 1 for none
 * @param boundary the second convolution, or the pool that alone reads it: the last step that is computed under encryption
 */
public record CoreSegment(
        int firstConvolution, int firstPool, int square, int secondConvolution, int secondPool, int boundary) {

    /** @throws UnsupportedModelException naming the step that is in the way */
    public static CoreSegment of(IntegerNetwork network) {
        List<Step> steps = network.steps();
        int first = only(steps, 0);
        convolution(steps, first, "reads the input");
        int at = only(steps, first);
        int firstPool = 1;
        if (steps.get(at) instanceof Step.SumPool pool) {
            firstPool = side(pool);
            at = only(steps, at);
        }
        if (!(steps.get(at) instanceof Step.Deferred deferred && deferred.kind() == Step.Nonlinearity.SQUARE)) {
            throw refusal(
                    steps.get(at),
                    "stands between the first two convolutions, where an exact square has to be",
                    "square there, and quantise with --defer from the first convolution to the second");
        }
        int square = at;
        int second = readers(steps, square).stream()
                .filter(reader -> convolutes(steps.get(reader)))
                .findFirst()
                .orElseThrow(() -> refusal(steps.get(square), "is read by no convolution", "take another network"));
        for (int reader : readers(steps, square)) {
            convolution(steps, reader, "reads the square");
        }
        int secondPool = 1;
        int boundary = second;
        List<Integer> after = readers(steps, second);
        if (after.size() == 1 && steps.get(after.get(0)) instanceof Step.SumPool pool && isPlain(pool)) {
            secondPool = pool.window().height();
            boundary = after.get(0);
        }
        return new CoreSegment(first, firstPool, square, second, secondPool, boundary);
    }

    private static List<Integer> readers(List<Step> steps, int index) {
        List<Integer> readers = new ArrayList<>();
        for (int i = index + 1; i < steps.size(); i++) {
            if (steps.get(i).sources().contains(index)) {
                readers.add(i);
            }
        }
        return readers;
    }

    private static int only(List<Step> steps, int index) {
        List<Integer> readers = readers(steps, index);
        if (readers.size() != 1) {
            throw refusal(
                    steps.get(index),
                    "is read by " + readers.size() + " steps before the second convolution",
                    "let one step read it");
        }
        return readers.get(0);
    }

    private static boolean convolutes(Step step) {
        return step instanceof Step.Linear linear
                && linear.geometry().groups() == 1
                && !linear.geometry().isDense();
    }

    private static void convolution(List<Step> steps, int index, String where) {
        if (!convolutes(steps.get(index))) {
            throw refusal(steps.get(index), where + " and is no convolution of one group", "put a convolution there");
        }
    }

    /** Whether a pool's windows are squares side by side, without padding. */
    private static boolean isPlain(Step.SumPool pool) {
        Window w = pool.window();
        return w.equals(Window.square(w.height(), w.height()));
    }

    private static int side(Step.SumPool pool) {
        if (!isPlain(pool)) {
            throw refusal(pool, "has windows that overlap, have padding or are not square", "pool side by side");
        }
        return pool.window().height();
    }

    private static UnsupportedModelException refusal(Step step, String problem, String instead) {
        return new UnsupportedModelException(
                List.of(new Finding(step.name(), step.getClass().getSimpleName(), "", 0, problem, instead)));
    }

    /** The first convolution's step. */
    public Step.Linear first(IntegerNetwork network) {
        return (Step.Linear) network.steps().get(firstConvolution);
    }

    /** The second convolution's step. */
    public Step.Linear second(IntegerNetwork network) {
        return (Step.Linear) network.steps().get(secondConvolution);
    }

    /** Output channels of the first convolution. */
    public int firstChannels(IntegerNetwork network) {
        return first(network).geometry().outChannels();
    }

    /** Output channels of the second convolution. */
    public int secondChannels(IntegerNetwork network) {
        return second(network).geometry().outChannels();
    }

    /**
     * @throws IllegalArgumentException if a core filter is beyond the network's, or all filters of the second convolution are
     *     plain
     */
    public void require(IntegerNetwork network, CoreFilters core) {
        requireBelow(core.first(), firstChannels(network), "first");
        requireBelow(core.second(), secondChannels(network), "second");
        if (core.second().isEmpty()) {
            throw new IllegalArgumentException("no core filter of the second convolution: nothing would be decrypted");
        }
    }

    private static void requireBelow(List<Integer> channels, int count, String which) {
        if (!channels.isEmpty() && channels.get(channels.size() - 1) >= count) {
            throw new IllegalArgumentException("core filters " + channels + " of the " + which
                    + " convolution, which has filters 0 to " + (count - 1));
        }
    }

    /** Weights of the given output channels that read the given input channels, in these orders. */
    static int[] weights(Step.Linear step, List<Integer> outputs, List<Integer> inputs) {
        ConvolutionGeometry g = step.geometry();
        int taps = g.kernelHeight() * g.kernelWidth();
        int[] weights = new int[outputs.size() * inputs.size() * taps];
        int at = 0;
        for (int output : outputs) {
            for (int input : inputs) {
                System.arraycopy(step.weights(), (output * g.inChannels() + input) * taps, weights, at, taps);
                at += taps;
            }
        }
        return weights;
    }
}
