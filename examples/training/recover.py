#!/usr/bin/python3
"""The recovery attack on a partly encrypted LeNet-5 (Ren et al., PoPETs 2024(3)): somebody who has all but the core filters,
and a few labelled images, trains the missing filters anew.

    python3 recover.py --core "5;0,12,14" --data DIR ../networks/mnist_lenet5_square.onnx

Three ways for each number of images: the core filters alone from random values; all filters, the core ones from random
values; and the whole network from random values, for comparison: what the images are worth without the shipped part.
Accuracy over the 10,000 test images, in float32, mean and range over the seeds.
"""
import argparse

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn

import data


class LeNet(nn.Module):
    """PrivDNN's LeNet-5 with squares; `cut` is 0 where a plain filter of the second convolution would read a core channel."""

    def __init__(self, core):
        super().__init__()
        self.first, self.second = nn.Conv2d(1, 6, 5), nn.Conv2d(6, 16, 5)
        self.dense = nn.ModuleList([nn.Linear(256, 120), nn.Linear(120, 84), nn.Linear(84, 10)])
        cut = torch.ones(16, 6, 1, 1)
        if core:
            cut[:, core[0]] = 0
            cut[core[1]] = 1
        self.register_buffer("cut", cut)

    def forward(self, x):
        x = nn.functional.avg_pool2d(self.first(x), 2) ** 2
        x = nn.functional.conv2d(x, self.second.weight * self.cut, self.second.bias)
        x = (nn.functional.avg_pool2d(x, 2) ** 2).flatten(1)
        for layer in self.dense[:-1]:
            x = torch.relu(layer(x))
        return self.dense[-1](x)

    def layers(self):
        return [self.first, self.second, *self.dense]


def load(network, path):
    """Weights and biases of an ONNX file, layer by layer in the order of its nodes."""
    model = onnx.load(path)
    values = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    linear = [n for n in model.graph.node if n.op_type in ("Conv", "Gemm")]
    with torch.no_grad():
        for node, layer in zip(linear, network.layers()):
            layer.weight.copy_(torch.from_numpy(values[node.input[1]].copy()).reshape(layer.weight.shape))
            layer.bias.copy_(torch.from_numpy(values[node.input[2]].copy()))


def forget(network, core):
    """Random values in the place of core filters, as a fresh layer has them."""
    with torch.no_grad():
        for layer, filters in zip((network.first, network.second), core):
            fresh = nn.Conv2d(layer.in_channels, layer.out_channels, 5)
            layer.weight[filters] = fresh.weight[filters]
            layer.bias[filters] = fresh.bias[filters]


def keep_gradients_of(network, core):
    """Only core filters change."""
    for layer in network.dense:
        layer.requires_grad_(False)
    for layer, filters in zip((network.first, network.second), core):
        for values in (layer.weight, layer.bias):
            mask = torch.zeros(len(values), *[1] * (values.dim() - 1))
            mask[filters] = 1
            values.register_hook(lambda gradient, mask=mask: gradient * mask)


def train(network, images, labels, steps):
    optimizer = torch.optim.Adam([p for p in network.parameters() if p.requires_grad], lr=0.002)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    batch = min(64, len(images))
    for _ in range(steps):
        chosen = torch.randint(len(images), (batch,))
        optimizer.zero_grad()
        nn.functional.cross_entropy(network(images[chosen]), labels[chosen]).backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()


def accuracy(network, images, labels):
    with torch.no_grad():
        right = sum((network(images[i:i + 1000]).argmax(1) == labels[i:i + 1000]).sum() for i in range(0, len(images), 1000))
    return 100.0 * float(right) / len(images)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", help="mnist_lenet5_square.onnx")
    parser.add_argument("--core", required=True, help='filters of both convolutions, such as "5;0,12,14"')
    parser.add_argument("--data", required=True, help="folder that `tacit data` writes")
    parser.add_argument("--images", default="100,250,500,1000")
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--seeds", type=int, default=3)
    a = parser.parse_args()
    torch.set_num_threads(1)
    core = [[int(i) for i in layer.split(",") if i] for layer in a.core.split(";")]
    test_images, test_labels = data.load(a.data, "mnist", "test")
    test = torch.from_numpy(test_images.astype(np.float32) / 255), torch.from_numpy(test_labels.astype(np.int64))
    train_images, train_labels = data.load(a.data, "mnist", "train")

    whole = LeNet(None)
    load(whole, a.network)
    separated = LeNet(core)
    load(separated, a.network)
    removed = LeNet(core)
    load(removed, a.network)
    with torch.no_grad():
        for layer, filters in zip((removed.first, removed.second), core):
            layer.weight[filters] = 0
            layer.bias[filters] = 0
    print(f"original {accuracy(whole, *test):.2f} %, separated {accuracy(separated, *test):.2f} %,"
          f" without core filters {accuracy(removed, *test):.2f} %")
    print(f"{'images':>7}  {'core filters alone':>22}  {'all, from the shipped part':>26}  {'all, from nothing':>22}")
    for count in [int(n) for n in a.images.split(",")]:
        row = []
        for way in ("core", "all", "nothing"):
            found = []
            for seed in range(a.seeds):
                torch.manual_seed(seed)
                chosen = np.random.default_rng(seed).choice(len(train_images), count, replace=False)
                images = torch.from_numpy(train_images[chosen].astype(np.float32) / 255)
                labels = torch.from_numpy(train_labels[chosen].astype(np.int64))
                network = LeNet(core if way != "nothing" else None)
                if way != "nothing":
                    load(network, a.network)
                    forget(network, core)
                if way == "core":
                    keep_gradients_of(network, core)
                train(network, images, labels, a.steps)
                found.append(accuracy(network, *test))
            row.append(f"{np.mean(found):.2f} ({min(found):.2f}..{max(found):.2f})")
        print(f"{count:>7}  {row[0]:>22}  {row[1]:>26}  {row[2]:>22}", flush=True)
