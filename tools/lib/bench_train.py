"""What `tools/bench train` measures: usage: bench_train.py HOST WORK_FOLDER [clip|pgt|long|all] [--device D] [--batch N] …

Iterations of the host as its --trace says, and of the same network in Python torch where Python has torch and
pytorchvideo; in turns, in one run. Frames are in memory for both; the host still scales and crops them.
"""

import argparse
import collections
import json
import os
import pathlib
import statistics
import subprocess
import sys

from bench_iteration import spans_of
from bench_samples import as_flags

SETTINGS = {
    "clip": ["schedule.use=clip", "schedule.frames=8", "schedule.stride=1"],
    "pgt": ["schedule.use=pgt", "schedule.steps=5", "schedule.step_length=8", "schedule.stride=1"],
    "long": ["schedule.use=pgt", "schedule.steps=50", "schedule.step_length=8", "schedule.stride=1"],
}
# Steps overlap by a frame.
FRAMES = {"clip": 8, "pgt": 8 + 4 * 7, "long": 8 + 49 * 7}
# What an iteration is made of, beside the rest.
SPANS = ("wait", "upload", "forward", "backward", "update")
# The same, for Python: forward, backward and update of one batch that lies in memory.
PEER = pathlib.Path(__file__).with_name("bench_train_peer.py")

Figures = collections.namedtuple("Figures", "seconds cpu memory shares")


def run(command):
    """CPU seconds and peak memory of a program."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"bench train: failed: {' '.join(command)}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def ours(host, work, arguments, kind, precision):
    def train(epochs):
        settings = SETTINGS[kind] + [
            f"dataset.videos={arguments.batch * arguments.iterations}", f"dataset.frames={FRAMES[kind]}",
            f"run.root={work}/runs", "run.name=bench", f"train.epochs={epochs}", f"train.precision={precision}",
            f"train.device={arguments.device}", f"train.batch_size={arguments.batch}"]
        command = [host, "tools/lib/bench-train.toml", "--no-progress", "--trace", f"{work}/trace.json"]
        cpu, memory = run(command + as_flags(settings))
        return cpu, memory, spans_of(f"{work}/trace.json")

    cpu_of_one, _, first = train(1)
    cpu_of_two, memory, both = train(2)
    warm = both[len(first):]
    seconds = statistics.median(whole for whole, _ in warm)
    shares = {name: statistics.median(within[name] / whole for whole, within in warm) for name in SPANS}
    shares["rest"] = statistics.median(1 - sum(within[name] for name in SPANS) / whole for whole, within in warm)
    if arguments.device != "cpu":
        memory = json.loads(pathlib.Path(work, "runs/bench/STATUS.json").read_text())["peak_device_bytes"]
    return Figures(seconds, (cpu_of_two - cpu_of_one) / len(warm), memory, shares)


def theirs(arguments, kind, precision):
    command = [sys.executable, PEER, kind, precision, arguments.device, str(arguments.batch)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        return None
    seconds, cpu, memory = map(float, done.stdout.split())
    return Figures(seconds, cpu, memory, {})


def row(name, figures, base, batch):
    cells = [f"{figures.seconds:>9.3f}", f"{figures.seconds / base:>7.2f}",
             f"{1e3 * figures.seconds / batch / FRAMES[name.split(',')[0]]:>9.2f}", f"{figures.cpu:>9.2f}",
             f"{figures.memory / 1e6:>8.0f} MB"]
    cells += [f"{100 * share:>9.1f}" for share in figures.shares.values()]
    print(f"  {name:<28}" + "".join(cells), flush=True)


def main():
    parser = argparse.ArgumentParser(prog="tools/bench train")
    parser.add_argument("kind", nargs="?", default="all", choices=[*SETTINGS, "all"])
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--precision", help="one only; default: fp32 (on a GPU tf32) and bf16")
    parser.add_argument("--batch", type=int, default=1, help="clips in a batch")
    parser.add_argument("--iterations", type=int, default=5, help="that are counted")
    parser.add_argument("--rounds", type=int, default=2)
    arguments = parser.parse_args(sys.argv[3:])
    host, work = sys.argv[1:3]
    precisions = ("fp32", "bf16") if arguments.device == "cpu" else ("tf32", "bf16")
    if arguments.precision:
        precisions = (arguments.precision,)
    kinds = ["clip", "pgt"] if arguments.kind == "all" else [arguments.kind]
    names = ("s/iter.", "ratio", "ms/frame", "CPU s", "memory", "wait %", "upload %", "forward %", "backw. %", "update %",
             "rest %")
    widths = (9, 7, 9, 9, 11, 9, 9, 9, 9, 9, 9)
    print(f"  {'Slow R50, 8 × 224² a step':<28}" + "".join(f"{name:>{width}}" for name, width in zip(names, widths)))
    for _ in range(arguments.rounds):
        base = None  # Python's clip in the first precision, else ours
        for kind in kinds:
            for precision in precisions:
                for who, measure in (("Python", lambda: theirs(arguments, kind, precision)),
                                     ("the host", lambda: ours(host, work, arguments, kind, precision))):
                    figures = measure() if who != "Python" or kind == "clip" else None
                    if figures is None:
                        continue
                    base = base or figures.seconds
                    row(f"{kind}, {precision}, {who}", figures, base, arguments.batch)


main()
