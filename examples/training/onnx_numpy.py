"""A small evaluator of the ONNX operators our networks use, in numpy alone.

It shares nothing with the training code, so the accuracy it measures is that of the exported file.

    python3 onnx_numpy.py NETWORK.onnx --dataset mnist --data DIR
"""
import argparse

import numpy as np
import onnx
from onnx import numpy_helper

import data

# dataset: (scale, mean, std): a network's input is (x / scale - mean) / std, channel by channel
INPUTS = {
    "mnist": (255.0, [0.0], [1.0]),
    "fashion": (255.0, [0.0], [1.0]),
    "cifar10": (255.0, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
}


def prepare(images, dataset):
    """The network's float input from uint8 images (N, C, H, W)."""
    scale, mean, std = INPUTS[dataset]
    mean = np.array(mean, np.float32).reshape(1, -1, 1, 1)
    std = np.array(std, np.float32).reshape(1, -1, 1, 1)
    return (images.astype(np.float32) / np.float32(scale) - mean) / std


def windows(x, kernel, strides, pads, fill):
    """Every window of x (N, C, H, W), as (N, C, OH, OW, KH, KW)."""
    top, left, bottom, right = pads
    x = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)), constant_values=fill)
    w = np.lib.stride_tricks.sliding_window_view(x, kernel, axis=(2, 3))
    return w[:, :, :: strides[0], :: strides[1]]


def conv(x, attributes, weight, bias=None):
    assert attributes.get("group", 1) == 1 and set(attributes.get("dilations", [1])) == {1}
    w = windows(x, weight.shape[2:], attributes.get("strides", [1, 1]), attributes.get("pads", [0] * 4), 0)
    n, c, oh, ow, kh, kw = w.shape
    columns = w.transpose(0, 2, 3, 1, 4, 5).reshape(n * oh * ow, c * kh * kw)
    y = (columns @ weight.reshape(len(weight), -1).T).reshape(n, oh, ow, -1).transpose(0, 3, 1, 2)
    return y if bias is None else y + bias.reshape(1, -1, 1, 1)


def pool(x, attributes, reduce, fill):
    assert not attributes.get("ceil_mode") and not any(attributes.get("pads", [0]))
    return reduce(windows(x, attributes["kernel_shape"], attributes["strides"], [0] * 4, fill), axis=(4, 5))


def gemm(x, attributes, weight, bias=None):
    assert not attributes.get("transA") and attributes.get("alpha", 1) == 1 and attributes.get("beta", 1) == 1
    y = x @ (weight.T if attributes.get("transB") else weight)
    return y if bias is None else y + bias


OPERATORS = {
    "Conv": conv,
    "Gemm": gemm,
    "Relu": lambda x, a: np.maximum(x, 0),
    "Mul": lambda x, a, y: x * y,
    "MaxPool": lambda x, a: pool(x, a, np.max, -np.inf),
    "AveragePool": lambda x, a: pool(x, a, np.mean, 0),
    "Flatten": lambda x, a: x.reshape(len(x), -1),
}


class Network:
    def __init__(self, path):
        self.model = onnx.load(path)
        onnx.checker.check_model(self.model, full_check=True)
        self.weights = {t.name: numpy_helper.to_array(t) for t in self.model.graph.initializer}

    def __call__(self, x):
        values = dict(self.weights)
        values[self.model.graph.input[0].name] = x
        for node in self.model.graph.node:
            attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
            first, *others = [values[name] for name in node.input]
            values[node.output[0]] = OPERATORS[node.op_type](first, attributes, *others)
        return values[self.model.graph.output[0].name]

    def count(self, shape):
        """Multiplications of the linear layers for one input, their weights, and all parameters."""
        values = dict(self.weights)
        values[self.model.graph.input[0].name] = np.zeros((1, *shape), np.float32)
        macs = weights = 0
        for node in self.model.graph.node:
            attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
            first, *others = [values[name] for name in node.input]
            y = values[node.output[0]] = OPERATORS[node.op_type](first, attributes, *others)
            if node.op_type in ("Conv", "Gemm"):
                weights += others[0].size
                macs += others[0].size * (y[0, 0].size if node.op_type == "Conv" else 1)
        return macs, weights, sum(w.size for w in self.weights.values())

    def logits(self, images, dataset, batch=250):
        return np.concatenate([self(prepare(images[i:i + batch], dataset)) for i in range(0, len(images), batch)])


def accuracy(path, folder, dataset):
    """Per cent of the test set that the network in this file names rightly."""
    images, labels = data.load(folder, dataset, "test")
    return 100.0 * float(np.mean(Network(path).logits(images, dataset).argmax(1) == labels))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Test accuracy of an ONNX file, by numpy")
    parser.add_argument("network")
    parser.add_argument("--dataset", required=True, choices=INPUTS)
    parser.add_argument("--data", required=True)
    a = parser.parse_args()
    print(f"{a.network}: {accuracy(a.network, a.data, a.dataset):.2f} %")
