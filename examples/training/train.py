#!/usr/bin/python3
"""Trains the example networks of Tacit and writes them as ONNX files.

    python3 train.py --network mnist_m1_relu --data DIR --out ../networks
    python3 train.py --list

Batch normalisation is used while training alone: it is folded into the layer before it on export, so
the files hold exactly the layers of the table below. The last epoch's weights are kept: the test set
chooses nothing. The seed fixes the result on one machine and one torch version.
"""
import argparse
import json
import os
import time

import numpy as np
import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval, fuse_linear_bn_eval

import data
import onnx_numpy

OPSET = 13


# ---------------------------------------------------------------- layers

class Square(nn.Module):
    def forward(self, x):
        return x * x


def conv(inputs, outputs, kernel, **options):
    return [nn.Conv2d(inputs, outputs, kernel, bias=False, **options), nn.BatchNorm2d(outputs)]


def dense(inputs, outputs):
    return [nn.Linear(inputs, outputs, bias=False), nn.BatchNorm1d(outputs)]


def relu():
    return [nn.ReLU()]


def square():
    return [Square()]


def maximum():
    return [nn.MaxPool2d(2)]


def average():
    return [nn.AvgPool2d(2)]


def flat():
    return [nn.Flatten()]


def last(inputs, outputs=10):
    return [nn.Linear(inputs, outputs)]


# ---------------------------------------------------------------- networks

def m1(act):
    """SecureML's network: 784-128-128-10."""
    return flat() + dense(784, 128) + act() + dense(128, 128) + act() + last(128)


def m2(act):
    """CryptoNets': one convolution of stride 2 to 13x13, the pool folded into the dense layer."""
    return (conv(1, 5, 5, stride=2, padding=1) + act() + flat() + dense(845, 100) + act() + last(100))


def m3():
    """DeepSecure's and Chameleon's: one convolution of stride 2 to 14x14."""
    return conv(1, 5, 5, stride=2, padding=2) + relu() + flat() + dense(980, 100) + relu() + last(100)


def m4():
    """MiniONN's for MNIST."""
    return (conv(1, 16, 5) + relu() + maximum() + conv(16, 16, 5) + relu() + maximum()
            + flat() + dense(256, 100) + relu() + last(100))


def m4_avg():
    """MiniONN's as SECO runs it: average pools, before the activation."""
    return (conv(1, 16, 5) + average() + relu() + conv(16, 16, 5) + average() + relu()
            + flat() + dense(256, 100) + relu() + last(100))


def lenet(pool):
    """SecureNN's LeNet: pools before the activation (average pools in SECO)."""
    return (conv(1, 20, 5) + pool() + relu() + conv(20, 50, 5) + pool() + relu()
            + flat() + dense(800, 500) + relu() + last(500))


def lenet5_square():
    """PrivDNN's LeNet-5: squares after the convolutions, ReLU after the dense layers."""
    return (conv(1, 6, 5) + average() + square() + conv(6, 16, 5) + average() + square()
            + flat() + dense(256, 120) + relu() + dense(120, 84) + relu() + last(84))


def sn_mlp():
    """SecureNets' fully connected network: 784-512-512-10."""
    return flat() + dense(784, 512) + relu() + dense(512, 512) + relu() + last(512)


def sn_cnn():
    """SecureNets' network for MNIST."""
    return (conv(1, 16, 5) + relu() + maximum() + conv(16, 32, 5) + relu() + maximum() + flat() + last(512))


def sn_cifar():
    """SecureNets' network for CIFAR-10; the width of its dense layer, 256, is ours."""
    return (conv(3, 64, 5, padding=2) + relu() + maximum() + conv(64, 64, 5, padding=2) + relu() + maximum()
            + flat() + dense(4096, 256) + relu() + last(256))


