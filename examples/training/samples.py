#!/usr/bin/python3
"""Writes the first test images of each class as PNG files named SET-LABEL-INDEX.png.

    python3 samples.py --data DIR --out ../samples
"""
import argparse
import os

import numpy as np
from PIL import Image

import data

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    a = parser.parse_args()
    os.makedirs(a.out, exist_ok=True)
    for name, each in (("mnist", 3), ("fashion", 5)):
        images, labels = data.load(a.data, name, "test")
        for label in range(data.CLASSES[name]):
            for index in np.flatnonzero(labels == label)[:each]:
                path = os.path.join(a.out, f"{name}-{label}-{index:04d}.png")
                Image.fromarray(images[index, 0]).save(path, optimize=True)
