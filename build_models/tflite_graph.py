"""Reads a ``.tflite`` file into plain operators and constants."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import tflite
from numpy.typing import NDArray

Array = NDArray[Any]

_OPERATORS: Final = {v: k for k, v in vars(tflite.BuiltinOperator).items() if isinstance(v, int)}
_TYPES: Final = {
    tflite.TensorType.FLOAT32: np.float32,
    tflite.TensorType.FLOAT16: np.float16,
    tflite.TensorType.INT32: np.int32,
}
#: Operators whose options are read, and the schema's class for them.
_OPTIONS: Final = {
    "ADD": tflite.AddOptions,
    "CONCATENATION": tflite.ConcatenationOptions,
    "CONV_2D": tflite.Conv2DOptions,
    "DEPTHWISE_CONV_2D": tflite.DepthwiseConv2DOptions,
    "MAX_POOL_2D": tflite.Pool2DOptions,
    "RESIZE_BILINEAR": tflite.ResizeBilinearOptions,
}


class UnsupportedGraph(ValueError):
    """The graph holds something that the conversion does not know."""


@dataclass(frozen=True)
class Operator:
    """``kind`` as in the schema; ``inputs`` and ``outputs`` are tensor numbers;
    ``options`` is the schema's object, None where the kind has none."""

    kind: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: Any = None


@dataclass(frozen=True)
class Graph:
    """Operators in running order; shapes are NHWC as stored; ``constants`` keep the
    type they are stored in (float16 stays float16, DEQUANTIZE is resolved)."""

    operators: tuple[Operator, ...]
    shapes: dict[int, tuple[int, ...]]
    names: dict[int, str]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    constants: dict[int, Array] = field(repr=False)


def read_graph(data: bytes) -> Graph:
    """The first subgraph of a TFLite flat buffer.

    Raises:
        UnsupportedGraph: for sparse or quantised tensors, or an unknown type.
    """
    model = tflite.Model.GetRootAsModel(data, 0)
    graph = model.Subgraphs(0)
    tensors = [graph.Tensors(i) for i in range(graph.TensorsLength())]
    constants = {i: a for i, t in enumerate(tensors) if (a := _constant(model, t)) is not None}
    operators = []
    for operator in _operators(model, graph):
        if operator.kind == "DEQUANTIZE" and operator.inputs[0] in constants:
            constants[operator.outputs[0]] = constants[operator.inputs[0]]
        else:
            operators.append(operator)
    return Graph(
        tuple(operators),
        {i: _shape(t) for i, t in enumerate(tensors)},
        {i: t.Name().decode() for i, t in enumerate(tensors)},
        tuple(int(i) for i in graph.InputsAsNumpy()),
        tuple(int(i) for i in graph.OutputsAsNumpy()),
        constants,
    )


def _shape(tensor: Any) -> tuple[int, ...]:
    return tuple(int(v) for v in tensor.ShapeAsNumpy()) if tensor.ShapeLength() else ()


def _constant(model: Any, tensor: Any) -> Array | None:
    buffer = model.Buffers(tensor.Buffer())
    if not buffer.DataLength():
        return None
    if tensor.Sparsity() is not None:
        raise UnsupportedGraph(f"Tensor {tensor.Name()!r} is sparse; take the dense model.")
    if tensor.Type() not in _TYPES:
        raise UnsupportedGraph(f"Tensor {tensor.Name()!r} has type {tensor.Type()}.")
    values: Array = np.frombuffer(buffer.DataAsNumpy().tobytes(), _TYPES[tensor.Type()])
    return values.reshape(_shape(tensor))


def _operators(model: Any, graph: Any) -> Iterator[Operator]:
    for i in range(graph.OperatorsLength()):
        raw = graph.Operators(i)
        code = model.OperatorCodes(raw.OpcodeIndex())
        # Files written before schema 3a keep the code in the older, one-byte field.
        kind = _OPERATORS[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
        options = None
        if kind in _OPTIONS:
            options = _OPTIONS[kind]()
            table = raw.BuiltinOptions()
            options.Init(table.Bytes, table.Pos)
        yield Operator(
            kind,
            tuple(int(v) for v in raw.InputsAsNumpy()),
            tuple(int(v) for v in raw.OutputsAsNumpy()),
            options,
        )
