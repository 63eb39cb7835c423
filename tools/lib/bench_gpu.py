"""What `tools/bench gpu` measures: usage: bench_gpu.py HOST WORK_FOLDER [DEVICE [VIDEOS]]"""

import json
import pathlib
import re
import statistics
import subprocess
import sys
import time

from bench_samples import make_order


def train(host, work, run_file, *settings):
    """Trains, and returns what the run's log and STATUS.json say."""
    command = [host, run_file]
    for setting in (f"run.root={work}/runs", "run.name=bench", *settings):
        command += ["--set", setting]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    run = pathlib.Path(work, "runs", "bench")
    return (run / "train.log").read_text(), json.loads((run / "STATUS.json").read_text())


def memory(host, work, device):
    videos = f"{work}/long"
    make_order(host, videos, "--videos", "4", "--frames", "2200", "--size", "96")
    print(f"  {'steps per clip':<24}{'device memory':>16}   ratio")
    first = None
    for steps in (5, 50, 300):
        _, status = train(host, work, "tools/lib/bench-memory.toml", f"dataset.root={videos}",
                          f"schedule.steps={steps}", f"train.device={device}")
        peak = status["peak_device_bytes"]
        first = first or peak
        print(f"  {steps:<24}{peak / 1e6:>13.1f} MB   {peak / first if first else 1:.3f}")


def ours(host, work, device, videos):
    log, status = train(host, work, "tools/lib/bench-gpu.toml", f"dataset.videos={videos}", f"train.device={device}")
    # A mean that fades: of the last twenty iterations, checkpoints between them not counted.
    return float(re.findall(r"clips/s ([0-9.]+)", log)[-1]), status["peak_device_bytes"]


def torchvision_clips(device, iterations):
    """The same network and the same sizes in Python, on one batch that lies in memory."""
    import torch
    import torchvision

    network = torchvision.models.video.r3d_18(num_classes=2).to(device).train()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.001, momentum=0.9, weight_decay=1e-4, nesterov=True)
    clips = torch.randint(0, 256, (16, 16, 112, 112, 3), dtype=torch.uint8)
    labels = torch.randint(0, 2, (16,)).to(device)
    seconds = []
    for _ in range(iterations):
        start = time.perf_counter()
        pictures = (clips.to(device).permute(0, 4, 1, 2, 3).float() / 255 - 0.45) / 0.225
        loss = torch.nn.functional.cross_entropy(network(pictures), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss.item()
        seconds.append(time.perf_counter() - start)
    peak = torch.cuda.max_memory_allocated() if device.startswith("cuda") else 0
    return 16 / statistics.median(seconds[iterations // 3:]), peak


def speed(host, work, device, videos):
    try:
        import torchvision  # noqa: F401
    except ImportError:
        print("  Python has no torchvision: nothing to compare with")
        return
    print(f"\n  {'r3d_18, 16×16×112×112':<24}{'clips/s':>16}{'device memory':>18}")
    for _ in range(2):
        for name, figures in (("the host", ours(host, work, device, videos)),
                              ("torchvision", torchvision_clips(device, max(3, videos // 20)))):
            print(f"  {name:<24}{figures[0]:>16.1f}{figures[1] / 1e6:>15.1f} MB")


if __name__ == "__main__":
    program, scratch, *rest = sys.argv[1:]
    where = rest[0] if rest else "cuda"
    memory(program, scratch, where)
    speed(program, scratch, where, int(rest[1]) if len(rest) > 1 else 800)
