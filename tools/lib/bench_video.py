#!/usr/bin/env python3
"""Measures the host's video reading against ffmpeg and against what Python users read videos with. Everything of a table
is taken in turns, in rounds, and each ratio within a round; medians are printed. Peers that are not installed are left
out.

usage: bench_video.py BENCH_VIDEO FOLDER [WORDS [ROUNDS]]

FOLDER: for the videos; those that are there are taken as they are.
WORDS: only the tables in whose titles they are."""

import os
import random
import re
import statistics
import subprocess
import sys

PEERS = ("torchcodec", "pyav", "decord", "opencv")
PEER = [sys.executable, os.path.join(os.path.dirname(__file__), "bench_video_peer.py")]
# name, size, frames a second, seconds, frames from key to key
FILES = (("a_g12", "340x256", 30, 10, 12), ("a_g250", "340x256", 30, 10, 250), ("c_720p", "1280x720", 30, 20, 250))


# Noise as strong as gives the files about the bytes a second that real clips of these sizes have: 0.5 Mbit/s of 340x256,
# 3 Mbit/s of 1280x720.
NOISE = "noise=alls=5:allf=t"


wanted = ""


def make(folder, name, size, rate, seconds, keys):
    file = os.path.join(folder, name + ".mp4")
    if os.path.exists(file):
        return file
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}:duration={seconds}"]
    command += ["-vf", NOISE, "-c:v", "libx264", "-crf", "23", "-g", str(keys), "-pix_fmt", "yuv420p"]
    subprocess.run([*command, "-y", file], check=True)
    return file


def make_hour(folder):
    """A minute, sixty times."""
    minute, hour = make(folder, "minute", "320x240", 25, 60, 250), os.path.join(folder, "hour.mp4")
    if os.path.exists(hour):
        return hour
    command = ["ffmpeg", "-v", "error", "-stream_loop", "59", "-i", minute, "-c", "copy", "-y", hour]
    subprocess.run(command, check=True)
    return hour


def measure(command):
    """Seconds, CPU seconds and bytes; nothing where the peer is not installed."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode == 3:
        return None
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed: {done.stderr}")
    if command[0] == "ffmpeg":
        user, system, wall = (float(re.search(f"{key}=([0-9.]+)s", done.stderr)[1]) for key in ("utime", "stime", "rtime"))
        return wall, user + system, 0
    return [float(value) for value in done.stdout.split()]


def compare(title, commands, column, rounds, unit="ms", scale=1000.0):
    """Prints a row a command. Ratios: how many times as much the others take as the first, which is the host."""
    if wanted not in title:
        return
    taken = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in random.sample(list(commands.items()), len(commands)):
            taken[name].append(measure(command))
    print(f"\n{title}\n  {'':24} {unit:>10}   ratio [least, most]")
    host = [row[column] for row in next(iter(taken.values()))]
    for name, rows in taken.items():
        if any(row is None for row in rows):
            print(f"  {name:24} not installed")
            continue
        values = [row[column] for row in rows]
        ratios = [value / own for value, own in zip(values, host)]
        middle, least, most = statistics.median(ratios), min(ratios), max(ratios)
        print(f"  {name:24} {statistics.median(values) * scale:10.1f}   {middle:5.2f} [{least:.2f}, {most:.2f}]", flush=True)


def ffmpeg(file, threads, *options):
    command = ["ffmpeg", "-threads", str(threads), "-i", file, "-an", *options, "-filter_threads", "1"]
    return [*command, "-vsync", "0", "-benchmark", "-f", "null", "-"]


def main():
    global wanted
    host, folder = sys.argv[1:3]
    wanted = sys.argv[3] if len(sys.argv) > 3 else ""
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 5
    random.seed(1)
    files = [(make(folder, *recipe), recipe) for recipe in FILES]
    for file, recipe in files:
        for threads in (1, 4):
            commands = {
                "host": [host, "decode", file, str(threads)],
                "host, to RGB": [host, "rgb", file, str(threads)],
                "ffmpeg -f null": ffmpeg(file, threads),
                "ffmpeg, to RGB": ffmpeg(file, threads, "-vf", "format=rgb24"),
            }
            compare(f"{recipe[0]}: the whole file, {threads} codec threads, wall time", commands, 0, rounds)
    for file, recipe in files:
        frames = recipe[2] * recipe[3]
        starts = [str(random.randrange(frames - 64)) for _ in range(16)]
        for how, kind, workers in (
            ("clips", "bytes", 1),
            ("kept", "bytes", 1),
            ("clips", "floats", 1),
            ("clips", "floats", 4),
        ):
            commands = {"host": [host, how, file, kind, str(workers), *starts]}
            commands |= {peer: [*PEER, peer, how, file, kind, str(workers), *starts] for peer in PEERS}
            opened = "opened for each" if how == "clips" else "kept open"
            what, column = ("CPU time", 1) if workers == 1 else ("wall time", 0)
            title = f"{recipe[0]}: 16 random clips as {kind}, {opened}, {workers} workers, {what}"
            compare(title, commands, column, rounds)
    for file, recipe in files:
        commands = {how: [host, "views", file, how] for how in ("together", "apart")}
        compare(f"{recipe[0]}: 10 views of 3 crops, CPU time", commands, 1, rounds)
    for file, recipe in files:
        commands = {f"{threads} threads": [host, "stream", file, str(threads)] for threads in (1, 2, 4)}
        compare(f"{recipe[0]}: streamed in steps of 8 frames, wall time", commands, 0, rounds)
    for file, recipe in files:
        commands = {how: [host, "colours", file, how] for how in ("own", "swscale")}
        compare(f"{recipe[0]}: decoded and turned into RGB, own code against swscale, CPU time", commands, 1, rounds)
    hour, peers = make_hour(folder), (*PEERS, "torchcodec-approximate")
    for mode, title in (("late", "an hour: 8 frames at minute 55"), ("walk", "an hour: 40 steps of 8 frames")):
        commands = {"host": [host, mode, hour]} | {peer: [*PEER, peer, mode, hour] for peer in peers}
        compare(f"{title}, wall time", commands, 0, rounds)
    compare("an hour: 40 steps of 8 frames, memory gained", commands, 2, 2, "MB", 1e-6)


if __name__ == "__main__":
    main()
