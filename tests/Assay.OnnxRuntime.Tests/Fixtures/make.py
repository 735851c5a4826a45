# Writes the small models of these tests. Debian: python3-onnx.
from onnx import TensorProto as T, helper as h, save

FLOAT, INT64, BOOL = T.FLOAT, T.INT64, T.BOOL


def write(name, nodes, inputs, outputs, constants=()):
    tensors = lambda ports: [h.make_tensor_value_info(n, t, s) for n, t, s in ports]
    graph = h.make_graph(nodes, name, tensors(inputs), tensors(outputs), list(constants))
    save(h.make_model(graph, opset_imports=[h.make_opsetid("", 13)], ir_version=8), f"{name}.onnx")


def int64(name, *values):
    return h.make_tensor(name, INT64, [len(values)], values)


# Two element types in and out, a scalar, a symbolic dimension.
write("mixed",
      [h.make_node("Add", ["n", "one"], ["next"]),
       h.make_node("ReduceSum", ["x"], ["total"], keepdims=0),
       h.make_node("Log", ["x"], ["log"])],
      [("n", INT64, ["k"]), ("x", FLOAT, ["k", 2])],
      [("next", INT64, ["k"]), ("total", FLOAT, []), ("log", FLOAT, ["k", 2])],
      [int64("one", 1)])

# As many zeros as the input says.
write("zeros", [h.make_node("ConstantOfShape", ["n"], ["z"]), h.make_node("ReduceSum", ["z"], ["total"], keepdims=0)],
      [("n", INT64, [1])], [("total", FLOAT, [])])
write("many", [h.make_node("ConstantOfShape", ["n"], ["z"])], [("n", INT64, [1])], [("z", FLOAT, ["k"])])

# 16 GiB of zeros that don't depend on the input: an optimiser may make them while it loads the model.
write("folded", [h.make_node("ConstantOfShape", ["n"], ["z"]), h.make_node("ReduceSum", ["z"], ["s"], keepdims=0), h.make_node("Add", ["x", "s"], ["y"])],
      [("x", FLOAT, [1])], [("y", FLOAT, [1])], [int64("n", 1 << 32)])

# Goes on for ever.
body = h.make_graph(
    [h.make_node("Identity", ["go"], ["still"]), h.make_node("Add", ["v", "step"], ["w"])], "body",
    [h.make_tensor_value_info("i", INT64, []), h.make_tensor_value_info("go", BOOL, []), h.make_tensor_value_info("v", FLOAT, [1])],
    [h.make_tensor_value_info("still", BOOL, []), h.make_tensor_value_info("w", FLOAT, [1])],
    [h.make_tensor("step", FLOAT, [1], [1.0])])
write("endless", [h.make_node("Loop", ["", "true", "x"], ["y"], body=body)], [("x", FLOAT, [1])], [("y", FLOAT, [1])],
      [h.make_tensor("true", BOOL, [], [True])])

# Where the input isn't zero: nowhere, perhaps.
write("nonzero", [h.make_node("NonZero", ["x"], ["where"])], [("x", FLOAT, ["k"])], [("where", INT64, [1, "m"])])

write("bools", [h.make_node("Greater", ["x", "x"], ["y"])], [("x", FLOAT, ["k"])], [("y", BOOL, ["k"])])

# The node tests' exact model (y = x0 + 2 x1, x0 - x1), a little off: what a float model called by its name might be.
write("tiny", [h.make_node("MatMul", ["x", "w"], ["m"]), h.make_node("Add", ["m", "b"], ["y"])], [("x", FLOAT, ["n", 2])], [("y", FLOAT, ["n", 2])],
      [h.make_tensor("w", FLOAT, [2, 2], [1.0, 1.0, 2.0, -1.0]), h.make_tensor("b", FLOAT, [2], [0.001, 0.001])])
