package io.tacit.model.quant;

import io.tacit.kernel.Workers;
import io.tacit.model.Finding;
import io.tacit.model.UnsupportedModelException;
import io.tacit.model.data.InputSet;
import io.tacit.model.data.LabelledImages;
import io.tacit.model.data.NumberRows;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.graph.Node;
import io.tacit.model.graph.Operator;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Provenance;
import io.tacit.model.integer.Step;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whether a trust setting can take a network, and why: the proven ranges against the setting's numbers, and for the
 * partial encryption of {@code privdnn} the layers it starts with.
 *
 * @param protocol name of the trust setting
 * @param possible whether it can take the network
 * @param reason a clause for people, for a yes as for a no
 * @param layers what stands in its way, by name; empty if nothing does
 */
public record ProtocolVerdict(String protocol, boolean possible, String reason, List<String> layers) {
    private static final String OUTSOURCED = "outsourced";
    private static final String SECURENETS = "securenets";
    private static final String POPCORN = "popcorn";
    private static final String PRIVDNN = "privdnn";
    private static final String SECO = "seco";

    /** Inputs of a trial quantisation. */
    private static final int TRIAL_INPUTS = 4;

    private static final int NAMED_FINDINGS = 3;

    public ProtocolVerdict {
        layers = List.copyOf(layers);
    }

    /** One line for people. */
    @Override
    public String toString() {
        return String.format("private under %-12s %-4s %s", protocol, possible ? "yes:" : "no:", reason);
    }

    /** The verdict of every protocol on an integer network, from its proven ranges. */
    public static List<ProtocolVerdict> of(IntegerNetwork network) {
        return List.of(
                byRange(OUTSOURCED, ProtocolLimit.OUTSOURCED, network.steps(), "rings and lattice parameters"),
                secureNets(network),
                popcorn(network),
                privDnn(network),
                byRange(SECO, ProtocolLimit.SECO, network.steps(), "rings and lattice parameters"));
    }

    /**
     * The verdict of every protocol on a float network, from a trial quantisation: default settings, and made-up inputs
     * for calibration. Ranges depend on the weights far more than on the inputs, but do depend on them; the ranges that
     * count are those of the integer network that is made in the end.
     *
     * @param reading how the network reads pictures or numbers
     */
    public static List<ProtocolVerdict> ofTrial(FloatGraph graph, Preprocessing reading, Workers workers) {
        List<Finding> findings = graph.privacyFindings();
        if (!findings.isEmpty()) {
            return refusedByAll(findings);
        }
        Quantizer quantizer = new Quantizer(graph, reading, trialInputs(graph, reading), Provenance.NONE, workers);
        QuantizerOptions options = QuantizerOptions.DEFAULT.withCompensation(false);
        try {
            List<ProtocolVerdict> verdicts = new ArrayList<>(of(quantizer.quantize(options)));
            ProtocolVerdict encrypted = encryptedSegment(graph, quantizer, options);
            verdicts.replaceAll(verdict -> verdict.protocol.equals(PRIVDNN) ? encrypted : verdict);
            return verdicts;
        } catch (UnsupportedModelException e) {
            return refusedByAll(e.findings());
        }
    }

    /** Gradients with a grain, or rows of numbers between -1 and 1: the same ones each time. */
    private static InputSet trialInputs(FloatGraph graph, Preprocessing reading) {
        int size = graph.node(graph.input()).shape().size();
        if (reading.order() == Preprocessing.ChannelOrder.NUMBERS) {
            double[][] rows = new double[TRIAL_INPUTS][size];
            for (int i = 0; i < TRIAL_INPUTS * size; i++) {
                rows[i / size][i % size] = 2 * grain(i) - 1;
            }
            return new NumberRows(rows, new int[TRIAL_INPUTS]);
        }
        int channels = reading.order().channels();
        byte[] pixels = new byte[TRIAL_INPUTS * size];
        for (int i = 0; i < pixels.length; i++) {
            double slope = (double) (i % reading.width()) / reading.width();
            pixels[i] = (byte) (int) (127 * (i / size % 2 == 0 ? slope : 1 - slope) + 128 * grain(i));
        }
        return new LabelledImages(channels, reading.height(), reading.width(), pixels, new int[TRIAL_INPUTS]);
    }

    /** Multiples of the golden ratio's fraction, 0 .. 1: evenly spread and without a visible order. */
    private static double grain(long i) {
        return (i * 0x9E3779B9L & 0xffffffffL) * 0x1p-32;
    }

    /** No protocol takes what has no integer form; the first few findings are named. */
    public static List<ProtocolVerdict> refusedByAll(List<Finding> findings) {
        List<String> layers = findings.stream().map(Finding::node).distinct().toList();
        List<String> clauses = new ArrayList<>(findings.stream()
                .limit(NAMED_FINDINGS)
                .map(f -> f.operator() + " \"" + f.node() + "\" " + f.problem())
                .toList());
        if (findings.size() > NAMED_FINDINGS) {
            clauses.add("and " + (findings.size() - NAMED_FINDINGS) + " more findings");
        }
        String reason = String.join("; ", clauses);
        return Stream.of(OUTSOURCED, SECURENETS, POPCORN, PRIVDNN, SECO)
                .map(protocol -> new ProtocolVerdict(protocol, false, reason, layers))
                .toList();
    }

