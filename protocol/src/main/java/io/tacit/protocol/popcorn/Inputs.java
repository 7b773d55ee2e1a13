package io.tacit.protocol.popcorn;

import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.model.integer.Range;

/** What may be asked about: bounds on results hold for inputs in the network's range alone. */
final class Inputs {

    private Inputs() {}

    /** @throws IllegalArgumentException unless there are 1 to {@code most} inputs of the shape, with values in the range */
    static void require(PublicNetwork network, IntegerTensor inputs, int most) {
        if (inputs.batch() < 1
                || inputs.batch() > most
                || !inputs.shape().equals(network.input().shape())) {
            throw new IllegalArgumentException(network.name() + " reads at most " + most + " times "
                    + network.input().shape());
        }
        Range range = network.inputRange();
        for (int i = 0; i < inputs.batch() * inputs.shape().size(); i++) {
            long value = inputs.get(i);
            if (value < range.low().longValueExact() || value > range.high().longValueExact()) {
                throw new IllegalArgumentException("input value outside " + range);
            }
        }
    }
}
