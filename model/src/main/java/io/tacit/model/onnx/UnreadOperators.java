package io.tacit.model.onnx;

/** What to do about operators that are not read. */
final class UnreadOperators {

    private UnreadOperators() {}

    static String instead(String type) {
        return switch (type) {
            case "QuantizeLinear",
                    "DequantizeLinear",
                    "QLinearConv",
                    "QLinearMatMul",
                    "ConvInteger",
                    "MatMulInteger",
                    "DynamicQuantizeLinear" -> "bring the float network: it is quantised here";
            case "LSTM", "GRU", "RNN", "Loop", "Scan", "If" ->
                "networks with loops or branches cannot be taken; unroll or trace it";
            case "Gelu", "Mish", "Celu", "Swish" -> "train with Relu, a clip from 0, or x*x";
            case "LRN",
                    "InstanceNormalization",
                    "LayerNormalization",
                    "GroupNormalization",
                    "MeanVarianceNormalization" -> "train with batch normalisation";
            case "ConvTranspose", "Resize", "Upsample" -> "use a network that classifies, without up-scaling";
            case "TreeEnsembleClassifier", "TreeEnsembleRegressor", "SVMClassifier", "SVMRegressor" ->
                "bring a neural network; trees and kernels are not networks";
            case "Einsum", "Attention", "MultiHeadAttention" ->
                "attention cannot be taken; use convolutions and dense layers";
            case "Normalizer" -> "normalise the inputs before the query";
            default -> "replace it, or let the exporter decompose it";
        };
    }
}
