package io.tacit.model.onnx;

/**
 * What a model file may ask for. Everything is checked before memory is taken for it.
 *
 * @param maxFileBytes bytes of the file, and of what a compressed file unpacks to
 * @param maxExternalBytes bytes of weights in files beside the model, all together
 * @param maxNodes nodes of the network
 * @param maxTensors tensors that the file holds
 * @param maxWeights numbers in all tensors that the file holds, all together
 * @param maxTensorValues values of one tensor of the network, computed ones included
 */
public record ImportLimits(
        long maxFileBytes, long maxExternalBytes, int maxNodes, int maxTensors, long maxWeights, int maxTensorValues) {

    /** Room for the largest common picture networks (VGG-16 has 138 million weights). */
    public static final ImportLimits DEFAULT =
            new ImportLimits(1L << 30, 1L << 31, 20_000, 20_000, 300_000_000L, 1 << 26);

    public ImportLimits {
        if (maxFileBytes < 1
                || maxFileBytes > Integer.MAX_VALUE - 64
                || maxExternalBytes < 0
                || maxNodes < 1
                || maxTensors < 1
                || maxWeights < 1
                || maxTensorValues < 1) {
            throw new IllegalArgumentException("limits out of range");
        }
    }
}
