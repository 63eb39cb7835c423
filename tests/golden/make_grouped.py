"""Writes grouped.json beside this file: residual networks with grouped convolutions (ResNeXt), whole clips and steps
that carry, in plain Python torch. Of the published code there are no such numbers. README.md here says how weights and
clips are filled; docs/method.md M2.1, M2.4, M2.6 and M6.3 are what is computed.

    PYTHONPATH=.deps/python python3 tests/golden/make_grouped.py
"""

import json
import math
import pathlib

import torch
import torch.nn.functional as F

CLASSES, SIZE, MASK = 5, 64, (1 << 64) - 1
STRIDES = [1, 2, 2, 2]
KERNELS = [1, 1, 3, 3]


def fill(name):
    state = 0xCBF29CE484222325
    for byte in name.encode():
        state = ((state ^ byte) * 0x100000001B3) & MASK
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield ((z ^ (z >> 31)) >> 11) / 2**52 - 1


def filled(name, *shape):
    scale, offset = 0.1, 0.0
    if len(shape) == 5:
        scale = math.sqrt(6 / math.prod(shape[1:]))
    elif len(shape) == 2:
        scale = 8 / shape[1]
    elif name.endswith("running_var"):
        scale, offset = 0.2, 1.0
    elif name.endswith("c_bn.weight"):
        offset = 0.5
    elif name.endswith("weight"):
        offset = 1.0
    numbers = fill(name)
    values = [offset + scale * next(numbers) for _ in range(math.prod(shape))]
    return torch.tensor(values, dtype=torch.float64).float().view(shape)


def clip(frames):
    numbers, values = fill("input"), []
    for c in range(3):
        for t in range(frames):
            for y in range(SIZE):
                for x in range(SIZE):
                    values.append(math.sin(0.9 * t + 0.21 * y + 0.13 * x + 1.1 * c) + 0.5 * next(numbers))
    return torch.tensor(values, dtype=torch.float64).float().view(1, 3, frames, SIZE, SIZE)


