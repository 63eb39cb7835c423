"""What `tools/bench recompute` measures: usage: bench_recompute.py HOST WORK_FOLDER"""

import sys

from bench_iteration import train
from bench_samples import make_order

BATCH = 4
NETWORKS = {
    "Slow R50": ("slow", "model.depth=50"),
    "X3D-M": ("x3d",),
    "RegNet": ("regnet",),
    "ViT, 12 blocks": ("vit",),
}
STAGES = {"none": "[]", "all": '["*"]'}


def main(host, work):
    make_order(host, f"{work}/videos", "--videos", str(BATCH * 5 + 4), "--frames", "32", "--step-length", "4", "--size", "128")
    print(f"  {'8 × 112², batch of 4':<22}{'computed again':>16}{'s/iteration':>14}{'memory':>12}{'  same weights'}")
    for title, network in NETWORKS.items():
        kept = None
        for stages in STAGES:
            seconds, memory, run = train(host, work, f"{network[0]}-{stages}", BATCH, f"model.use={network[0]}", *network[1:],
                                         f"train.recompute={STAGES[stages]}", "data.size=112", "train.device=cpu")
            weights = weights_of((run / "checkpoints" / "last.safetensors").read_bytes())
            same = "" if kept is None else "  yes" if weights == kept else "  NO"
            kept = kept or weights
            print(f"  {title:<22}{stages:>16}{seconds:>14.3f}{memory / 1e6:>9.0f} MB{same}", flush=True)


def weights_of(checkpoint):
    """The bytes behind a safetensors file's header, which holds times."""
    return checkpoint[8 + int.from_bytes(checkpoint[:8], "little"):]


if __name__ == "__main__":
    main(*sys.argv[1:])
