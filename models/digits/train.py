"""Trains the digits CNN and writes the files beside this script. Usage: OMP_NUM_THREADS=1 /usr/bin/python3 train.py"""

import sys
from collections import OrderedDict
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import training  # first: it sets the number of threads  # noqa: E402

import numpy  # noqa: E402
import torch  # noqa: E402
from sklearn.datasets import load_digits  # noqa: E402
from torch import nn  # noqa: E402

SEED = 20261101

CARD = {
    "name": "digits",
    "description": "A small convolutional network that reads one handwritten digit from an 8x8 grey image.",
    "declared_use": "entertainment",
    "input": {
        "name": "image",
        "datatype": "FP32",
        "shape": [-1, 1, 8, 8],
        "range": [0, 16],
        "meaning": "Ink in each cell, raw: 0 (none) to 16 (all), row by row from the top left. Scaling is in the weights.",
    },
    "output": {
        "name": "logits",
        "datatype": "FP32",
        "shape": [-1, 10],
        "meaning": "One score per digit 0 to 9, not normalised; the largest is the answer.",
    },
    "classes": [str(digit) for digit in range(10)],
    # Dark ink on light paper: black is 16 of ink, white none.
    "presentation": {
        "input": {"kind": "picture", "tensor": "image", "layout": "chw", "colour": "grey", "fit": "letterbox", "black": [16], "white": [0], "fill": 255},
        "output": {"kind": "classes", "tensor": "logits", "labels": [str(digit) for digit in range(10)]},
    },
    "data": {
        "title": "Optical Recognition of Handwritten Digits",
        "authors": "E. Alpaydin, C. Kaynak",
        "year": 1998,
        "doi": "10.24432/C50P49",
        "publisher": "UCI Machine Learning Repository",
        "obtained_from": "sklearn.datasets.load_digits (scikit-learn 1.2.1): the 1797 images of the source's test part",
        "licence": "CC-BY-4.0",
        "changes": "split in three, labels as bytes, pixels as 32-bit floats",
        "split": {"seed": SEED, "train": 1200, "calibration": 150, "test": 447},
    },
    "licence": "CC-BY-4.0",
}


def build():
    # The names are those of the nodes in the ONNX file, so that an error message can be understood.
    return nn.Sequential(OrderedDict(
        conv1=nn.Conv2d(1, 16, 3, padding=1), relu1=nn.ReLU(),
        conv2=nn.Conv2d(16, 32, 3, padding=1), relu2=nn.ReLU(),
        pool=nn.MaxPool2d(2),
        flatten=nn.Flatten(),
        hidden=nn.Linear(32 * 4 * 4, 64), relu3=nn.ReLU(),
        output=nn.Linear(64, 10)))


def shifted(images):
    """[9, items, 1, 8, 8]: each image as it is and moved by one pixel in each of the eight directions."""
    padded = numpy.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1)))
    return numpy.stack([padded[:, :, y:y + 8, x:x + 8] for y in range(3) for x in range(3)])


def main():
    training.make_deterministic(SEED)
    data = load_digits()
    images = data.images.astype(numpy.float32)[:, None]
    labels = data.target
    rest, test = training.split(numpy.arange(len(labels)), labels, 447, SEED)
    train, calibration = training.split(rest, labels, 150, SEED)

    model = build()
    # Chosen by five-fold cross-validation within the training images; the test images chose nothing.
    training.fit(model, shifted(images[train] / 16), labels[train], epochs=80, batch=32, rate=2e-3, decay=1e-1)
    # The network was trained on pixels from 0 to 1. A division by a power of two is exact, so raw pixels with these
    # weights give the same floats.
    with torch.no_grad():
        model.conv1.weight /= 16

    training.ship(HERE, model, CARD, images[calibration], images[test], labels[test])


if __name__ == "__main__":
    main()
