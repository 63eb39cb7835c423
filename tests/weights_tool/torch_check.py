"""Python's torch writes files and reads ours:

torch_check.py write FOLDER                          files of tensors of all kinds
torch_check.py same (FILE.pth FILE.safetensors)...   whether both hold the same
torch_check.py scores FOLDER                         whether net.pth gives the scores of case.safetensors; then other
                                                     weights, other.pyth, and what they give, other_scores.pth
torch_check.py torchvision FOLDER NAME               one of its video networks, net.pth, and the scores that it gives
                                                     some frames, case.pth

Ends with 77 and a reason where there is no torch (or torchvision).
"""

import collections
import json
import pickle
import sys

try:
    import torch
    import torch.nn.functional as F
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


class ResNet:
    """Slow or SlowFast, written down from its paper, over a state dict."""

    def __init__(self, tensors):
        self.tensors = tensors

    def conv(self, name, x, stride=(1, 1, 1)):
        weight = self.tensors[f"{name}.weight"]
        return F.conv3d(x, weight, None, stride, [size // 2 for size in weight.shape[2:]])

    def norm(self, name, x):
        mean, var, weight, bias = (
            self.tensors[f"{name}.{part}"] for part in ("running_mean", "running_var", "weight", "bias")
        )
        return F.batch_norm(x, mean, var, weight, bias, eps=1e-5)

    def stem(self, name, x):
        x = F.relu(self.norm(f"{name}.bn", self.conv(f"{name}.conv", x, (1, 2, 2))))
        return F.max_pool3d(x, (1, 3, 3), (1, 2, 2), (0, 1, 1))

    def stage(self, name, x, stride):
        block = 0
        while f"{name}{block}.branch2.a.weight" in self.tensors:
            part = f"{name}{block}."
            y = F.relu(self.norm(part + "branch2.a_bn", self.conv(part + "branch2.a", x)))
            y = F.relu(self.norm(part + "branch2.b_bn", self.conv(part + "branch2.b", y, (1, stride, stride))))
            y = self.norm(part + "branch2.c_bn", self.conv(part + "branch2.c", y))
            if block == 0:
                x = self.norm(part + "branch1_bn", self.conv(part + "branch1", x, (1, stride, stride)))
            x, stride, block = F.relu(x + y), 1, block + 1
        return x

    def fuse(self, name, slow, fast):
        ratio = fast.shape[2] // slow.shape[2]
        fast = F.relu(self.norm(f"{name}.bn", self.conv(f"{name}.conv_f2s", fast, (ratio, 1, 1))))
        return torch.cat([slow, fast], 1)

    def scores(self, frames):
        x = [self.stem(f"s1.pathway{p}_stem", clip) for p, clip in enumerate(frames)]
        for stage in range(1, 6):
            if stage > 1:
                x = [self.stage(f"s{stage}.pathway{p}_res", y, 1 if stage == 2 else 2) for p, y in enumerate(x)]
            if len(x) == 2 and stage < 5:
                x[0] = self.fuse(f"s{stage}_fuse", *x)
        features = torch.cat([y.mean((2, 3, 4)) for y in x], 1)
        return F.linear(features, self.tensors["head.projection.weight"], self.tensors["head.projection.bias"])


class X3d(ResNet):
    """X3D, the same way."""

    def conv(self, name, x, stride=(1, 1, 1)):
        weight = self.tensors[f"{name}.weight"]
        groups = x.shape[1] // weight.shape[1]
        return F.conv3d(x, weight, self.tensors.get(f"{name}.bias"), stride, [k // 2 for k in weight.shape[2:]],
                        groups=groups)

    def block(self, part, x, stride):
        y = F.relu(self.norm(part + "branch2.a_bn", self.conv(part + "branch2.a", x)))
        y = self.norm(part + "branch2.b_bn", self.conv(part + "branch2.b", y, stride))
        if part + "branch2.se.fc1.weight" in self.tensors:
            squeezed = F.relu(self.conv(part + "branch2.se.fc1", y.mean((2, 3, 4), keepdim=True)))
            y = y * torch.sigmoid(self.conv(part + "branch2.se.fc2", squeezed))
        y = self.norm(part + "branch2.c_bn", self.conv(part + "branch2.c", F.silu(y)))
        if part + "branch1.weight" in self.tensors:
            x = self.norm(part + "branch1_bn", self.conv(part + "branch1", x, stride))
        return F.relu(x + y)

    def scores(self, frames):
        stem = "s1.pathway0_stem"
        x = self.conv(f"{stem}.conv_xy", frames[0], (1, 2, 2))
        x = F.relu(self.norm(f"{stem}.bn", self.conv(f"{stem}.conv", x)))
        for stage in range(2, 6):
            block = 0
            while f"s{stage}.pathway0_res{block}.branch2.a.weight" in self.tensors:
                x = self.block(f"s{stage}.pathway0_res{block}.", x, (1, 2, 2) if block == 0 else (1, 1, 1))
                block += 1
        x = F.relu(self.norm("head.conv_5_bn", self.conv("head.conv_5", x))).mean((2, 3, 4), keepdim=True)
        x = F.relu(self.conv("head.lin_5", x)).flatten(1)
        return F.linear(x, self.tensors["head.projection.weight"], self.tensors["head.projection.bias"])


def network(tensors):
    return (X3d if "s1.pathway0_stem.conv_xy.weight" in tensors else ResNet)(tensors)


def scores(folder):
    tensors = torch.load(f"{folder}/net.pth", weights_only=True)
    case = read_safetensors(f"{folder}/case.safetensors")
    frames = [case[name] for name in sorted(case) if name.startswith("frames")]
    ours = network(tensors).scores(frames)
    difference = (ours - case["scores"]).abs().max().item()
    assert difference <= 1e-5, difference
    print(f"{difference:.1e}")

    torch.manual_seed(2)
    for name, tensor in tensors.items():
        if tensor.is_floating_point():
            tensors[name] = tensor[torch.randperm(len(tensor))]  # other weights of the same scale
    torch.save({"model_state": tensors, "epoch": 1}, f"{folder}/other.pyth")
    torch.save({"scores": network(tensors).scores(frames)}, f"{folder}/other_scores.pth")


def torchvision(folder, name):
    try:
        from torchvision.models import video
    except Exception as error:
        print(f"torchvision cannot be imported: {error}".splitlines()[0])
        sys.exit(77)
    torch.manual_seed(3)
    net = getattr(video, name)(num_classes=5)
    frames = torch.randn(2, 3, 8, 48, 48)
    with torch.no_grad():
        net(frames)  # in training mode: running statistics as if it had been trained
        net.eval()
        torch.save({"frames": frames, "scores": net(frames)}, f"{folder}/case.pth")
    torch.save(net.state_dict(), f"{folder}/net.pth")


{"write": write, "same": same, "scores": scores, "torchvision": torchvision}[sys.argv[1]](*sys.argv[2:])
