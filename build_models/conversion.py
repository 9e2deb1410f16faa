"""TFLite graph -> ONNX model, channels first, any batch size.

Weights keep the float16 values they are stored in; a Cast turns them to float32, which
ONNX Runtime does once, when it opens the file. All arithmetic is float32.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import onnx
import tflite
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from build_models.sources import LICENCE, Source, stamp
from build_models.tflite_graph import Graph, Operator, UnsupportedGraph, read_graph
from build_models.widened_sums import widened_sums

Array = NDArray[Any]

#: 17 (2022) has every operator used and is read by ONNX Runtime from 1.12 on, in
#: browsers too; 8 is the file format version that belongs to it.
OPSET: Final = 17
IR_VERSION: Final = 8
#: NHWC -> NCHW, and back.
TO_CHANNELS_FIRST: Final = (0, 3, 1, 2)
TO_CHANNELS_LAST: Final = (0, 2, 3, 1)


def convert(data: bytes, source: Source) -> bytes:
    """The ONNX file for a TFLite file; the same bytes in give the same bytes out.

    Input ``image`` is ``(batch, 3, side, side)`` float32; the outputs are those of
    ``source.outputs``, each with the batch axis first.

    Raises:
        UnsupportedGraph: for an operator or option that these models do not use.
    """
    graph = read_graph(data)
    writer = _Writer(graph)
    for operator in graph.operators:
        if operator.kind not in _CONVERSIONS:
            raise UnsupportedGraph(f"No conversion for the operator {operator.kind}.")
        _CONVERSIONS[operator.kind](writer, operator)
    _, height, width, channels = graph.shapes[graph.inputs[0]]
    image = helper.make_tensor_value_info(
        "image", TensorProto.FLOAT, ["batch", channels, height, width]
    )
    model = helper.make_model(
        helper.make_graph(
            writer.nodes, source.name, [image], _outputs(writer, source), writer.initializers
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="mien",
    )
    notes = {
        "source": source.package,
        "source_file": source.file,
        "source_sha256": source.sha256,
        "license": LICENCE,
        "changes": "converted from TFLite to ONNX, weights unchanged",
        "stamp": stamp(source),
    }
    helper.set_model_props(model, notes)
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString(deterministic=True))


def _outputs(writer: _Writer, source: Source) -> list[onnx.ValueInfoProto]:
    """Gives every output its name and its shape; in the order of ``source``."""
    numbers = {writer.graph.names[i]: i for i in writer.graph.outputs}
    infos = []
    for old, (name, shape) in source.outputs.items():
        if old not in numbers:
            raise UnsupportedGraph(f"No output {old!r}; there are: {', '.join(numbers)}.")
        target = writer.constant(f"{name}_shape", np.array([-1, *shape], np.int64))
        writer.node("Reshape", [writer.value(numbers[old]), target], name)
        infos.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", *shape]))
    return infos


class _Writer:
    """Collects nodes and constants; the tensor with number ``i`` is called ``t<i>``."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self.sums = widened_sums(graph)

    def value(self, number: int) -> str:
        return "image" if number == self.graph.inputs[0] else f"t{number}"

    def node(self, kind: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def constant(self, name: str, values: Array) -> str:
        """Adds a constant and answers the name of its float32 (or int64) value."""
        half = values.dtype == np.float16
        stored = f"{name}_half" if half else name
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(values), stored))
        if half:
            self.node("Cast", [stored], name, to=TensorProto.FLOAT)
        return name

    def weights(self, number: int) -> Array:
        if number not in self.graph.constants:
            raise UnsupportedGraph(f"Tensor {number} has to be a constant.")
        return self.graph.constants[number]

    def refuse_activation(self, operator: Operator) -> None:
        if operator.options.FusedActivationFunction() != tflite.ActivationFunctionType.NONE:
            raise UnsupportedGraph(f"{operator.kind} with a fused activation.")


