"""Reads the data sets from the folder that `tacit data` writes.

    DIR/mnist/train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-... (.gz is fine too)
    DIR/fashion/...                    the same four names
    DIR/cifar10/data_batch_1.bin ... data_batch_5.bin, test_batch.bin
                                       records of 1 label byte and 3,072 pixel bytes (3 planes of 32x32)
"""
import gzip
import hashlib
import os

import numpy as np

MD5 = {
    "mnist/train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "mnist/train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "mnist/t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "mnist/t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
    "cifar10/data_batch_1.bin": "5dd7e06a14cb22eb9f671a540d1b7c25",
    "cifar10/data_batch_2.bin": "5ea93a67294ea407fff1d09f752e9692",
    "cifar10/data_batch_3.bin": "942cd6a4bcdd0dd3c604fbe906cb4421",
    "cifar10/data_batch_4.bin": "ae636b3ba5c66a11e91e8cb52e771fcb",
    "cifar10/data_batch_5.bin": "53f37980c15c3d472c316c40844f3f0d",
    "cifar10/test_batch.bin": "803d5f7f4d78ea53de84dbe85f74fb6d",
    # Fashion-MNIST, MD5 of the unpacked files
    "fashion/train-images-idx3-ubyte": "f4a8712d7a061bf5bd6d2ca38dc4d50a",
    "fashion/train-labels-idx1-ubyte": "9018921c3c673c538a1fc5bad174d6f9",
    "fashion/t10k-images-idx3-ubyte": "8181f5470baa50b63fa0f6fddb340f0a",
    "fashion/t10k-labels-idx1-ubyte": "15d484375f8d13e6eb1aabb0c3f46965",
}

CLASSES = {"mnist": 10, "fashion": 10, "cifar10": 10}


def read(folder, name):
    """The bytes of one file (unpacked if it ends in .gz), checked against its known MD5."""
    path = os.path.join(folder, *name.split("/"))
    if os.path.exists(path):
        with open(path, "rb") as f:
            content = f.read()
    elif os.path.exists(path + ".gz"):
        with gzip.open(path + ".gz", "rb") as f:
            content = f.read()
    else:
        raise SystemExit(f"{path} is missing: fetch it with `tacit data {name.split('/')[0]}`")
    found = hashlib.md5(content).hexdigest()
    if name in MD5 and found != MD5[name]:
        raise SystemExit(f"{path}: MD5 {found}, expected {MD5[name]}")
    return content


def idx(content):
    """An array from the idx format: magic 0, 0, 8 (bytes), rank; big-endian sizes; the values."""
    assert content[:3] == b"\0\0\x08", "not an idx file of bytes"
    rank = content[3]
    shape = np.frombuffer(content, ">i4", rank, 4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(shape)


def load(folder, name, part):
    """Images (N, C, H, W) and labels (N), both uint8; part is "train" or "test"."""
    if name == "cifar10":
        files = ["test_batch"] if part == "test" else [f"data_batch_{i}" for i in range(1, 6)]
        records = np.frombuffer(b"".join(read(folder, f"cifar10/{f}.bin") for f in files), np.uint8)
        records = records.reshape(-1, 3073)
        return records[:, 1:].reshape(-1, 3, 32, 32).copy(), records[:, 0].copy()
    prefix = {"train": "train", "test": "t10k"}[part]
    images = idx(read(folder, f"{name}/{prefix}-images-idx3-ubyte"))
    labels = idx(read(folder, f"{name}/{prefix}-labels-idx1-ubyte"))
    return images[:, None].copy(), labels.copy()