def c1():
    """MiniONN's for CIFAR-10."""
    def block(inputs, outputs, kernel):
        return conv(inputs, outputs, kernel, padding=kernel // 2) + relu()
    return (block(3, 64, 3) + block(64, 64, 3) + average() + block(64, 64, 3) + block(64, 64, 3) + average()
            + block(64, 64, 3) + block(64, 64, 1) + block(64, 16, 1) + flat() + last(1024))


# name: (layers, data set, epochs, settings that differ from RECIPE[data set])
NETWORKS = {
    "mnist_m1_relu": (lambda: m1(relu), "mnist", 30, {}),
    "mnist_m1_square": (lambda: m1(square), "mnist", 30, {}),
    "mnist_m2_square": (lambda: m2(square), "mnist", 20, {}),
    "mnist_m2_relu": (lambda: m2(relu), "mnist", 20, {}),
    "mnist_m3": (m3, "mnist", 20, {}),
    "mnist_m4": (m4, "mnist", 15, {}),
    "mnist_m4_avg": (m4_avg, "mnist", 15, {}),
    "mnist_lenet": (lambda: lenet(maximum), "mnist", 15, {}),
    "mnist_lenet_avg": (lambda: lenet(average), "mnist", 15, {}),
    "mnist_lenet5_square": (lenet5_square, "mnist", 20, {}),
    "mnist_sn_mlp": (sn_mlp, "mnist", 30, {}),
    "mnist_sn_cnn": (sn_cnn, "mnist", 15, {}),
    "fashion_m4": (m4, "fashion", 20, {}),
    "cifar_sn": (sn_cifar, "cifar10", 15, {}),
    "cifar_c1": (c1, "cifar10", 12, {}),
}

# shift: pixels an image may move; flip: left to right; smooth: of the labels
RECIPE = {
    "mnist": {"batch": 100, "rate": 0.004, "decay": 1e-4, "shift": 2, "flip": False, "smooth": 0.0},
    "fashion": {"batch": 100, "rate": 0.004, "decay": 1e-4, "shift": 1, "flip": True, "smooth": 0.0},
    "cifar10": {"batch": 128, "rate": 0.2, "decay": 5e-4, "shift": 4, "flip": True, "smooth": 0.1},
}


# ---------------------------------------------------------------- training

def augment(images, recipe, random):
    """Moves and mirrors each image of a batch by its own random amount; what moves in is black."""
    s, (n, _, h, w) = recipe["shift"], images.shape
    if s:
        padded = np.pad(images, ((0, 0), (0, 0), (s, s), (s, s)))
        shifted = np.lib.stride_tricks.sliding_window_view(padded, (h, w), axis=(2, 3))
        dy, dx = random.integers(0, 2 * s + 1, (2, n))
        images = shifted[np.arange(n), :, dy, dx]
    if recipe["flip"]:
        images = np.where(random.integers(0, 2, (n, 1, 1, 1)) == 1, images[..., ::-1], images)
    return images


def folded(layers):
    """The same network for inference, each batch normalisation folded into the layer before it."""
    result = []
    for layer in layers:
        if isinstance(layer, nn.BatchNorm2d):
            result[-1] = fuse_conv_bn_eval(result[-1].eval(), layer.eval())
        elif isinstance(layer, nn.BatchNorm1d):
            result[-1] = fuse_linear_bn_eval(result[-1].eval(), layer.eval())
        else:
            result.append(layer)
    return nn.Sequential(*result).eval()


def tensor(images, dataset):
    return torch.from_numpy(onnx_numpy.prepare(images, dataset)).contiguous(memory_format=torch.channels_last)


@torch.no_grad()
def accuracy(network, images, labels, dataset, bfloat16):
    right = 0
    for i in range(0, len(images), 250):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bfloat16):
            y = network(tensor(images[i:i + 250], dataset))
        right += int((y.argmax(1).numpy() == labels[i:i + 250]).sum())
    return 100.0 * right / len(images)


def average_pool(graph, x, kernel, stride, padding, ceil_mode, count_include_pad, divisor):
    """AveragePool alone, where torch would put a Pad of nothing before it."""
    return graph.op("AveragePool", x, kernel_shape_i=[2, 2], strides_i=[2, 2])


def write_onnx(network, path, shape):
    torch.onnx.register_custom_op_symbolic("aten::avg_pool2d", average_pool, OPSET)
    network = network.to(memory_format=torch.contiguous_format)
    torch.onnx.export(network, torch.zeros(1, *shape), path, opset_version=OPSET,
                      input_names=["input"], output_names=["logits"],
                      dynamic_axes={"input": {0: "batch"}, "logits": {0: "batch"}})


def write_accuracy(path, entry):
    """Puts the entry into accuracy.json, in the place of the network's earlier one."""
    entries = []
    if os.path.exists(path):
        with open(path) as f:
            entries = [e for e in json.load(f)["networks"] if e["name"] != entry["name"]]
    with open(path, "w") as f:
        json.dump({"networks": sorted(entries + [entry], key=lambda e: e["name"])}, f, indent=2)
        f.write("\n")


