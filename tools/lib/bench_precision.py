"""What `tools/bench precision` measures: usage: bench_precision.py HOST WORK_FOLDER [DEVICE [BATCH [BATCHES]]]"""

import sys

from bench_iteration import train
from bench_samples import make_order


def make_videos(host, folder, batch, batches):
    """So many batches to train on, which is a fifth less than there are; the rest validates."""
    make_order(host, folder, "--videos", str(batch * batches * 5 // 4 + 4), "--frames", "32", "--step-length", "4",
               "--size", "256")


def main(host, work, device="cpu", batch="4", batches=None):
    # A fast device needs many, or waiting for the first frames of an epoch is what is measured.
    make_videos(host, f"{work}/videos", int(batch), int(batches or (4 if device == "cpu" else 40)))
    names = ("fp32", "bf16") if device == "cpu" else ("fp32", "tf32", "bf16", "fp16")
    print(f"  {'Slow R50, 8 × 224²':<22}{'s/iteration':>14}{'of fp32':>10}{'memory':>14}")
    for _ in range(2):
        exact = None
        for name in names:
            seconds, memory, _ = train(host, work, name, int(batch), f"train.precision={name}", f"train.device={device}")
            exact = exact or seconds
            print(f"  {name:<22}{seconds:>14.3f}{seconds / exact:>10.2f}{memory / 1e6:>11.0f} MB", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
