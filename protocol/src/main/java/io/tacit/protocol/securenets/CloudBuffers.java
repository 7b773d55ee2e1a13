package io.tacit.protocol.securenets;

import io.tacit.crypto.share.FieldVector;
import io.tacit.crypto.share.PrimeField;
import java.util.List;

/** Room for the largest product of a round: one lane's working memory at a cloud, allocated once. */
final class CloudBuffers {
    final FieldVector input;
    final FieldVector output;
    /** Second input vector and second product of replicated shares; empty otherwise. */
    final FieldVector secondInput;

    final FieldVector secondOutput;

    CloudBuffers(List<RemoteProduct> products, PrimeField field, int imagesPerRound, boolean replicated) {
        int inputs = 0;
        int outputs = 0;
        for (RemoteProduct product : products) {
            inputs = Math.max(inputs, product.inputPerImage());
            outputs = Math.max(outputs, product.outputPerImage());
        }
        input = field.zeros(Math.multiplyExact(inputs, imagesPerRound));
        output = field.zeros(Math.multiplyExact(outputs, imagesPerRound));
        secondInput = field.zeros(replicated ? input.length() : 0);
        secondOutput = field.zeros(replicated ? output.length() : 0);
    }

    /** Bytes that such buffers take. */
    static long bytes(List<RemoteProduct> products, PrimeField field, int imagesPerRound, boolean replicated) {
        long inputs = 0;
        long outputs = 0;
        for (RemoteProduct product : products) {
            inputs = Math.max(inputs, product.inputPerImage());
            outputs = Math.max(outputs, product.outputPerImage());
        }
        return (inputs + outputs) * imagesPerRound * field.bytesPerValue() * (replicated ? 2 : 1);
    }
}
