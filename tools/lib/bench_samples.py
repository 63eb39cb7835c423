"""The sample videos of the benchmarks, and how a run file is told where they are."""

import subprocess


def make_order(host, folder, *settings):
    """Short videos of two classes, one event each."""
    command = [host, "data", "synth", "order", "--out", folder, "--kinds", "2", "--events", "1", *settings]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def settings_of_memory(folder):
    """Of examples/frame-by-frame.toml, for what `pgt-host data synth memory --out FOLDER` has made."""
    places = {"root": "videos", "labels": "groundTruth", "mapping": "mapping.txt",
              "train": "splits/train.split1.bundle", "val": "splits/test.split1.bundle"}
    return [f"dataset.{key}={folder}/{place}" for key, place in places.items()]


def as_flags(settings):
    """For a command line: --set before each."""
    return [word for setting in settings for word in ("--set", setting)]
