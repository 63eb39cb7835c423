"""Python's torch writes files and reads ours: torch_check.py write FOLDER | same (FILE.pth FILE.safetensors)...

Ends with 77 and a reason where there is no torch.
"""

import collections
import json
import pickle
import sys

try:
    import torch
except Exception as error:  # not only ImportError: its libraries may be missing
    print(f"torch cannot be imported: {error}".splitlines()[0])
    sys.exit(77)

TYPES = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "I64": torch.int64,
         "I32": torch.int32, "I16": torch.int16, "I8": torch.int8, "U8": torch.uint8, "BOOL": torch.bool}


def read_safetensors(path):
    with open(path, "rb") as file:
        data = file.read()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        tensor = torch.frombuffer(bytearray(data[begin:end]) or bytearray(8), dtype=TYPES[entry["dtype"]])
        tensors[name] = tensor[: (end - begin) // tensor.element_size()].reshape(entry["shape"])
    return tensors


def state():
    torch.manual_seed(1)
    tensors = collections.OrderedDict()
    for name, dtype in TYPES.items():
        tensors[f"of.{name}"] = (torch.randn(3, 4) * 50).to(dtype)
    whole = torch.randn(5, 6)
    tensors["view"] = whole[1:4, 2:]
    tensors["transposed"] = whole.t()
    tensors["shared"] = whole
    tensors["scalar"] = torch.tensor(7)
    tensors["empty"] = torch.empty(0, 3)
    tensors["parameter"] = torch.nn.Parameter(torch.randn(4))
    return tensors


def write(folder):
    tensors = state()
    optimizer = {"state": {0: {"momentum_buffer": torch.ones(4)}}, "param_groups": [{"lr": 0.1, "params": [0]}]}
    torch.save(tensors, f"{folder}/bare.pth")
    torch.save(tensors, f"{folder}/old.pth", _use_new_zipfile_serialization=False)
    full = {"epoch": 3, "model_state": tensors, "optimizer_state": optimizer, "cfg": "A: 1\n",
            "scaler_state": {"scale": 65536.0}}
    torch.save(full, f"{folder}/full.pyth")
    try:
        import numpy
    except ImportError:
        return
    blobs = {name: tensors[name].float().numpy() for name in ("view", "transposed", "of.F64")}
    blobs["scale"] = numpy.float32(3)
    with open(f"{folder}/caffe2.pkl", "wb") as file:
        pickle.dump({"blobs": blobs, "cfg": "A: 1\n"}, file, protocol=2)


def same(*files):
    """Names, types, shapes and bits."""
    for pth, safetensors in zip(files[::2], files[1::2]):
        ours = torch.load(pth, weights_only=True)
        ours = ours.get("model_state", ours)
        theirs = read_safetensors(safetensors)
        assert set(ours) == set(theirs), set(ours) ^ set(theirs)
        for name, tensor in theirs.items():
            assert ours[name].dtype == tensor.dtype and ours[name].shape == tensor.shape, name
            bits = [t.detach().reshape(-1).contiguous().view(torch.uint8) for t in (ours[name], tensor)]
            assert torch.equal(*bits), name
        print(len(theirs), "tensors")


{"write": write, "same": same}[sys.argv[1]](*sys.argv[2:])
