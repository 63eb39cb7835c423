"""What `tools/bench ranks` measures: usage: bench_ranks.py HOST WORK_FOLDER [RANKS]

Clips a second of one process on one core, and of RANKS processes (2) on a core each, in turns: of the iterations, which
the first rank's trace holds with all that it waits for the others.
"""

import shutil
import statistics
import subprocess
import sys

from bench_iteration import spans_of
from bench_samples import as_flags, make_order

VIDEOS, BATCH, ROUNDS = 40, 8, 3


def clips_a_second(host, work, ranks):
    shutil.rmtree(f"{work}/runs", ignore_errors=True)
    settings = ["dataset.use=folder", f"dataset.root={work}/videos", f"run.root={work}/runs", "run.name=bench",
                "train.epochs=2", f"train.batch_size={BATCH}", "train.threads=1", "data.threads=1", "train.device=cpu",
                "model.depth=18", "data.size=112", "model.norm=group", "schedule.use=pgt",
                "schedule.steps=5", "schedule.step_length=8"]
    launch = ["launch", "--nproc", str(ranks)] if ranks > 1 else []
    # A rank's cores are its own: alone it must not decode on the others.
    cores = ["taskset", "--cpu-list", f"0-{ranks - 1}"]
    command = [*cores, host, *launch, "tools/lib/bench-train.toml", "--no-progress", "--trace", f"{work}/trace.json"]
    subprocess.run(command + as_flags(settings), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    warm = spans_of(f"{work}/trace.json")[1:]
    return BATCH / statistics.median(seconds for seconds, _ in warm)


def main():
    host, work = sys.argv[1:3]
    ranks = int(sys.argv[3]) if len(sys.argv) > 3 else 2
    make_order(host, f"{work}/videos", "--videos", str(VIDEOS), "--frames", "64", "--step-length", "4", "--size", "128")
    ratios = []
    print("  Slow R18, PGT of 5 steps of 8 × 112², batch 8, in clips a second")
    print(f"  {'one rank, one core':>20} {f'{ranks} ranks, {ranks} cores':>20} {'ratio':>8}")
    for _ in range(ROUNDS):
        one, all_ranks = clips_a_second(host, work, 1), clips_a_second(host, work, ranks)
        ratios.append(all_ranks / one)
        print(f"  {one:>20.2f} {all_ranks:>20.2f} {ratios[-1]:>8.2f}", flush=True)
    print(f"  median ratio {statistics.median(ratios):.2f}")


main()