    private static ProtocolVerdict byRange(String protocol, ProtocolLimit limit, List<Step> steps, String what) {
        List<Step> beyond = beyond(steps, limit);
        List<Step> named = beyond.isEmpty() ? List.of(widest(steps)) : beyond;
        String reason = "values of "
                + String.join(
                        ", ", named.stream().map(ProtocolVerdict::described).toList()) + "; limit "
                + limit.magnitudeBits() + " bits (" + what + ")";
        return new ProtocolVerdict(
                protocol,
                beyond.isEmpty(),
                reason,
                beyond.stream().map(Step::name).toList());
    }

    /** Where nothing shifts, the published mode takes what is too wide for circuits. */
    private static ProtocolVerdict popcorn(IntegerNetwork network) {
        boolean shifts = network.steps().stream().anyMatch(Step.Activation.class::isInstance);
        boolean wide = !beyond(network.steps(), ProtocolLimit.POPCORN).isEmpty();
        return wide && !shifts
                ? byRange(
                        POPCORN,
                        ProtocolLimit.POPCORN_PUBLISHED,
                        network.steps(),
                        "mode published alone: Paillier plaintexts of 2048 bits")
                : byRange(POPCORN, ProtocolLimit.POPCORN, network.steps(), "words of circuits");
    }

    /** Only linear layers leave the user, so only what they read and make has to fit the field. */
    private static ProtocolVerdict secureNets(IntegerNetwork network) {
        List<Step> sent = new ArrayList<>();
        for (Step.Linear layer : network.linearSteps()) {
            sent.add(network.steps().get(layer.source()));
            sent.add(layer);
        }
        boolean small = beyond(sent, ProtocolLimit.SECURENETS_31).isEmpty();
        ProtocolLimit limit = small ? ProtocolLimit.SECURENETS_31 : ProtocolLimit.SECURENETS_61;
        return byRange(SECURENETS, limit, sent, small ? "field of 2^31 - 1 elements" : "field of 2^61 - 1 elements");
    }

    private static ProtocolVerdict privDnn(IntegerNetwork network) {
        List<Step> segment = new ArrayList<>();
        int convolutions = 0;
        for (Step step : network.steps()) {
            segment.add(step);
            if (step instanceof Step.Linear linear) {
                if (linear.geometry().isDense()) {
                    return startsOtherwise(step.name(), "a dense layer");
                }
                if (++convolutions == 2) {
                    return byRange(PRIVDNN, ProtocolLimit.PRIVDNN, segment, "two plaintext primes");
                }
            } else if (step instanceof Step.Activation activation) {
                return activation.kind() == Step.Nonlinearity.RELU
                        ? startsOtherwise(step.name(), "a ReLU")
                        : new ProtocolVerdict(
                                PRIVDNN,
                                false,
                                "\"" + step.name()
                                        + "\" shifts between the first two convolutions: quantise with --defer"
                                        + " from the first to the second",
                                List.of(step.name()));
            } else if (!(step instanceof Step.Input || step instanceof Step.SumPool)
                    && !(step instanceof Step.Deferred d && d.kind() == Step.Nonlinearity.SQUARE)) {
                return startsOtherwise(step.name(), LayerReport.of(step).kind());
            }
        }
        return startsOtherwise(network.steps().get(network.steps().size() - 1).name(), "the answer");
    }

    /** As {@link #privDnn}, with the first two convolutions deferred as that protocol needs them. */
    private static ProtocolVerdict encryptedSegment(FloatGraph graph, Quantizer quantizer, QuantizerOptions options) {
        String first = null;
        for (Node node : graph.nodes()) {
            if (node.operator() instanceof Operator.Conv) {
                if (first != null) {
                    return privDnn(quantizer.quantize(
                            options.withDeferred(List.of(new QuantizerOptions.Segment(first, node.name())))));
                }
                first = node.name();
            } else if (!(node.operator() instanceof Operator.Input
                    || node.operator() instanceof Operator.Reshape
                    || node.operator() instanceof Operator.AveragePool
                    || node.operator() instanceof Operator.Square)) {
                return startsOtherwise(node.name(), node.operator().title());
            }
        }
        return startsOtherwise(graph.node(graph.output()).name(), "the answer");
    }

    private static ProtocolVerdict startsOtherwise(String layer, String kind) {
        return new ProtocolVerdict(
                PRIVDNN,
                false,
                "it encrypts filters of two convolutions with averages and squares between them, and \"" + layer
                        + "\" (" + kind + ") comes before the second",
                List.of(layer));
    }

    private static Step widest(List<Step> steps) {
        Step widest = steps.get(0);
        for (Step step : steps) {
            widest = step.range().magnitude().compareTo(widest.range().magnitude()) > 0 ? step : widest;
        }
        return widest;
    }

    private static String described(Step step) {
        return step.range().magnitude().bitLength() + " bits at \"" + step.name() + "\"";
    }

    private static List<Step> beyond(List<Step> steps, ProtocolLimit limit) {
        BigInteger first = BigInteger.ONE.shiftLeft(limit.magnitudeBits());
        return steps.stream()
                .filter(step -> step.range().magnitude().compareTo(first) >= 0)
                .distinct()
                .toList();
    }
}
