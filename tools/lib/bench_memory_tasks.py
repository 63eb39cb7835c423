"""What `tools/bench memory-tasks` does: how far back does a method remember?

Makes the videos of each task and distance, trains every method on them in processes of their own, several at a time,
and adds a line of JSON a run to OUT/results.jsonl. A run that is there is not run again, one that was cut off is
resumed. With --report: writes tables and pictures of all lines (bench_memory_report.py).
"""

import argparse
import concurrent.futures
import csv
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time

import bench_memory_methods as methods
import bench_memory_report as report

RUN_FILE = "tools/lib/bench-memory-tasks.toml"
MEMORY_GYM = "memory-gym==1.0.2"
LAST = "schedule.ensemble=last"  # the scores of the last step alone


def parse():
    parser = argparse.ArgumentParser(prog="tools/bench memory-tasks", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)

    def listed(kind):
        return lambda text: [kind(part) for part in text.split(",") if part]

    def option(name, **more):
        parser.add_argument(f"--{name}", **more)

    option("tasks", type=listed(str), default=list(methods.TASKS), help="default: " + ",".join(methods.TASKS))
    option("gaps", type=listed(int), default=[], help="steps between the events; default: all of the task")
    option("methods", type=listed(str), default=list(methods.METHODS), help="default: " + ",".join(methods.METHODS))
    option("seeds", type=listed(int), default=[0, 1, 2], help="default: 0,1,2")
    option("jobs", type=int, default=os.cpu_count(), help="runs at a time; default: one a core")
    option("threads", type=int, default=1, help="of each run; default: 1")
    option("device", default="cpu", help="cpu, cuda or cuda:N; default: cpu")
    option("minutes", type=float, default=0, help="stop then; the next call goes on; default: when all is done")
    option("set", action="append", default=[], metavar="KEY=VALUE", help="for every run, as for pgt-host")
    option("out", type=pathlib.Path, default=pathlib.Path("build/memory-tasks"), help="default: build/memory-tasks")
    option("videos-only", action="store_true", help="make the videos and stop")
    option("report", action="store_true", help="run nothing; write the tables and pictures of docs/long-range.md")
    chosen = parser.parse_args()
    for given, known, name in ((chosen.tasks, methods.TASKS, "tasks"), (chosen.methods, methods.METHODS, "methods")):
        unknown = [word for word in given if word not in known]
        if unknown:
            parser.error(f"--{name}: there is no {unknown[0]}; there are {', '.join(known)}")
    return chosen


def make_mortar(folder, gap):
    ffmpeg = shutil.which("ffmpeg") or sys.exit("Mortar Mayhem's videos need the ffmpeg program")
    python = folder.parent.parent / "memory-gym" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", python.parent.parent], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", MEMORY_GYM], check=True)
    subprocess.run([python, "tools/lib/mortar_mayhem.py", ffmpeg, folder, str(gap)], check=True)


def make_order(host, folder, gap):
    to_train, to_validate = methods.VIDEOS["order"]
    given = {"out": folder, "kinds": 2, "gap": gap, "step-length": methods.STEP, "frames": methods.frames("order", gap),
             "videos": to_train + to_validate, "val-fraction": to_validate / (to_train + to_validate)}
    words = [str(word) for name, value in given.items() for word in (f"--{name}", value)]
    subprocess.run([host, "data", "synth", "order", *words], check=True)


def make_videos(host, out, task, gap):
    folder = out / "videos" / f"{task}-{gap}"
    if folder.exists():
        return
    partial = folder.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.parent.mkdir(parents=True, exist_ok=True)
    if task == "order":
        make_order(host, partial, gap)
    else:
        make_mortar(partial, gap)
    partial.rename(folder)


def read_json(path):
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return {}


