#!/usr/bin/env python3
"""Reads a file of each odd kind with the host and with what Python users read videos with, and prints a table of what
each got wrong: a picture, in order or by index, that is not the one the ffmpeg program shows there, the count of
pictures, or which way up they are. Colours and pixels are not compared. Peers that are not installed are left out.

usage: bench_odd.py BENCH_VIDEO FOLDER"""

import os
import random
import subprocess
import sys

from odd_reader import PEERS
from odd_videos import KINDS, TURNED, displayed, number_in

READER = [sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "odd_reader.py")]
ASKED = 20


class Got:
    """What a reader got of one file."""

    def __init__(self):
        self.count, self.order, self.at = None, [], {}
        self.raised, self.end = False, None

    def note(self, what, *values):
        values = [None if value == "None" else int(value) for value in values]
        if what == "count":
            self.count = values[0]
        elif what == "next":
            self.order.append(values[0])
        elif what == "at":
            self.at[values[0]] = values[1]
        elif what == "raises":
            self.raised = True
        else:
            self.end = what


def asked_of(count):
    """Half of the frames at random, then half backwards."""
    frames = random.sample(range(count), min(ASKED, count))
    half = len(frames) // 2
    return frames[:half] + sorted(frames[half:], reverse=True)


def read_by_peer(peer, folder, plan):
    """By file, and the peer's version; nothing where it is not installed."""
    lines = "".join(f"{file} {' '.join(map(str, frames))}\n" for file, frames in plan.items())
    pipes = {"input": lines, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    done = subprocess.run([*READER, peer], cwd=folder, text=True, **pipes)
    if done.returncode == 3:
        return None, None
    files, version = {}, None
    for line in done.stdout.splitlines():
        what, *values = line.split() or [""]
        if what == "file":
            got = files[values[0]] = Got()
        elif what == "version":
            version = " ".join(values)
        elif what in ("count", "next", "raises", "at", "hangs", "crashes"):  # peers print, too
            got.note(what, *values)
    return files, version


def host_pictures(host, file, frames):
    """The count that it names and the numbers that its pictures show; of all of them where `frames` is empty."""
    done = subprocess.run([host, "frames", file, *map(str, frames)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    head, _, rgb = done.stdout.partition(b"\n")
    if not head:
        return None, []
    count, width, height = map(int, head.split())
    size = 3 * width * height
    return count, [number_in(rgb[at : at + size], width, height) for at in range(0, len(rgb), size)]


def read_by_host(host, folder, plan):
    files = {}
    for file, frames in plan.items():
        path, got = os.path.join(folder, file), Got()
        got.count, got.order = host_pictures(host, path, [])
        got.raised = got.count is not None and len(got.order) < got.count
        got.at = dict(zip(frames, host_pictures(host, path, frames)[1]))
        files[file] = got
    return files


def wrong_in_order(expected, got):
    if got.order == expected:
        return []
    count = len(got.order)
    if got.order == expected[:count]:
        return [f"{'raises' if got.raised else 'ends'} after {count}" if count else "no pictures"]
    if got.order[: len(expected)] == expected:
        return [f"{count - len(expected)} too many"]
    wrong = sum(got.order[i : i + 1] != [number] for i, number in enumerate(expected))
    return [f"{wrong} of {len(expected)} wrong in order"]


def judge(expected, asked, got):
    """What is wrong, in a few words; nothing where all is right."""
    problems = [got.end] if got.end else []
    if not problems and got.count is None and not got.order:
        return "refuses"
    if got.order and None not in (got.order[0], expected[0]) and got.order[0] // TURNED != expected[0] // TURNED:
        problems.append("not turned")
        expected = [number % TURNED for number in expected]
    if got.count not in (None, len(expected)):
        problems.append(f"count {got.count} of {len(expected)}")
    problems += wrong_in_order(expected, got)
    wrong = sum(got.at.get(frame) != expected[frame] for frame in asked)
    if wrong:
        problems.append(f"{wrong} of {len(asked)} wrong")
    return ", ".join(problems)


def version_of_ffmpeg():
    return " ".join(subprocess.run(["ffmpeg", "-version"], stdout=subprocess.PIPE, text=True).stdout.split()[0:3:2])


def main():
    host, folder = sys.argv[1:]
    random.seed(1)
    expected, plan = {}, {}
    for name, file, make in KINDS:
        path = os.path.join(folder, file)
        make(path)
        expected[file] = displayed(path)
        if not expected[file] or None in expected[file]:
            sys.exit(f"{name}: ffmpeg shows no numbers")
        plan[file] = asked_of(len(expected[file]))
    columns, versions = {"pgt-host": read_by_host(host, folder, plan)}, [version_of_ffmpeg()]
    for peer in PEERS:
        files, version = read_by_peer(peer, folder, plan)
        if files is None:
            print(f"{peer} is not installed", file=sys.stderr)
            continue
        columns[peer] = files
        versions += [version] if version not in versions else []
    right = dict.fromkeys(columns, 0)
    print("| |", " | ".join(columns), "|")
    print("|---" * (len(columns) + 1) + "|")
    for name, file, _ in KINDS:
        cells = [judge(expected[file], plan[file], files.get(file, Got())) or "right" for files in columns.values()]
        for column, cell in zip(columns, cells):
            right[column] += cell == "right"
        print(f"| {name} |", " | ".join(cells), "|")
    print(f"| **right, of {len(KINDS)}** |", " | ".join(f"**{count}**" for count in right.values()), "|")
    print(f"\nVersions: {', '.join(versions)}.")


if __name__ == "__main__":
    main()
