"""What an iteration costs: as a trace says, and of a training as tools/lib/bench-precision.toml says."""

import collections
import csv
import json
import pathlib
import subprocess

from bench_samples import as_flags


def spans_of(trace):
    """Of the thread that trains: the seconds of each iteration, and of every other span in it."""
    spans = [event for event in json.loads(pathlib.Path(trace).read_text()) if event["ph"] == "X"]
    iterations = sorted((span for span in spans if span["name"] == "iteration"), key=lambda span: span["ts"])
    parts = []
    for iteration in iterations:
        begin, end = iteration["ts"], iteration["ts"] + iteration["dur"]
        within = collections.Counter()
        for span in spans:
            if span["tid"] == iteration["tid"] and span is not iteration and begin <= span["ts"] < end:
                within[span["name"]] += span["dur"] / 1e6
        parts.append((iteration["dur"] / 1e6, within))
    return parts


def train(host, work, name, batch, *settings):
    """Seconds of an iteration in the best epoch after the first, which warms up; the peak of memory; the run's folder."""
    common = [f"dataset.root={work}/videos", f"run.root={work}/runs", f"run.name={name}", f"train.batch_size={batch}"]
    command = [host, "tools/lib/bench-precision.toml", "--no-progress", *as_flags([*common, *settings])]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    run = pathlib.Path(work, "runs", name)
    rows = list(csv.DictReader((run / "results.csv").open()))
    status = json.loads((run / "STATUS.json").read_text())
    clips = max(float(row["clips_per_s"]) for row in rows[1:])
    return batch / clips, status["peak_device_bytes"] or status["peak_rss_bytes"], run
