#!/usr/bin/env python3
"""Reads what write_files.cpp wrote: read_files.py <folder>."""
import json
import pathlib
import struct
import sys

try:
    import torch
except ImportError as error:
    print(f"skipped: {error}; on Debian: apt-get install python3-torch python3-numpy")
    sys.exit(77)

TYPES = {"BOOL": torch.bool, "U8": torch.uint8, "I8": torch.int8, "I16": torch.int16,
         "I32": torch.int32, "I64": torch.int64, "F16": torch.float16, "BF16": torch.bfloat16,
         "F32": torch.float32, "F64": torch.float64}


def read_safetensors(path):
    """As the format is described: length, JSON, data."""
    content = path.read_bytes()
    begin = 8 + struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8:begin])
    assert header.pop("__metadata__") == {"format": "pt"}
    tensors = {}
    for name, entry in header.items():
        first, last = (begin + offset for offset in entry["data_offsets"])
        data = bytearray(content[first:last])
        flat = torch.frombuffer(data, dtype=TYPES[entry["dtype"]]) if data else torch.empty(0)
        tensors[name] = flat.reshape(entry["shape"])
    return tensors


def check_numbers(tensors):
    numbers = torch.arange(6).reshape(2, 3)
    expected = {str(dtype).removeprefix("torch."): numbers.to(dtype) for dtype in TYPES.values()}
    expected["transposed"] = numbers.t().float()
    expected["scalar"] = torch.tensor(2.5)
    expected["empty"] = torch.empty(0, 3)
    assert tensors.keys() == expected.keys(), tensors.keys()
    for name, tensor in tensors.items():
        assert tensor.dtype == expected[name].dtype and torch.equal(tensor, expected[name]), name


def check_checkpoint(path):
    """Weights by their names, and the rest as attributes."""
    checkpoint = torch.jit.load(path)
    numbers = torch.arange(6.0).reshape(2, 3)
    state = checkpoint.module.state_dict()
    assert state.keys() == {"layer.weight", "layer.mean"}, state.keys()
    assert torch.equal(state["layer.weight"], numbers)
    assert torch.equal(state["layer.mean"], numbers[1])
    assert checkpoint.sferic.counts["progress/epoch"] == 3
    assert torch.equal(checkpoint.sferic.tensors["optimizers/0/moment"], numbers.t())


def check_predictions(folder):
    first, second = torch.tensor([0.0, 2, 4]), torch.tensor([6.0, 8, 10])
    assert torch.equal(torch.load(folder / "0" / "1.pt", weights_only=True), second)
    predictions = torch.load(folder / "0.pt", weights_only=True)
    assert len(predictions) == 2, predictions
    assert torch.equal(predictions[0], first) and torch.equal(predictions[1], second)


check_predictions(pathlib.Path(sys.argv[1]) / "predictions")
check_checkpoint(pathlib.Path(sys.argv[1]) / "checkpoint.ckpt")
path = pathlib.Path(sys.argv[1]) / "numbers.safetensors"
check_numbers(read_safetensors(path))
try:
    from safetensors.torch import load_file
except ImportError:
    print("without the package safetensors; its file was read as the format is described")
else:
    check_numbers(load_file(path))
