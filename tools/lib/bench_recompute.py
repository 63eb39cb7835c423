"""What `tools/bench recompute` measures: usage: bench_recompute.py HOST WORK_FOLDER"""

import csv
import json
import pathlib
import subprocess
import sys

from bench_samples import make_order

BATCH = 4
NETWORKS = {
    "Slow R50": ("slow", "model.depth=50"),
    "X3D-M": ("x3d",),
    "RegNet": ("regnet",),
    "ViT, 12 blocks": ("vit",),
}
STAGES = {"none": "[]", "all": '["*"]'}


def train(host, work, network, stages):
    """Seconds of an iteration in the better epoch after the first, which warms up; the peak of memory; the weights."""
    name = f"{network[0]}-{stages}"
    command = [host, "tools/lib/bench-precision.toml", "--no-progress"]
    for setting in (f"model.use={network[0]}", f"dataset.root={work}/videos", f"run.root={work}/runs", f"run.name={name}",
                    f"train.recompute={STAGES[stages]}", "data.size=112", "train.device=cpu", f"train.batch_size={BATCH}",
                    *network[1:]):
        command += ["--set", setting]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    run = pathlib.Path(work, "runs", name)
    rows = list(csv.DictReader((run / "results.csv").open()))
    clips = max(float(row["clips_per_s"]) for row in rows[1:])
    weights = (run / "checkpoints" / "last.safetensors").read_bytes()
    return BATCH / clips, json.loads((run / "STATUS.json").read_text())["peak_rss_bytes"], weights


def main(host, work):
    make_order(host, f"{work}/videos", "--videos", str(BATCH * 5 + 4), "--frames", "32", "--step-length", "4", "--size", "128")
    print(f"  {'8 × 112², batch of 4':<22}{'computed again':>16}{'s/iteration':>14}{'memory':>12}{'  same weights'}")
    for title, network in NETWORKS.items():
        kept = None
        for stages in STAGES:
            seconds, memory, weights = train(host, work, network, stages)
            same = "" if kept is None else "  yes" if weights_of(weights) == kept else "  NO"
            kept = kept or weights_of(weights)
            print(f"  {title:<22}{stages:>16}{seconds:>14.3f}{memory / 1e6:>9.0f} MB{same}", flush=True)


def weights_of(checkpoint):
    """The bytes behind a safetensors file's header, which holds times."""
    return checkpoint[8 + int.from_bytes(checkpoint[:8], "little"):]


if __name__ == "__main__":
    main(*sys.argv[1:])
