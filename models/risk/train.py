"""Trains the tabular risk model and writes the files beside this script. Usage: OMP_NUM_THREADS=1 /usr/bin/python3 train.py"""

import sys
from collections import OrderedDict
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import training  # first: it sets the number of threads  # noqa: E402

import numpy  # noqa: E402
import torch  # noqa: E402
from sklearn.datasets import load_breast_cancer  # noqa: E402
from torch import nn  # noqa: E402

SEED = 20261101

CARD = {
    "name": "risk",
    "description": "A small network that scores a row of 30 measurements of cell nuclei as malignant or benign.",
    "declared_use": "decision",
    "warning": "A demonstration on public data from 1995. NOT a medical device: never use it on, or about, a patient.",
    "input": {
        "name": "features",
        "datatype": "FP32",
        "shape": [-1, 30],
        "meaning": "Raw measurements in the data's own units and order, as `features` names them. "
                   "Normalisation is in the graph.",
        "features": [],
    },
    "output": {
        "name": "probabilities",
        "datatype": "FP32",
        "shape": [-1, 2],
        "meaning": "Softmax scores of the classes, in order; they add up to 1. Not calibrated as probabilities of disease.",
    },
    "classes": ["malignant", "benign"],
    "presentation": {
        "input": {"kind": "table", "tensor": "features", "features": []},
        "output": {"kind": "classes", "tensor": "probabilities", "labels": ["malignant", "benign"]},
    },
    "data": {
        "title": "Breast Cancer Wisconsin (Diagnostic)",
        "authors": "W. Wolberg, O. Mangasarian, N. Street, W. Street",
        "year": 1995,
        "doi": "10.24432/C5DW2B",
        "publisher": "UCI Machine Learning Repository",
        "obtained_from": "sklearn.datasets.load_breast_cancer (scikit-learn 1.2.1): all 569 rows",
        "licence": "CC-BY-4.0",
        "changes": "split in two, labels as bytes, features as 32-bit floats",
        "split": {"seed": SEED, "train": 398, "calibration": "the training rows", "test": 171},
    },
    "licence": "CC-BY-4.0",
}


def build(rows):
    """Returns the network up to its logits. Its first layer standardises with the training rows' own mean and variance."""
    standardise = nn.BatchNorm1d(30, affine=True)
    standardise.running_mean.copy_(torch.from_numpy(rows.mean(axis=0, dtype=numpy.float64)))
    standardise.running_var.copy_(torch.from_numpy(rows.var(axis=0, dtype=numpy.float64)))
    # Some features vary by as little as 1e-5 (variance): the usual 1e-5 would swamp them.
    standardise.eps = 1e-12
    # The names are those of the nodes in the ONNX file, so that an error message can be understood.
    return nn.Sequential(OrderedDict(
        standardise=standardise,
        hidden1=nn.Linear(30, 64), relu1=nn.ReLU(),
        hidden2=nn.Linear(64, 32), relu2=nn.ReLU(),
        output=nn.Linear(32, 2)))


def main():
    training.make_deterministic(SEED)
    data = load_breast_cancer()
    CARD["input"]["features"] = CARD["presentation"]["input"]["features"] = [str(name) for name in data.feature_names]
    rows = data.data.astype(numpy.float32)
    labels = data.target
    train, test = training.split(numpy.arange(len(labels)), labels, 171, SEED)

    model = build(rows[train])
    model.eval()  # the statistics are the training set's, not a batch's
    training.fit(model, rows[train][None], labels[train], epochs=60, batch=32, rate=1e-3, decay=1e-1)

    model.add_module("softmax", nn.Softmax(dim=-1))  # after training, which works on logits
    # Calibration finds the ranges of the inputs, whose tails are long, so it gets every row that isn't a test row.
    training.ship(HERE, model, CARD, rows[train], rows[test], labels[test])


if __name__ == "__main__":
    main()
