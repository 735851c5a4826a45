"""What digits/train.py and risk/train.py have in common: a deterministic set-up, the split, and the files that are shipped.

Import this module before torch or numpy: the numbers of threads are read from the environment when those load.
"""

import os

# One thread: a different number of threads adds floats in a different order, and the trained bytes differ.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"

import json
import random
from pathlib import Path

import numpy
import onnx
import torch
from sklearn.model_selection import train_test_split

OPSET = 13


def make_deterministic(seed):
    random.seed(seed)
    numpy.random.seed(seed)
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)


def split(indices, labels, taken, seed):
    """Two sorted index arrays, the rest and `taken` items, each with the classes in the proportions of `indices`."""
    parts = train_test_split(indices, test_size=taken, random_state=seed, stratify=labels[indices])
    return tuple(numpy.sort(part) for part in parts)


def fit(model, variants, labels, epochs, batch, rate, decay):
    """Cross-entropy on logits, AdamW, cosine schedule, no early stopping: nothing is chosen by looking at other data.

    `variants` is [V, items, ...]: V versions of every training item, one of which is drawn each time it is used.
    """
    x, y = torch.from_numpy(variants), torch.from_numpy(labels.astype(numpy.int64))
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=decay)
    steps = epochs * -(-len(y) // batch)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(epochs):
        for chosen in torch.randperm(len(y)).split(batch):
            drawn = torch.randint(len(x), (len(chosen),))
            loss = torch.nn.functional.cross_entropy(model(x[drawn, chosen]), y[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()


def run(model, inputs):
    with torch.no_grad():
        return model(torch.from_numpy(inputs)).numpy()


def export(model, example, path, input_name, output_name):
    """Writes and checks the ONNX file. The first dimension of input and output is dynamic and named N."""
    torch.onnx.export(
        model, torch.from_numpy(example), str(path), opset_version=OPSET, do_constant_folding=True,
        input_names=[input_name], output_names=[output_name],
        dynamic_axes={input_name: {0: "N"}, output_name: {0: "N"}})
    onnx.checker.check_model(onnx.load(str(path)), full_check=True)


def ship(folder, model, card, calibration, test, test_labels):
    """Writes everything beside train.py and prints the accuracy. `card` becomes model.json, completed with the accuracy."""
    folder = Path(folder)
    model.eval()
    export(model, calibration[:2], folder / "model.onnx", card["input"]["name"], card["output"]["name"])
    expected = run(model, test)
    correct = int((expected.argmax(axis=1) == test_labels).sum())
    for name, array in (("calibration", calibration), ("test_inputs", test), ("expected_float", expected)):
        assert array.dtype == numpy.float32 and array.flags["C_CONTIGUOUS"]
        numpy.save(folder / f"{name}.npy", array)
    numpy.save(folder / "test_labels.npy", test_labels.astype(numpy.uint8))
    (folder / "labels.txt").write_text("".join(f"{label}\n" for label in card["classes"]), encoding="utf-8")
    card = {**card, "float_accuracy": {
        "correct": correct, "of": len(test_labels), "accuracy": round(correct / len(test_labels), 6)}}
    (folder / "model.json").write_text(
        json.dumps(card, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
    print(f"{card['name']}: {correct} of {len(test_labels)} test items right, accuracy {correct / len(test_labels):.4f}")