def _pads(writer: _Writer, operator: Operator, kernel: tuple[int, int]) -> list[int]:
    """TFLite's SAME puts the odd pixel at the bottom and right. Order: top, left,
    bottom, right."""
    if operator.options.Padding() == tflite.Padding.VALID:
        return [0, 0, 0, 0]
    before, after = [], []
    sizes = writer.graph.shapes[operator.inputs[0]][1:3]
    strides = operator.options.StrideH(), operator.options.StrideW()
    for size, side, stride in zip(sizes, kernel, strides, strict=True):
        total = max((-(-size // stride) - 1) * stride + side - size, 0)
        before.append(total // 2)
        after.append(total - total // 2)
    return before + after


def _convolve(
    writer: _Writer,
    operator: Operator,
    weights: Array,
    groups: int = 1,
    channels: slice = slice(None),
    suffix: str = "",
) -> None:
    """``weights`` as ONNX wants them: out, in a group, height, width; ``channels`` of the
    outputs are calculated, as a value of the output's name and ``suffix``."""
    writer.refuse_activation(operator)
    options = operator.options
    if (options.DilationHFactor(), options.DilationWFactor()) != (1, 1):
        raise UnsupportedGraph(f"{operator.kind} with dilation.")
    output = writer.value(operator.outputs[0]) + suffix
    kernel = (weights.shape[2], weights.shape[3])
    writer.node(
        "Conv",
        [
            writer.value(operator.inputs[0]),
            writer.constant(f"{output}_weight", weights[channels]),
            writer.constant(f"{output}_bias", writer.weights(operator.inputs[2])[channels]),
        ],
        output,
        kernel_shape=kernel,
        strides=[options.StrideH(), options.StrideW()],
        pads=_pads(writer, operator, kernel),
        group=groups,
    )


def _conv_2d(writer: _Writer, operator: Operator) -> None:
    weights = writer.weights(operator.inputs[1]).transpose(TO_CHANNELS_FIRST)
    for one in writer.sums.values():
        if one.convolution == operator.outputs[0]:
            _convolve(writer, operator, weights, channels=slice(one.channels), suffix="_low")
            rest = slice(one.channels, None)
            _convolve(writer, operator, weights, channels=rest, suffix="_high")
            return
    _convolve(writer, operator, weights)


def _depthwise_conv_2d(writer: _Writer, operator: Operator) -> None:
    if operator.options.DepthMultiplier() != 1:
        raise UnsupportedGraph("DEPTHWISE_CONV_2D with a depth multiplier.")
    weights = writer.weights(operator.inputs[1])  # 1, height, width, out
    _convolve(writer, operator, weights.transpose(3, 0, 1, 2), groups=weights.shape[3])


def _max_pool_2d(writer: _Writer, operator: Operator) -> None:
    writer.refuse_activation(operator)
    options = operator.options
    kernel = (options.FilterHeight(), options.FilterWidth())
    writer.node(
        "MaxPool",
        [writer.value(operator.inputs[0])],
        writer.value(operator.outputs[0]),
        kernel_shape=kernel,
        strides=[options.StrideH(), options.StrideW()],
        pads=_pads(writer, operator, kernel),
    )


def _add(writer: _Writer, operator: Operator) -> None:
    writer.refuse_activation(operator)
    names, output = [writer.value(i) for i in operator.inputs], writer.value(operator.outputs[0])
    one = writer.sums.get(operator.outputs[0])
    if one is None:
        writer.node("Add", names, output)
        return
    wide = writer.value(one.convolution)
    low = writer.node("Add", [f"{wide}_low", writer.value(one.narrow)], f"{output}_low")
    writer.node("Concat", [low, f"{wide}_high"], output, axis=1)


def _relu(writer: _Writer, operator: Operator) -> None:
    writer.node("Relu", [writer.value(operator.inputs[0])], writer.value(operator.outputs[0]))


def _prelu(writer: _Writer, operator: Operator) -> None:
    """a·x + (1 − a)·Relu(x): the same function as PRelu, for which ONNX Runtime 1.31 leaves
    its blocked layout. As two convolutions of single values, into which it takes the Relu and
    the sum, the mesh takes 1.0 ms on one core; as products and a sum 1.2, as PRelu 2.5."""
    x, output = writer.value(operator.inputs[0]), writer.value(operator.outputs[0])
    slope = writer.weights(operator.inputs[1]).reshape(-1, 1, 1, 1)
    rest = 1 - slope.astype(np.float32)
    if (rest >= 0).all():  # then (1 − a)·Relu(x) is Relu((1 − a)·x): one step less
        _scale(writer, x, rest, f"{output}_rest")
        writer.node("Relu", [f"{output}_rest"], f"{output}_gain")
    else:
        writer.node("Relu", [x], f"{output}_relu")
        _scale(writer, f"{output}_relu", rest, f"{output}_gain")
    _scale(writer, x, slope, f"{output}_leak")
    writer.node("Add", [f"{output}_leak", f"{output}_gain"], output)


def _scale(writer: _Writer, x: str, factors: Array, output: str) -> None:
    """Each channel times its own factor; ``factors`` is ``(channels, 1, 1, 1)``."""
    weight = writer.constant(f"{output}_weight", factors)
    writer.node("Conv", [x, weight], output, kernel_shape=(1, 1), group=len(factors))


def _pad(writer: _Writer, operator: Operator) -> None:
    if any(operator.outputs[0] == one.padded for one in writer.sums.values()):
        return
    amounts = writer.weights(operator.inputs[1])[list(TO_CHANNELS_FIRST)]
    output = writer.value(operator.outputs[0])
    pads = writer.constant(f"{output}_pads", amounts.T.reshape(-1).astype(np.int64))
    writer.node("Pad", [writer.value(operator.inputs[0]), pads], output)


def _resize_bilinear(writer: _Writer, operator: Operator) -> None:
    options = operator.options
    if options.AlignCorners() or not options.HalfPixelCenters():
        raise UnsupportedGraph("RESIZE_BILINEAR other than with half-pixel centres.")
    output = writer.value(operator.outputs[0])
    before = writer.graph.shapes[operator.inputs[0]]
    after = writer.graph.shapes[operator.outputs[0]]
    factors = np.array([1, 1, after[1] / before[1], after[2] / before[2]], np.float32)
    scales = writer.constant(f"{output}_scales", factors)
    writer.node(
        "Resize",
        [writer.value(operator.inputs[0]), "", scales],
        output,
        mode="linear",
        coordinate_transformation_mode="half_pixel",
    )


def _reshape(writer: _Writer, operator: Operator) -> None:
    """TFLite's order of values is channels last, so the channels go there first."""
    output = writer.value(operator.outputs[0])
    if len(writer.graph.shapes[operator.inputs[0]]) != 4:
        raise UnsupportedGraph("RESHAPE of other than a picture-shaped tensor.")
    last = writer.node(
        "Transpose",
        [writer.value(operator.inputs[0])],
        f"{output}_last",
        perm=TO_CHANNELS_LAST,
    )
    shape = np.array([-1, *writer.graph.shapes[operator.outputs[0]][1:]], np.int64)
    writer.node("Reshape", [last, writer.constant(f"{output}_shape", shape)], output)


def _concatenation(writer: _Writer, operator: Operator) -> None:
    writer.refuse_activation(operator)
    if len(writer.graph.shapes[operator.outputs[0]]) == 4:
        raise UnsupportedGraph("CONCATENATION of picture-shaped tensors.")
    names = [writer.value(i) for i in operator.inputs]
    writer.node("Concat", names, writer.value(operator.outputs[0]), axis=operator.options.Axis())


_CONVERSIONS: Final[dict[str, Callable[[_Writer, Operator], None]]] = {
    "ADD": _add,
    "CONCATENATION": _concatenation,
    "CONV_2D": _conv_2d,
    "DEPTHWISE_CONV_2D": _depthwise_conv_2d,
    "MAX_POOL_2D": _max_pool_2d,
    "PAD": _pad,
    "PRELU": _prelu,
    "RELU": _relu,
    "RESHAPE": _reshape,
    "RESIZE_BILINEAR": _resize_bilinear,
}
