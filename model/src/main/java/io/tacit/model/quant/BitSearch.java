package io.tacit.model.quant;

import io.tacit.kernel.Workers;
import io.tacit.model.data.InputSet;
import io.tacit.model.integer.IntegerNetwork;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the fewest bits at which an integer network still agrees with the float network: from 8 bits up if those do
 * not suffice, else down, activations first (each bit of theirs costs in every protocol), then weights.
 */
public final class BitSearch {
    private static final int START = 8;
    private static final int LEAST_ACTIVATION_BITS = 4;
    private static final int LEAST_WEIGHT_BITS = 2;
    private static final int MOST_BITS = 12;
    private static final int STEP_UP = 2;

    private final Quantizer quantizer;
    private final InputSet inputs;
    private final FloatScores reference;
    private final Workers workers;
    private final QuantizationProgress progress;
    private final List<Trial> trials = new ArrayList<>();

    /** One combination of bits and how it did. */
    public record Trial(QuantizerOptions options, IntegerNetwork network, Evaluation evaluation) {}

    /**
     * @param chosen the combination with the fewest bits that is good enough; if none is, the one that agrees most
     * @param goodEnough whether it keeps to the allowed loss
     * @param trials all that was tried, in order
     */
    public record Result(Trial chosen, boolean goodEnough, List<Trial> trials) {
        public Result {
            trials = List.copyOf(trials);
        }
    }

    /**
     * @param inputs what agreement is measured on; not those of the calibration, if it is to mean something
     * @param reference the float network's answers to them
     */
    public BitSearch(Quantizer quantizer, InputSet inputs, FloatScores reference, Workers workers) {
        this(quantizer, inputs, reference, workers, QuantizationProgress.NONE);
    }

    /** As above, and {@code progress} is told of the evaluation of each trial. */
    public BitSearch(
            Quantizer quantizer,
            InputSet inputs,
            FloatScores reference,
            Workers workers,
            QuantizationProgress progress) {
        this.quantizer = quantizer;
        this.inputs = inputs;
        this.reference = reference;
        this.workers = workers;
        this.progress = progress;
    }

    /**
     * @param options all but the bits
     * @param allowedLoss inputs, in percent, that may get another label than the float network gives them
     */
    public Result search(QuantizerOptions options, double allowedLoss) {
        trials.clear();
        double needed = 100 - allowedLoss;
        Trial best = trial(options.withBits(START, START));
        while (best.evaluation().agreement() < needed && best.options().activationBits() < MOST_BITS) {
            int bits = best.options().activationBits() + STEP_UP;
            best = trial(options.withBits(bits, bits));
        }
        if (best.evaluation().agreement() < needed) {
            for (Trial trial : trials) {
                best = trial.evaluation().agreeing() > best.evaluation().agreeing() ? trial : best;
            }
            return new Result(best, false, trials);
        }
        while (best.options().activationBits() > LEAST_ACTIVATION_BITS) {
            Trial lower = accepted(
                    options.withBits(best.options().weightBits(), best.options().activationBits() - 1), needed);
            if (lower == null) {
                break;
            }
            best = lower;
        }
        while (best.options().weightBits() > LEAST_WEIGHT_BITS) {
            Trial lower = accepted(
                    options.withBits(
                            best.options().weightBits() - 1, best.options().activationBits()),
                    needed);
            if (lower == null) {
                break;
            }
            best = lower;
        }
        return new Result(best, true, trials);
    }

    private @Nullable Trial accepted(QuantizerOptions options, double needed) {
        Trial trial = trial(options);
        return trial.evaluation().agreement() >= needed ? trial : null;
    }

    private Trial trial(QuantizerOptions options) {
        IntegerNetwork network = quantizer.quantize(options);
        Trial trial = new Trial(options, network, Evaluation.compare(network, inputs, reference, workers, progress));
        trials.add(trial);
        return trial;
    }
}
