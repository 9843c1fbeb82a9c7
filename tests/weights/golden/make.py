#!/usr/bin/env python3
"""Writes the files beside this script that Python's PyTorch makes and the tests read.

    apt-get install --no-install-recommends python3-torch python3-numpy
    python3 tests/weights/golden/make.py
"""
import argparse
import os
import pathlib

import torch

FOLDER = pathlib.Path(__file__).parent


def network():
    """Its tensors are 0, 1, 2...; 10, 11, 12...; 20, 21, 22...: as network_tensor() expects them."""
    module = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
    for i, tensor in enumerate([*module.parameters(), *module.buffers()]):
        values = torch.arange(tensor.numel()) + 10 * i
        tensor.data.copy_(values.reshape(tensor.shape))
    return module


def types():
    numbers = torch.arange(6).reshape(2, 3)
    names = ["float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8",
             "uint8", "bool"]
    tensors = {name: numbers.to(getattr(torch, name)) for name in names}
    shared = torch.arange(12.0)
    return tensors | {
        "transposed": torch.arange(6.0).reshape(2, 3).t(),
        "first_half": shared[:6],
        "last_half": shared[6:],
        "scalar": torch.tensor(2.5),
        "empty": torch.empty(0, 3),
        "parameter": torch.nn.Parameter(torch.ones(2)),
    }


def optimizer_state(module):
    optimizer = torch.optim.Adam(module.parameters(), lr=0.01)
    module(torch.rand(4, 3)).sum().backward()
    optimizer.step()
    return optimizer.state_dict()


def lightning_checkpoint():
    """What PyTorch Lightning puts into its checkpoints, with classes of hyperparameters in it."""
    state = {"model." + name: tensor for name, tensor in network().state_dict().items()}
    return {
        "epoch": 3,
        "global_step": 120,
        "pytorch-lightning_version": "2.1.0",
        "state_dict": state | {"metric.total": torch.zeros(1)},
        "loops": {"fit_loop": {"state_dict": {}, "epoch_progress": {"total": {"ready": 4}}}},
        "callbacks": {"ModelCheckpoint{'monitor': 'val_loss'}": {
            "best_model_score": torch.tensor(0.5), "best_model_path": "a.ckpt", "kth_value": None}},
        "optimizer_states": [optimizer_state(network())],
        "lr_schedulers": [],
        "hparams_name": "args",
        "hyper_parameters": {
            "args": argparse.Namespace(lr=0.01, seed=2**64 - 1), "folder": pathlib.PurePosixPath("a"),
            "device": torch.device("cpu"), "type": torch.float32, "class": torch.nn.Linear,
            "names": {"a"}, "bytes": b"a", "range": range(3), "size": torch.Size([2, 3])},
    }


class CallsTheSystem:
    def __reduce__(self):
        return os.system, ("true",)


def save(content, name, **options):
    torch.save(content, FOLDER / name, **options)


torch.manual_seed(1)
state = network().state_dict()
save(state, "state_dict.pt")
save(types(), "types.pt")
save({"model_state_dict": state, "optimizer_state_dict": optimizer_state(network()), "epoch": 3},
     "training.pt")
save(lightning_checkpoint(), "lightning.ckpt")
save(state, "old_format.pt", _use_new_zipfile_serialization=False)
save(state | {"0.bias": CallsTheSystem()}, "calls_the_system.pt")
save(network(), "whole_module.pt")
torch.jit.save(torch.jit.script(network()), FOLDER / "script.pt")
