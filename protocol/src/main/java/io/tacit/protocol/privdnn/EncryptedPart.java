package io.tacit.protocol.privdnn;

import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.Step;
import io.tacit.model.separate.CoreFilters;
import io.tacit.model.separate.CoreSegment;
import java.util.List;

/** The encrypted part as the homomorphic evaluation takes it: its public shape, its plain filters, its secret ones. */
public final class EncryptedPart {

    private EncryptedPart() {}

    /** Its shape, from the clear part of a network. */
    public static CoreShape shape(IntegerNetwork clearPart, CoreSegment segment, CoreFilters core) {
        return new CoreShape(
                segment.first(clearPart).geometry(),
                segment.firstPool(),
                segment.second(clearPart).geometry(),
                segment.secondPool(),
                core.first(),
                core.second(),
                clearPart.steps().get(segment.boundary()).range().magnitude());
    }

    /** The first convolution's filters that are not core. */
    public static PlainFilters plain(IntegerNetwork clearPart, CoreSegment segment, CoreFilters core) {
        Step.Linear first = segment.first(clearPart);
        List<Integer> plain = CoreFilters.others(core.first(), first.geometry().outChannels());
        return new PlainFilters(weights(first, plain), biases(first, plain));
    }

    /** The core filters, from the separated network; secret. */
    public static CoreWeights core(IntegerNetwork separated, CoreSegment segment, CoreFilters core) {
        Step.Linear first = segment.first(separated);
        Step.Linear second = segment.second(separated);
        return new CoreWeights(
                weights(first, core.first()),
                biases(first, core.first()),
                weights(second, core.second()),
                biases(second, core.second()));
    }

    private static long[][] weights(Step.Linear step, List<Integer> filters) {
        int taps = step.geometry().taps();
        long[][] weights = new long[filters.size()][taps];
        for (int i = 0; i < weights.length; i++) {
            for (int tap = 0; tap < taps; tap++) {
                weights[i][tap] = step.weights()[filters.get(i) * taps + tap];
            }
        }
        return weights;
    }

    private static long[] biases(Step.Linear step, List<Integer> filters) {
        return filters.stream()
                .mapToLong(filter -> step.biasOf(filter).longValueExact())
                .toArray();
    }
}
