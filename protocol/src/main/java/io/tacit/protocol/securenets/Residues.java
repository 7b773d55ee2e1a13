package io.tacit.protocol.securenets;

import io.tacit.crypto.share.FieldVector;
import io.tacit.crypto.share.PrimeField;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Step;
import java.math.BigInteger;

/** Between the network's integers and the field's residues. */
final class Residues {

    private Residues() {}

    /** Weights of a layer. */
    static FieldVector weights(PrimeField field, Step.Linear layer) {
        FieldVector weights = field.zeros(layer.weights().length);
        weights.encode(layer.weights(), 0, 0, weights.length());
        return weights;
    }

    /** Biases of a layer, one an output channel. */
    static FieldVector biases(PrimeField field, Step.Linear layer) {
        FieldVector biases = field.zeros(layer.bias().length);
        for (int channel = 0; channel < biases.length(); channel++) {
            biases.set(
                    channel,
                    layer.biasOf(channel)
                            .mod(BigInteger.valueOf(field.modulus()))
                            .longValueExact());
        }
        return biases;
    }

    /** Biases of a layer spread over one output tensor. */
    static FieldVector biasTensor(PrimeField field, Step.Linear layer) {
        FieldVector biases = biases(field, layer);
        int plane = layer.shape().height() * layer.shape().width();
        FieldVector spread = field.zeros(layer.shape().size());
        for (int channel = 0; channel < biases.length(); channel++) {
            spread.fill(channel * plane, plane, biases.get(channel));
        }
        return spread;
    }

    /** Writes the residues of all values of a batch from {@code at}. */
    static void encode(IntegerTensor values, FieldVector residues, int at) {
        int count = values.batch() * values.shape().size();
        if (values.isWide()) {
            residues.encode(values.longs(), 0, at, count);
        } else {
            residues.encode(values.ints(), 0, at, count);
        }
    }
}
