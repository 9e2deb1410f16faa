"""What goes into 8 bits and what stays in floats, on a graph made by hand."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

pytest.importorskip("onnxruntime.quantization")

from mien.export.quantisation import left_in_floats, quantised
from mien.weights.runtime import onnxruntime


def _made() -> onnx.ModelProto:
    """conv, relu, conv, relu, conv, sum with the second relu, relu."""
    draws = np.random.default_rng(0)
    steps = [
        ("Conv", "a", ["image", "w1"], "a"),
        ("Relu", "ra", ["a"], "ra"),
        ("Conv", "b", ["ra", "w2"], "b"),
        ("Relu", "rb", ["b"], "rb"),
        ("Conv", "c", ["rb", "w3"], "c"),
        ("Add", "sum", ["c", "rb"], "sum"),
        ("Relu", "rs", ["sum"], "out"),
    ]
    padding = {"Conv": {"pads": [1, 1, 1, 1]}}
    nodes = [
        helper.make_node(kind, taken, [given], name, **padding.get(kind, {}))
        for kind, name, taken, given in steps
    ]
    shapes = {"w1": (8, 1, 3, 3), "w2": (8, 8, 3, 3), "w3": (8, 8, 3, 3)}
    weights = [
        numpy_helper.from_array(draws.normal(0, 0.2, shape).astype(np.float32), name)
        for name, shape in shapes.items()
    ]
    graph = helper.make_graph(
        nodes,
        "made",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 1, 48, 48])],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, ["n", 8, 48, 48])],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    return model


def test_the_first_convolution_and_relus_after_anything_else_stay() -> None:
    assert left_in_floats(_made()) == ["a", "ra", "rs"]


def test_a_relu_after_a_convolution_is_the_end_of_its_range() -> None:
    model = _made()
    faces = np.random.default_rng(1).random((32, 1, 48, 48)).astype(np.float32)
    small = quantised(model, [{"image": faces}])
    assert sorted(n.name for n in small.graph.node if n.op_type == "Relu") == ["ra", "rs"]
    told = {t.name: numpy_helper.to_array(t) for t in small.graph.initializer}
    assert told["rb_zero_point"] == 0  # no step below zero
    exact, rounded = (
        onnxruntime.InferenceSession(m.SerializeToString()).run(None, {"image": faces})[0]
        for m in (model, small)
    )
    # Single values beyond the ranges are cut off, so the mean tells, not the greatest.
    assert np.abs(exact - rounded).mean() < 0.01 * exact.max()


def test_what_it_is_given_stays_as_it_was() -> None:
    model = _made()
    before = model.SerializeToString()
    quantised(model, [{"image": np.zeros((2, 1, 48, 48), np.float32) + 0.5}])
    assert model.SerializeToString() == before
