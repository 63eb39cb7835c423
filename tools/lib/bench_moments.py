"""What `tools/bench moments` does: the sample of docs/frame-by-frame.md, of which moments are a network right?

Makes the videos of `pgt-host data synth memory`, trains what lies in examples/ and some variants of it with several
seeds, and adds a line of JSON a run to OUT/results.jsonl; a run that is there is not run again. With --report it runs
nothing, and writes the table of all lines and two timelines into docs/.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys

from bench_samples import as_flags, settings_of_memory

PAGE = pathlib.Path("docs/frame-by-frame.md")
PGT, CLIP = "examples/frame-by-frame.toml", "examples/frame-by-frame-clip.toml"
MAX = ("schedule.reduce=max",)
LINEAR = ("model.moment_head=linear",)

# name: (title, run file, settings)
RUNS = {
    "clip": ("single fragments", CLIP, ()),
    "clip-long": ("single fragments, three times as long", CLIP, ("train.epochs=30",)),
    "gru": ("PGT, `gru`", PGT, ()),
    "gru-max": ("PGT, `gru`, sites carry the maximum", PGT, MAX),
    "gru-max-long": ("the same, twice as long", PGT, (*MAX, "train.epochs=20")),
    "linear": ("PGT, `linear`", PGT, LINEAR),
    "linear-max": ("PGT, `linear`, sites carry the maximum", PGT, (*LINEAR, *MAX)),
}
SHOWN = ("clip", "gru"), 0, "002-video-00001.svg"  # whose timelines are in the page: names, seed, file


def parse():
    parser = argparse.ArgumentParser(prog="tools/bench moments", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", nargs="+", choices=RUNS, default=list(RUNS))
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--threads", type=int, default=0, help="of each run; default: one per core")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build/moments"))
    parser.add_argument("--report", action="store_true")
    return parser.parse_args()


def read(results):
    return [json.loads(line) for line in results.read_text().splitlines()] if results.exists() else []


def make_videos(host, folder):
    if folder.exists():
        return
    partial = folder.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    subprocess.run([host, "data", "synth", "memory", "--out", partial], check=True)
    partial.rename(folder)


def train(host, chosen, name, seed):
    _, run_file, settings = RUNS[name]
    run, data = chosen.out / "runs" / f"{name}-{seed}", chosen.out.resolve() / "videos"
    given = [*settings_of_memory(data),
             f"run.root={run.parent.resolve()}", f"run.name={run.name}", f"train.seed={seed}",
             f"train.threads={chosen.threads}", "train.device=cpu", *settings]
    run.parent.mkdir(parents=True, exist_ok=True)
    with open(f"{run}.log", "w", encoding="utf-8") as log:
        command = [host, "--no-progress", run_file, *as_flags(given)]
        subprocess.run(command, check=True, stdout=log, stderr=subprocess.STDOUT)
    metrics = json.loads((run / "eval" / "val_last" / "metrics.json").read_text())
    status = json.loads((run / "STATUS.json").read_text())
    return {"run": name, "seed": seed, "accuracy": metrics["accuracy"], "edit": metrics["edit"],
            "f1@50": metrics["f1@50"], "epochs": status["epochs"], "seconds": status["seconds"], "memory": status["peak_rss_bytes"]}


def spread(numbers):
    """Mean, lowest and highest."""
    return f"{statistics.mean(numbers):.1f} ({min(numbers):.1f}–{max(numbers):.1f})"


def table(lines):
    rows = ["| | seeds | accuracy | edit | F1@50 | seconds | MB |", "|---|---|---|---|---|---|---|"]
    for name, (title, _, _) in RUNS.items():
        found = {line["seed"]: line for line in lines if line["run"] == name}.values()  # the newest of each seed
        if not found:
            continue
        cells = [spread([line[key] for line in found]) for key in ("accuracy", "edit", "f1@50")]
        seconds, memory = (statistics.mean(line[key] for line in found) for key in ("seconds", "memory"))
        rows.append(f"| {title} | {len(found)} | " + " | ".join(cells) + f" | {seconds:.0f} | {memory / 1e6:.0f} |")
    return "\n".join(rows)


def report(out):
    lines = read(out / "results.jsonl")
    text = re.sub(r"(<!-- moments -->\n).*?(<!-- end -->)", lambda found: f"{found[1]}{table(lines)}\n{found[2]}",
                  PAGE.read_text(), flags=re.S)
    PAGE.write_text(text)
    names, seed, file = SHOWN
    for name in names:
        shutil.copy(out / "runs" / f"{name}-{seed}" / "eval" / "val_last" / "timelines" / file,
                    PAGE.with_name(f"moments-{name}.svg"))
    print(f"  {len(lines)} runs in {PAGE}")


def main():
    host, chosen = sys.argv.pop(1), parse()
    if chosen.report:
        return report(chosen.out)
    make_videos(host, chosen.out / "videos")
    results = chosen.out / "results.jsonl"
    done = {(line["run"], line["seed"]) for line in read(results)}
    for name in chosen.runs:
        for seed in chosen.seeds:
            if (name, seed) in done:
                continue
            line = train(host, chosen, name, seed)
            with open(results, "a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
            print(f"  {name:<12} seed {seed} {line['accuracy']:6.1f} % {line['seconds']:6.0f} s", flush=True)


if __name__ == "__main__":
    main()