def train(name, folder, out, epochs, seed, bfloat16, every_epoch):
    layers, dataset, _, special = NETWORKS[name]
    recipe = {**RECIPE[dataset], **special}
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    images, labels = data.load(folder, dataset, "train")
    test_images, test_labels = data.load(folder, dataset, "test")

    network = nn.Sequential(*layers()).to(memory_format=torch.channels_last)
    steps = len(images) // recipe["batch"]
    if dataset == "cifar10":
        optimizer = torch.optim.SGD(network.parameters(), recipe["rate"], momentum=0.9, nesterov=True,
                                    weight_decay=recipe["decay"])
    else:
        optimizer = torch.optim.AdamW(network.parameters(), recipe["rate"], weight_decay=recipe["decay"])
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, recipe["rate"], total_steps=steps * epochs + 1,
                                                   pct_start=0.25)
    loss_of = nn.CrossEntropyLoss(label_smoothing=recipe["smooth"])

    def export(epoch, measured):
        path = os.path.join(out, name + ".onnx")
        inference = folded(network)
        write_onnx(inference, path, images.shape[1:])
        some = test_images[:20]
        with torch.no_grad():
            np.testing.assert_allclose(onnx_numpy.Network(path).logits(some, dataset),
                                       inference(tensor(some, dataset)).numpy(), rtol=1e-3, atol=1e-3)
        if epoch == epochs:
            measured = onnx_numpy.accuracy(path, folder, dataset)
        macs, weights, parameters = onnx_numpy.Network(path).count(images.shape[1:])
        scale, mean, std = onnx_numpy.INPUTS[dataset]
        write_accuracy(os.path.join(out, "accuracy.json"), {
            "name": name, "dataset": dataset, "test_accuracy": round(measured, 2), "epochs": epoch,
            "seed": seed, "opset": OPSET, "macs": macs, "weights": weights, "parameters": parameters,
            "input_shape": list(images.shape[1:]), "input_scale": scale, "input_mean": mean, "input_std": std})
        return measured

    for epoch in range(1, epochs + 1):
        start, total = time.time(), 0.0
        network.train()
        order = random.permutation(len(images))[:steps * recipe["batch"]].reshape(steps, -1)
        for chosen in order:
            x = tensor(augment(images[chosen], recipe, random), dataset)
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bfloat16):
                y = network(x)
            loss = loss_of(y.float(), torch.from_numpy(labels[chosen].astype(np.int64)))
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimizer.step()
            schedule.step()
            total += loss.item()
        network.eval()
        measured = accuracy(network, test_images, test_labels, dataset, bfloat16)
        print(f"{name} epoch {epoch}/{epochs}: loss {total / steps:.4f}, test {measured:.2f} %, "
              f"{time.time() - start:.1f} s", flush=True)
        if every_epoch and epoch < epochs:
            export(epoch, measured)
    print(f"{name}: {export(epochs, measured):.2f} % of the test set by the exported file", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="name the networks and end")
    parser.add_argument("--network", nargs="+", choices=[*NETWORKS, "all"], metavar="NAME",
                        help="one or more names of the table, or all")
    parser.add_argument("--data", metavar="DIR", help="the folder that `tacit data` wrote")
    parser.add_argument("--out", metavar="DIR", default=".", help="where NAME.onnx and accuracy.json go")
    parser.add_argument("--epochs", type=int, help="instead of the network's own number")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--bfloat16", action="store_true",
                        help="bfloat16 products while training: over twice as fast on processors that have them")
    parser.add_argument("--every-epoch", action="store_true", help="export after each epoch, not the last alone")
    a = parser.parse_args()
    if a.list:
        for name, (_, dataset, epochs, _) in NETWORKS.items():
            print(f"{name:22} {dataset:8} {epochs} epochs")
        return
    if not a.network or not a.data:
        parser.error("--network and --data are needed")
    torch.set_num_threads(a.threads)
    os.makedirs(a.out, exist_ok=True)
    for name in NETWORKS if "all" in a.network else a.network:
        train(name, a.data, a.out, a.epochs or NETWORKS[name][2], a.seed, a.bfloat16, a.every_epoch)


if __name__ == "__main__":
    main()
