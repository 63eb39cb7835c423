"""Writes losses.json beside this file: mean losses and gradients as Python's torch computes them.

    PYTHONPATH=.deps/python python3 tests/golden/make_losses.py
"""

import json
import pathlib

import torch
import torch.nn.functional as F

ROWS, CLASSES = 6, 4
WEIGHTS = [0.5, 2.0, 1.25, 3.0]


def case(name, loss, smoothing, weights):
    scores = (3 * torch.randn(ROWS, CLASSES, dtype=torch.float64)).requires_grad_()
    weight = torch.tensor(weights, dtype=torch.float64) if weights else None
    if loss == "cross_entropy":
        targets = torch.randint(0, CLASSES, (ROWS,))
        mean = F.cross_entropy(scores, targets, weight=weight, label_smoothing=smoothing, reduction="mean")
        labels = [[label] for label in targets.tolist()]
    else:
        targets = torch.randint(0, 2, (ROWS, CLASSES)).double()
        smooth = targets * (1 - smoothing) + smoothing / 2
        mean = F.binary_cross_entropy_with_logits(scores, smooth, pos_weight=weight, reduction="mean")
        labels = [row.nonzero().flatten().tolist() for row in targets]
    mean.backward()
    return {"id": name, "loss": loss, "smoothing": smoothing, "weights": weights, "scores": scores.tolist(),
            "labels": labels, "mean": mean.item(), "gradient": scores.grad.tolist()}


def main():
    torch.manual_seed(18)
    cases = []
    for loss in ("cross_entropy", "binary_cross_entropy"):
        for smoothing in (0.0, 0.1, 0.5):
            for weights in ([], WEIGHTS):
                name = f"{loss}_smoothing_{smoothing}" + ("_weights" if weights else "")
                cases.append(case(name, loss, smoothing, weights))
    file = {"format": 1, "group": "losses", "torch": torch.__version__, "cases": cases}
    path = pathlib.Path(__file__).with_name("losses.json")
    path.write_text(json.dumps(file, indent=1) + "\n")


main()