class Bench:
    """The runs under way, and the file of results. Threads: `run` from several."""

    def __init__(self, host, chosen):
        self.host, self.chosen = host, chosen
        self.lines = chosen.out / "results.jsonl"
        self.deadline = time.monotonic() + 60 * chosen.minutes if chosen.minutes else float("inf")
        self.lock = threading.Lock()
        self.to_do = set()  # jobs that have not ended

    def finished(self):
        done = [json.loads(line) for line in self.lines.read_text().splitlines()] if self.lines.exists() else []
        return {(line["task"], line["gap"], line["method"], line["seed"]) for line in done if line["finished"]}

    def execute(self, command, log):
        """Its exit code. When the time is up it is told to stop, and saves its state."""
        environment = {**os.environ, "OMP_NUM_THREADS": str(self.chosen.threads)}
        with open(log, "a", encoding="utf-8") as file:
            process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT, env=environment)
            try:
                return process.wait(max(0, self.deadline - time.monotonic()) if self.chosen.minutes else None)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGINT)
                return process.wait()

    def command(self, run, task, gap, method, seed):
        if read_json(run / "STATUS.json").get("status") == "interrupted":
            return [self.host, "resume", run]
        length = methods.epochs(task, gap, method)
        # The many views of a clip take longer than its training.
        often = length if method.startswith("clip") else max(1, length // 5)
        videos = self.chosen.out / "videos" / f"{task}-{gap}"
        given = [f"dataset.root={videos.resolve()}", f"run.root={run.parent}", f"run.name={run.name}",
                 f"train.epochs={length}", f"eval.every={often}", f"train.seed={seed}",
                 f"train.device={self.chosen.device}", f"train.threads={self.chosen.threads}",
                 *methods.settings(task, gap, method), *self.chosen.set]
        if method in methods.BEGINS_WITH:
            weights = self.first_run(task, method, seed) / "checkpoints" / "last.safetensors"
            given.append(f"train.init={weights.resolve()}")
        return [self.host, RUN_FILE, *(word for text in given for word in ("--set", text))]

    def first_run(self, task, method, seed):
        """Of the run whose weights a method begins with."""
        return self.chosen.out / "runs" / f"{task}-{methods.FIRST_GAP}-{methods.BEGINS_WITH[method]}-{seed}"

    def evaluate(self, run, log, name, *given):
        """Percent right on the validation videos with other settings."""
        command = [self.host, "eval", run, "--checkpoint", "last", "-o", run / name]
        self.execute(command + [word for text in given for word in ("--set", text)], log)
        return read_json(run / name / "metrics.json").get("top1")

    def last_step(self, run, log):
        """Percent right by the scores of the last step alone, where there are several."""
        if "ensemble" not in (run / "config.resolved.toml").read_text():
            return None
        return self.evaluate(run, log, "last-step", LAST)

    def elsewhere(self, run, log, task, method, name, *given):
        """{steps: percent right} on the videos of the other distances, of what was learned at the first one."""
        found = {}
        for gap in methods.TASKS[task][2]:
            videos = self.chosen.out / "videos" / f"{task}-{gap}"
            if gap != methods.FIRST_GAP and videos.exists():
                walk = [text for text in methods.settings(task, gap, method) if text.startswith("schedule.steps")]
                found[gap] = self.evaluate(run, log, f"{name}-{gap}", f"dataset.root={videos.resolve()}", *walk, *given)
        return found

    def run_all(self, jobs):
        self.to_do = set(jobs)
        with concurrent.futures.ThreadPoolExecutor(self.chosen.jobs) as pool:
            for future in [pool.submit(self.run, *job) for job in jobs]:
                future.result()

    def run(self, *job):
        try:
            self.train(*job)
        finally:
            self.to_do.discard(job)

    def train(self, task, gap, method, seed):
        name = f"{task}-{gap}-{method}-{seed}"
        run, log = self.chosen.out / "runs" / name, self.chosen.out / "runs" / f"{name}.log"
        run.parent.mkdir(parents=True, exist_ok=True)
        if not self.wait_for_first(task, method, seed):
            if time.monotonic() < self.deadline:
                print(f"left out: {name}: the run whose weights it begins with is not there", flush=True)
            return
        if time.monotonic() > self.deadline:
            return
        code = self.execute(self.command(run, task, gap, method, seed), log)
        status = read_json(run / "STATUS.json")
        accuracies = []
        if (run / "results.csv").exists():
            with open(run / "results.csv", encoding="utf-8", newline="") as file:
                rows = [row for row in csv.DictReader(file) if row["val/top1"]]
            accuracies = [(int(row["epoch"]), float(row["val/top1"])) for row in rows]
        tries = code == 0 and gap == methods.FIRST_GAP and methods.walks(method)
        line = {"task": task, "gap": gap, "method": method, "seed": seed, "device": self.chosen.device,
                "finished": status.get("status") == "finished", "exit_code": code, "epochs": status.get("epochs"),
                "accuracy": accuracies[-1][1] if accuracies else None,
                "last_step": self.last_step(run, log) if code == 0 else None,
                "elsewhere": self.elsewhere(run, log, task, method, "at") if tries else {},
                "elsewhere_last_step": self.elsewhere(run, log, task, method, "last-step-at", LAST) if tries else {},
                "over_epochs": accuracies, "seconds": status.get("seconds"), "memory": status.get("peak_rss_bytes"),
                "device_memory": status.get("peak_device_bytes"), "message": status.get("message", "")}
        self.keep(line, name)

    def wait_for_first(self, task, method, seed):
        """Until the run has ended whose weights a method begins with, which began earlier. False: it never will."""
        if method not in methods.BEGINS_WITH:
            return True
        first = (task, methods.FIRST_GAP, methods.BEGINS_WITH[method], seed)
        while read_json(self.first_run(task, method, seed) / "STATUS.json").get("status") != "finished":
            if first not in self.to_do or time.monotonic() >= self.deadline:
                return False
            time.sleep(1)
        return True

    def keep(self, line, name):
        with self.lock:
            with open(self.lines, "a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
            curve = " ".join(f"{percent:.0f}" for _, percent in line["over_epochs"])
            last = "" if line["last_step"] is None else f" last step {line['last_step']:.1f}"
            last += f" elsewhere {line['elsewhere']}" if line["elsewhere"] else ""
            print(f"  {name:<32} exit {line['exit_code']} {line['seconds'] or 0:6.0f} s "
                  f"{(line['memory'] or 0) / 1e6:6.0f} MB  [{curve}]{last}", flush=True)


def order_of_work(job):
    """Runs that others begin with are first and those others last; the longest before the shorter ones."""
    task, gap, method, _ = job
    first = gap == methods.FIRST_GAP and method in methods.BEGINS_WITH.values()
    return (0 if first else 2 if method in methods.BEGINS_WITH else 1, -methods.work(task, gap, method))


def plugins_there(host):
    lines = subprocess.run([host, "plugins"], check=True, capture_output=True, text=True).stdout.splitlines()
    return {line.split()[0] for line in lines[1:] if line.strip()}


def main():
    host, chosen = sys.argv.pop(1), parse()
    if chosen.report:
        report.write(chosen.out / "results.jsonl")
        return
    there = plugins_there(host)
    jobs = [(task, gap, method, seed) for task in chosen.tasks for gap in chosen.gaps or methods.TASKS[task][2]
            for method in chosen.methods for seed in chosen.seeds if gap in methods.TASKS[task][2]]
    for method in chosen.methods:
        lacking = methods.plugins_of(method) - there
        if lacking:
            print(f"  {method} is left out: this build has no plugin {', '.join(sorted(lacking))}")
            jobs = [job for job in jobs if job[2] != method]
    for task, gap in sorted({job[:2] for job in jobs}):
        make_videos(host, chosen.out, task, gap)
    if chosen.videos_only:
        return
    bench = Bench(host, chosen)
    done = bench.finished()
    jobs = sorted((job for job in jobs if job not in done), key=order_of_work)
    print(f"  {len(jobs)} runs, {chosen.jobs} at a time; {len(done)} are there")
    bench.run_all(jobs)


if __name__ == "__main__":
    main()
