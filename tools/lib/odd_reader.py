#!/usr/bin/env python3
"""Reads videos of tools/lib/odd_videos.py with what Python users read videos with, in order and then by index.

usage: odd_reader.py PEER < LINES, each `FILE FRAME...`

Prints what it gets as it gets it, so that a hang or a crash loses nothing: `file FILE`; `count N`, where the peer names
one; `next N` for each picture in order, N being the number it shows; `raises` where that did not go on; `at FRAME N` for
each index; and `hangs` or `crashes` where the peer did. At the end `version NAME V`. Exit code 3: it is not
installed."""

import os
import signal
import sys
import time

from odd_videos import number_in

LONGEST = 120  # seconds for a file that takes one; more is a hang


class TorchCodec:
    def __init__(self, file, mode="exact"):
        from torchcodec.decoders import VideoDecoder

        self.decoder = VideoDecoder(file, seek_mode=mode, num_ffmpeg_threads=1, dimension_order="NHWC")
        self.count = len(self.decoder)

    def at(self, frame):
        return self.decoder.get_frame_at(frame).data.numpy()

    def in_order(self):
        return map(self.at, range(self.count))


class TorchCodecApproximate(TorchCodec):
    def __init__(self, file):
        super().__init__(file, "approximate")


class Decord:
    def __init__(self, file):
        import decord

        self.reader = decord.VideoReader(file, num_threads=1)
        self.count = len(self.reader)

    def at(self, frame):
        return self.reader[frame].asnumpy()

    def in_order(self):
        return map(self.at, range(self.count))


class PyAV:
    """It has no indices. An index is turned into a time by the mean rate, as its users do."""

    def __init__(self, file):
        import av

        self.container = av.open(file)
        self.stream = self.container.streams.video[0]
        self.count = self.stream.frames or None

    def at(self, frame):
        ticks = 1 / (float(self.stream.average_rate) * float(self.stream.time_base))  # of a frame
        wanted = (self.stream.start_time or 0) + int(frame * ticks)
        self.container.seek(wanted, stream=self.stream, backward=True)
        pictures = self.container.decode(self.stream)
        return next(one for one in pictures if one.pts >= wanted - ticks / 2).to_ndarray(format="rgb24")

    def in_order(self):
        return (one.to_ndarray(format="rgb24") for one in self.container.decode(self.stream))


class OpenCV:
    def __init__(self, file):
        import cv2

        self.position = cv2.CAP_PROP_POS_FRAMES
        self.capture = cv2.VideoCapture(file, cv2.CAP_FFMPEG)
        if not self.capture.isOpened():
            raise ValueError("not opened")
        self.count = int(self.capture.get(cv2.CAP_PROP_FRAME_COUNT))
        if self.count <= 0:
            self.count = None

    def at(self, frame):
        self.capture.set(self.position, frame)
        return self.capture.read()[1]

    def in_order(self):
        while True:
            there, picture = self.capture.read()
            if not there:
                return
            yield picture


# what to import, reader
PEERS = {
    "torchcodec": ("torchcodec.decoders", TorchCodec),
    "torchcodec, approximate": ("torchcodec.decoders", TorchCodecApproximate),
    "decord": ("decord", Decord),
    "PyAV": ("av", PyAV),
    "OpenCV": ("cv2", OpenCV),
}


def number(picture):
    """`picture`: H x W x 3."""
    return number_in(picture.tobytes(), picture.shape[1], picture.shape[0])


def report(*words):
    print(*words, flush=True)


def read(peer, file, frames):
    reader = peer(file)
    if reader.count is not None:
        report("count", reader.count)
    try:
        for picture in reader.in_order():
            report("next", number(picture))
    except Exception:  # whatever a peer raises
        report("raises")
    reader = peer(file)  # one that has not seen the end
    for frame in frames:
        try:
            report("at", frame, number(reader.at(frame)))
        except Exception:
            report("at", frame, None)


def read_apart(peer, file, frames):
    """In a process of its own, which a peer may crash."""
    report("file", file)
    child = os.fork()
    if child == 0:
        try:
            read(peer, file, frames)
        finally:
            os._exit(0)
    end = time.monotonic() + LONGEST
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return report("crashes") if status else None
        if time.monotonic() > end:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return report("hangs")
        time.sleep(0.02)


def main():
    name, peer = PEERS[sys.argv[1]]
    try:
        import numpy  # noqa: F401  once, not once a file

        module = __import__(name)
    except ImportError:
        sys.exit(3)
    for line in sys.stdin:
        file, *frames = line.split()
        read_apart(peer, file, [int(frame) for frame in frames])
    report("version", module.__name__, module.__version__)


if __name__ == "__main__":
    main()
