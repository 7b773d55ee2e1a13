package io.tacit.model.quant;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The scale wanted of every ACTIVATE that shifts. Branches that are concatenated share one scale. What meets in a residual
 * sum has scales that differ by powers of two, so that exact left shifts bring them together. All others are free, even
 * channel by channel: the layers that read them take the channels' scales into their weights.
 */
final class Targets {
    /** Candidates for the common factor of scales that differ by powers of two, within one octave. */
    private static final int OCTAVE_STEPS = 16;

    private final int[] sameAs;
    private final int[] powerOf;
    private final boolean[] bound;
    private final Map<Integer, Double> scales = new HashMap<>();

    Targets(Draft draft, Calibration calibration, QuantizerOptions options) {
        int count = draft.nodes().size();
        sameAs = new int[count];
        powerOf = new int[count];
        bound = new boolean[count];
        for (int i = 0; i < count; i++) {
            sameAs[i] = i;
            powerOf[i] = i;
        }
        for (Draft.Node node : draft.nodes()) {
            relate(node);
        }
        Map<Integer, List<Draft.Node>> same = new LinkedHashMap<>();
        for (Draft.Node node : draft.nodes()) {
            if (isTarget(node)) {
                same.computeIfAbsent(root(sameAs, node.index), key -> new ArrayList<>())
                        .add(node);
            }
        }
        Map<Integer, List<Integer>> powers = new LinkedHashMap<>();
        for (int key : same.keySet()) {
            powers.computeIfAbsent(root(powerOf, key), k -> new ArrayList<>()).add(key);
        }
        for (List<Integer> group : powers.values()) {
            choose(group, same, calibration, options);
        }
    }

    static boolean isTarget(Draft.Node node) {
        return node.kind == Draft.Kind.ACTIVATE && !node.deferred;
    }

    /** Scale wanted of the values that an ACTIVATE rounds: before squaring, where it squares. */
    double scale(Draft.Node activate) {
        Double scale = scales.get(root(sameAs, activate.index));
        if (scale == null) {
            throw new IllegalStateException("no scale for " + activate.name);
        }
        return scale;
    }

    /**
     * Whether the channels of a node may have scales of their own: a linear layer takes them into its weights, but a
     * residual sum, a ceiling or the network's answer needs one scale.
     */
    boolean mayDifferByChannel(Draft.Node node) {
        if (node.readers.isEmpty() || bound[node.index] || !Double.isInfinite(node.ceiling)) {
            return false;
        }
        for (Draft.Node reader : node.readers) {
            boolean fine =
                    reader.kind == Draft.Kind.LINEAR || (reader.kind != Draft.Kind.SUM && mayDifferByChannel(reader));
            if (!fine) {
                return false;
            }
        }
        return true;
    }

    private void relate(Draft.Node node) {
        Set<Integer> met = new TreeSet<>();
        if (node.kind == Draft.Kind.CONCAT) {
            node.inputs.forEach(part -> producers(part, met));
            join(sameAs, met);
            join(powerOf, met);
        } else if (node.kind == Draft.Kind.SUM) {
            node.inputs.forEach(operand -> producers(operand, met));
            terminals(node, met);
            for (Draft.Node operand : node.inputs) {
                if (operand.isAccumulator()) {
                    terminals(operand, met);
                }
            }
            join(powerOf, met);
            met.forEach(index -> bound[index] = true);
        } else if (node.kind == Draft.Kind.LINEAR) {
            terminals(node, met);
            if (met.size() > 1) {
                join(powerOf, met);
                met.forEach(index -> bound[index] = true);
            }
        }
    }

    /** ACTIVATE nodes whose narrow values reach {@code node} unchanged in scale. */
    private static void producers(Draft.Node node, Set<Integer> found) {
        if (isTarget(node)) {
            found.add(node.index);
        } else if (!node.isAccumulator()) {
            node.inputs.forEach(input -> producers(input, found));
        }
    }

    /** ACTIVATE nodes that shift what becomes of an accumulator. */
    private static void terminals(Draft.Node node, Set<Integer> found) {
        for (Draft.Node reader : node.readers) {
            if (isTarget(reader)) {
                found.add(reader.index);
            } else if (reader.kind != Draft.Kind.LINEAR && reader.kind != Draft.Kind.ACTIVATE) {
                terminals(reader, found);
            }
        }
    }

    private void choose(
            List<Integer> group,
            Map<Integer, List<Draft.Node>> same,
            Calibration calibration,
            QuantizerOptions options) {
        List<ClippingError> errors = new ArrayList<>();
        List<Double> wanted = new ArrayList<>();
        for (int key : group) {
            ClippingError error =
                    new ClippingError(same.getOrDefault(key, List.of()), calibration, options.activationBits());
            errors.add(error);
            wanted.add(error.best(options.clipping()));
        }
        if (group.size() == 1) {
            scales.put(group.get(0), wanted.get(0));
            return;
        }
        double leastCost = Double.POSITIVE_INFINITY;
        for (int step = 0; step < OCTAVE_STEPS; step++) {
            double base = Math.pow(2, (double) step / OCTAVE_STEPS);
            double cost = 0;
            List<Double> chosen = new ArrayList<>();
            for (int i = 0; i < group.size(); i++) {
                int exponent = (int) Math.floor(Math.log(wanted.get(i) / base) / Math.log(2));
                double below = base * Math.scalb(1.0, exponent);
                double errorBelow = errors.get(i).at(below);
                double errorAbove = errors.get(i).at(2 * below);
                chosen.add(errorBelow < errorAbove ? below : 2 * below);
                cost += Math.log(1e-300 + Math.min(errorBelow, errorAbove));
            }
            if (cost < leastCost) {
                leastCost = cost;
                for (int i = 0; i < group.size(); i++) {
                    scales.put(group.get(i), chosen.get(i));
                }
            }
        }
    }

    private static int root(int[] parents, int index) {
        int at = index;
        while (parents[at] != at) {
            at = parents[at];
        }
        return at;
    }

    private static void join(int[] parents, Set<Integer> met) {
        int first = -1;
        for (int index : met) {
            int root = root(parents, index);
            if (first < 0) {
                first = root;
            } else {
                parents[root] = root(parents, first);
            }
        }
    }
}
