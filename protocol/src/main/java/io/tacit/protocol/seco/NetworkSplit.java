package io.tacit.protocol.seco;

import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A network cut in two: the first layers, which the gateway keeps, and the rest, which all servers hold in shares. Layers
 * are counted as in the paper, linear and non-linear ones alike; a cut goes through one tensor, right after a non-linear
 * layer (and the max pool that follows it), so that a residual block is not cut.
 *
 * @param gatewayPart the first layers; empty if there are none
 * @param remotePart the rest; its input is the result of the first layers
 */
public record NetworkSplit(Optional<IntegerNetwork> gatewayPart, IntegerNetwork remotePart) {

    /**
     * Cuts a network.
     *
     * @param layers layers of the gateway's part, one of {@link #places}
     * @throws IllegalArgumentException if the network cannot be cut there; names the places where it can
     */
    public static NetworkSplit at(IntegerNetwork network, int layers) {
        TreeMap<Integer, Integer> cuts = cuts(network);
        Integer step = cuts.get(layers);
        if (step == null) {
            throw new IllegalArgumentException(network.name() + " cannot be cut after " + layers
                    + " layers, only after one of " + List.copyOf(cuts.keySet()));
        }
        if (layers == 0) {
            return new NetworkSplit(Optional.empty(), network);
        }
        IntegerNetwork first = new IntegerNetwork(
                network.name() + ", first " + layers + " layers",
                network.provenance(),
                network.preprocessing(),
                network.steps().subList(0, step + 1),
                1);
        return new NetworkSplit(Optional.of(first), rest(network, layers, step));
    }

    /** The numbers of layers after which a network can be cut; 0 is always one. */
    public static List<Integer> places(IntegerNetwork network) {
        return List.copyOf(cuts(network).keySet());
    }

    /** Step after which to cut, by number of layers before it. */
    private static TreeMap<Integer, Integer> cuts(IntegerNetwork network) {
        List<Step> steps = network.steps();
        TreeMap<Integer, Integer> cuts = new TreeMap<>();
        cuts.put(0, 0);
        int layers = 0;
        for (int i = 1; i < steps.size() - 1; i++) {
            Step step = steps.get(i);
            boolean nonlinear = step instanceof Step.Activation || step instanceof Step.Deferred;
            layers += nonlinear || step instanceof Step.Linear ? 1 : 0;
            boolean after = nonlinear || (step instanceof Step.MaxPool && cuts.containsKey(layers) && layers > 0);
            if (after && step.range().fitsInt() && isOnlyWay(steps, i) && hasLinear(steps, i)) {
                cuts.put(layers, i);
            }
        }
        return cuts;
    }

    /** Whether everything after a step reads nothing before it. */
    private static boolean isOnlyWay(List<Step> steps, int cut) {
        return steps.subList(cut + 1, steps.size()).stream()
                .allMatch(step -> step.sources().stream().allMatch(source -> source >= cut));
    }

    private static boolean hasLinear(List<Step> steps, int cut) {
        return steps.subList(cut + 1, steps.size()).stream().anyMatch(Step.Linear.class::isInstance);
    }

    private static IntegerNetwork rest(IntegerNetwork network, int layers, int cut) {
        List<Step> steps = new ArrayList<>();
        Step last = network.steps().get(cut);
        steps.add(new Step.Input(last.name(), last.shape(), last.range()));
        for (Step step : network.steps().subList(cut + 1, network.steps().size())) {
            steps.add(moved(step, cut));
        }
        Preprocessing none = new Preprocessing(
                last.shape().width(),
                last.shape().height(),
                0,
                Preprocessing.ChannelOrder.NUMBERS,
                1,
                List.of(),
                List.of(),
                1.0,
                List.of());
        return new IntegerNetwork(
                network.name() + " after " + layers + " layers",
                network.provenance(),
                none,
                steps,
                network.outputScale());
    }

    /** The step with sources that are counted from the cut. */
    private static Step moved(Step step, int by) {
        List<Integer> sources =
                step.sources().stream().map(source -> source - by).toList();
        if (step instanceof Step.Linear s) {
            return new Step.Linear(
                    s.name(), sources.get(0), s.geometry(), s.weights(), s.bias(), s.biasShift(), s.range());
        } else if (step instanceof Step.SumPool s) {
            return new Step.SumPool(s.name(), sources.get(0), s.window(), s.shape(), s.range());
        } else if (step instanceof Step.MaxPool s) {
            return new Step.MaxPool(s.name(), sources.get(0), s.window(), s.shape(), s.range());
        } else if (step instanceof Step.Sum s) {
            return new Step.Sum(s.name(), sources, s.leftShifts(), s.shape(), s.range());
        } else if (step instanceof Step.Concat s) {
            return new Step.Concat(s.name(), sources, s.shape(), s.range());
        } else if (step instanceof Step.Deferred s) {
            return new Step.Deferred(s.name(), sources.get(0), s.kind(), s.ceiling(), s.shape(), s.range());
        } else if (step instanceof Step.Activation s) {
            return new Step.Activation(
                    s.name(), sources.get(0), s.kind(), s.shifts(), s.bits(), s.ceiling(), s.shape(), s.range());
        }
        throw new IllegalStateException(step.name() + " is an input");
    }
}