class Network:
    """A Slow network, and what it carries from step to step."""

    def __init__(self, setting, dtype):
        self.setting, self.dtype, self.tensors, self.carry = setting, dtype, {}, {}

    def tensor(self, name, *shape):
        if name not in self.tensors:
            self.tensors[name] = filled(name, *shape).to(self.dtype)
        return self.tensors[name]

    def conv(self, name, x, out, kernel, stride=1, groups=1):
        weight = self.tensor(f"{name}.weight", out, x.size(1) // groups, *kernel)
        padding = [k // 2 for k in kernel]
        return F.conv3d(x, weight, stride=(1, stride, stride), padding=padding, groups=groups)

    def norm(self, name, x):
        mean, var, weight, bias = (self.tensor(f"{name}.{part}", x.size(1))
                                   for part in ("running_mean", "running_var", "weight", "bias"))
        return F.batch_norm(x, mean, var, weight, bias, eps=1e-5)

    def enter(self, site, x):
        overlap, momentum = self.setting["overlap"], self.setting["momentum"]
        if overlap == 0:
            return x, 0
        old = self.carry.get(site)
        whole = x if old is None else torch.cat([old, x], 2)
        new = whole[:, :, -overlap:]
        self.carry[site] = new if old is None else (1 - momentum) * new + momentum * old
        return whole, 0 if old is None else overlap

    def block(self, name, x, kernel, inner, out, stride):
        x, carried = self.enter(name, x)
        shortcut = x
        if x.size(1) != out or stride != 1:
            shortcut = self.norm(f"{name}.branch1_bn", self.conv(f"{name}.branch1", x, out, (1, 1, 1), stride))
        branch = f"{name}.branch2"
        y = self.norm(f"{branch}.a_bn", self.conv(f"{branch}.a", x, inner, (kernel, 1, 1))).relu()
        y = self.conv(f"{branch}.b", y, inner, (1, 3, 3), stride, self.setting["groups"])
        y = self.norm(f"{branch}.b_bn", y).relu()
        y = self.norm(f"{branch}.c_bn", self.conv(f"{branch}.c", y, out, (1, 1, 1)))
        return (shortcut + y)[:, :, carried:].relu()

    def forward(self, x):
        width = self.setting["width"]
        x = self.conv("s1.pathway0_stem.conv", x, width, (1, 7, 7), 2)
        x = F.max_pool3d(self.norm("s1.pathway0_stem.bn", x).relu(), (1, 3, 3), (1, 2, 2), (0, 1, 1))
        for stage, blocks in enumerate(self.setting["blocks"]):
            inner = self.setting["groups"] * self.setting["width_per_group"] << stage
            for block in range(blocks):
                x = self.block(f"s{stage + 2}.pathway0_res{block}", x, KERNELS[stage], inner, 4 * width << stage,
                               STRIDES[stage] if block == 0 else 1)
        x, _ = self.enter("head", x)
        x = F.avg_pool3d(x, (1, 2, 2), 1).mean(2).flatten(1)
        weight = self.tensor("head.projection.weight", CLASSES, x.size(1))
        return F.linear(x, weight, self.tensor("head.projection.bias", CLASSES)).softmax(1)


def probabilities(setting, dtype):
    network, frames = Network(setting, dtype), clip(setting["frames"]).to(dtype)
    length, overlap = setting["length"], setting["overlap"]
    ends = range(length, setting["frames"] + 1, length - overlap)
    begins = [0, *list(ends)[:-1]]
    return [network.forward(frames[:, :, begin:end]) for begin, end in zip(begins, ends)]


def expected(steps):
    return {"per_step": [step.tolist() for step in steps], "result": sum(steps).tolist()}


def backbone(setting):
    stages = range(4)
    inner = setting["groups"] * setting["width_per_group"]
    kernels = {f"res{s + 2}": [[KERNELS[s]] * setting["blocks"][s]] for s in stages}
    return {"family": "slow", "num_classes": CLASSES, "input_channels": 3, "norm": {"kind": "batchnorm"},
            "depth_name": 50, "stage_blocks": setting["blocks"],
            "temporal_kernels_per_pathway": {"stem": [1], **kernels}, "temporal_pool_after_res2": [1], "pathways": 1,
            "stem_width": setting["width"], "group_count_of_3x3_conv": setting["groups"],
            "stage_out_widths_pathway0": [4 * setting["width"] << s for s in stages],
            "stage_inner_widths_pathway0": [inner << s for s in stages],
            "stage_spatial_strides": [[s] for s in STRIDES], "stage_spatial_dilations": [[1]] * 4,
            "stem_max_pool_padding": 1, "nonlocal": None, "nominal_crop_size": SIZE,
            "head": {"spatial_pool": "avg", "spatial_pool_window_stride1": [2, 2], "temporal_pool": "avg",
                     "eval_activation": "softmax", "dropout": 0.0}}


def schedule(setting):
    if setting["overlap"] == 0:
        return {"progressive": False}
    return {"progressive": True, "steps": (setting["frames"] - 1) // (setting["length"] - 1),
            "step_len": [setting["length"]], "overlap": [setting["overlap"]],
            "frames_per_pathway": [setting["frames"]], "cache": "last", "head_cache_aggregation": "last",
            "momentum": setting["momentum"], "head_cache": True, "caches_detached": True, "eval": "progressive",
            "ensemble": "sum"}


def case(name, setting):
    double, single = probabilities(setting, torch.float64), probabilities(setting, torch.float32)
    noise = max((a - b).abs().max().item() for a, b in zip(double, single))
    tolerance = max(1e-6, 4 * noise)
    return {"id": name, "mode": "eval", "loss": None, "target": None, "backbone": backbone(setting),
            "parameter_fill": {"recipe": "standard", "multipliers": []}, "schedule": schedule(setting),
            "input": {"clip_frames": setting["frames"], "height": SIZE, "width": SIZE, "batch": 1, "phase": 0.0},
            "expect": expected(single), "expect_float64": expected(double),
            "suggested_float32_tolerance": {"probability_abs": tolerance, "result_rel_to_max": tolerance}}


def main():
    whole = {"blocks": [1, 2, 1, 1], "width": 8, "frames": 4, "length": 4, "overlap": 0, "momentum": 0.0}
    steps = {"blocks": [1, 1, 1, 1], "width": 8, "frames": 10, "length": 4, "overlap": 1, "momentum": 0.25}
    cases = [
        case("resnext_4x4d_whole", {**whole, "groups": 4, "width_per_group": 4}),
        case("num_groups_2_of_stem_width_whole", {**whole, "groups": 2, "width_per_group": 8}),
        case("depth_wise_whole", {**whole, "groups": 16, "width_per_group": 1}),
        case("resnext_4x4d_steps", {**steps, "groups": 4, "width_per_group": 4}),
    ]
    file = {"format": 1, "group": "forward", "torch": torch.__version__, "cases": cases}
    pathlib.Path(__file__).with_name("grouped.json").write_text(json.dumps(file) + "\n")


with torch.no_grad():
    main()
