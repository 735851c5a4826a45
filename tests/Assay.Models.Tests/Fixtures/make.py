#!/usr/bin/python3
"""Makes the small ONNX files of this folder with what PyTorch computes for them.

Debian 12: apt-get install python3-torch python3-onnx. Every model has random weights from a fixed seed; NAME.onnx,
NAME.x.npy (inputs, 32 items) and NAME.y.npy (outputs of the same items) belong together.
"""
import numpy
import torch
from torch import nn

torch.manual_seed(20261121)
torch.set_num_threads(1)
ITEMS = 32


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3, padding=1)
        self.second = nn.Conv2d(8, 8, 3, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.last = nn.Linear(8, 5)

    def forward(self, x):
        a = torch.relu(self.first(x))
        b = torch.relu(self.norm(self.second(a)) + a)
        c = nn.functional.adaptive_avg_pool2d(b, 1)
        return self.last(c.view(c.size(0), -1))


class Minus(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(12, 6)
        self.b = nn.Linear(12, 6)
        self.shift = nn.Parameter(torch.randn(6))

    def forward(self, x):
        return torch.sigmoid(self.a(x) - torch.tanh(self.b(x))) * self.shift + 0.5


class Tokens(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Linear(10, 7)
        self.v = nn.Linear(7, 4)

    def forward(self, x):
        return torch.softmax(self.v(torch.relu(self.w(x) / 3 - 0.25)), dim=-1)


def trained_norms(model):
    """Gives every BatchNorm statistics and parameters other than 0 and 1."""
    for module in model.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            module.running_mean.uniform_(-1, 1)
            module.running_var.uniform_(0.3, 2)
            module.weight.data.uniform_(0.5, 1.5)
            module.bias.data.uniform_(-0.5, 0.5)
    return model


def tabular():
    model = nn.Sequential(nn.BatchNorm1d(9), nn.Linear(9, 16), nn.ReLU(), nn.Linear(16, 3), nn.Softmax(dim=1))
    trained_norms(model)
    scale = torch.tensor([1e-3, 0.1, 1, 10, 100, 1000, 1e4, 1, 1])
    model[0].running_mean.mul_(scale)
    model[0].running_var.mul_(scale * scale)
    return model, torch.randn(ITEMS, 9) * scale + scale


def cases():
    yield "residual", 13, Residual(), torch.randn(ITEMS, 3, 9, 9)
    yield "minus", 12, Minus(), torch.randn(ITEMS, 12)
    yield "tokens", 17, Tokens(), torch.randn(ITEMS, 6, 10)
    model, x = tabular()
    yield "tabular", 9, model, x
    yield "mobile", 10, nn.Sequential(
        nn.Conv2d(3, 8, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU6(),
        nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=False), nn.BatchNorm2d(8), nn.ReLU6(),
        nn.Conv2d(8, 12, 1), nn.AvgPool2d(3, stride=2, padding=1, count_include_pad=False), nn.Flatten(), nn.Linear(12 * 9, 6)), torch.rand(ITEMS, 3, 11, 10)
    yield "signal", 11, nn.Sequential(
        nn.Conv1d(2, 6, 5, dilation=2), nn.BatchNorm1d(6), nn.ReLU(), nn.MaxPool1d(2),
        nn.Conv1d(6, 6, 3, stride=2, padding=1, groups=2), nn.Tanh(), nn.AvgPool1d(2), nn.Flatten(), nn.Linear(12, 4)), torch.randn(ITEMS, 2, 24)
    yield "normfirst", 14, nn.Sequential(
        nn.BatchNorm2d(2), nn.Conv2d(2, 4, 3, padding=1), nn.MaxPool2d(3, stride=2, padding=1, ceil_mode=True), nn.ReLU(),
        nn.AvgPool2d(2, padding=1), nn.BatchNorm2d(4), nn.Flatten(), nn.Dropout(0.5), nn.Linear(36, 3), nn.Sigmoid()), torch.randn(ITEMS, 2, 7, 7) * 3


for name, opset, model, x in cases():
    trained_norms(model).eval() if name != "tabular" else model.eval()
    with torch.no_grad():
        y = model(x)
    torch.onnx.export(
        model, x[:1], f"{name}.onnx", opset_version=opset, input_names=["x"], output_names=["y"], do_constant_folding=opset % 2 == 0,
        training=torch.onnx.TrainingMode.EVAL, dynamic_axes={"x": {0: "n"}, "y": {0: "n"}})
    numpy.save(f"{name}.x.npy", x.numpy().astype(numpy.float32))
    numpy.save(f"{name}.y.npy", y.numpy().astype(numpy.float32))
    print(name, tuple(y.shape))
