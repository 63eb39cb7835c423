#!/usr/bin/env python3
"""What tools/bench video measures of other programs, one in a process of its own, tuned: one codec thread, resizing by
the library.

usage: bench_video_peer.py PEER clips FILE bytes|floats WORKERS FRAME...   the file is opened for each clip
       bench_video_peer.py PEER kept FILE bytes|floats WORKERS FRAME...    once for all of them
       bench_video_peer.py PEER late FILE 1
       bench_video_peer.py PEER walk FILE 1

Prints `SECONDS CPU_SECONDS BYTES`, as bench-video does. Exit code 3: the peer is not installed."""

import resource
import sys
import time

LENGTH, STEP, SHORT, SIZE = 32, 2, 256, 224


def scaled(width, height):
    least = min(width, height)
    return width * SHORT // least, height * SHORT // least


def cut(pictures):
    """N x H x W x 3 to the middle."""
    top, left = (pictures.shape[1] - SIZE) // 2, (pictures.shape[2] - SIZE) // 2
    return pictures[:, top : top + SIZE, left : left + SIZE]


class TorchCodec:
    size = None  # that the pictures are scaled to: asked for once, as a user's dataset knows it

    def __init__(self, file, mode="exact"):
        from torchcodec.decoders import VideoDecoder
        from torchcodec.transforms import CenterCrop, Resize

        if TorchCodec.size is None:
            plain = VideoDecoder(file, seek_mode="approximate")
            TorchCodec.size = scaled(plain.metadata.width, plain.metadata.height)
        width, height = TorchCodec.size
        self.decoder = VideoDecoder(
            file,
            seek_mode=mode,
            num_ffmpeg_threads=1,
            dimension_order="NHWC",
            transforms=[Resize((height, width)), CenterCrop((SIZE, SIZE))],
        )
        self.count = len(self.decoder)

    def read(self, frames):
        return self.decoder.get_frames_at(frames).data.numpy()


class TorchCodecApproximate(TorchCodec):
    def __init__(self, file):
        super().__init__(file, "approximate")


class Decord:
    size = None

    def __init__(self, file):
        import decord

        if Decord.size is None:
            height, width = decord.VideoReader(file, num_threads=1)[0].shape[:2]
            Decord.size = scaled(width, height)
        width, height = Decord.size
        self.reader = decord.VideoReader(file, num_threads=1, width=width, height=height)
        self.count = len(self.reader)

    def read(self, frames):
        return cut(self.reader.get_batch(frames).asnumpy())


class PyAV:
    def __init__(self, file):
        import av

        self.container = av.open(file)
        self.stream = self.container.streams.video[0]
        self.stream.thread_count = 1
        self.stream.thread_type = "SLICE"
        self.size = scaled(self.stream.width, self.stream.height)
        self.ticks = 1 / (float(self.stream.average_rate) * float(self.stream.time_base))  # of a frame
        self.start = self.stream.start_time or 0
        self.count = self.stream.frames

    def read(self, frames):
        import numpy

        wanted, pictures = set(frames), []
        self.container.seek(self.start + int(frames[0] * self.ticks), stream=self.stream, backward=True)
        for picture in self.container.decode(self.stream):
            number = round((picture.pts - self.start) / self.ticks)
            if number in wanted:
                small = picture.reformat(*self.size, format="rgb24", threads=1)
                pictures.append(small.to_ndarray(threads=1))
            if number >= frames[-1]:
                break
        return cut(numpy.stack(pictures))


class OpenCV:
    def __init__(self, file):
        import cv2

        cv2.setNumThreads(1)
        self.cv2 = cv2
        self.capture = cv2.VideoCapture(file, cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
        self.size = scaled(int(self.capture.get(3)), int(self.capture.get(4)))
        self.count = int(self.capture.get(cv2.CAP_PROP_FRAME_COUNT))

    def read(self, frames):
        import numpy

        wanted, pictures = set(frames), []
        self.capture.set(self.cv2.CAP_PROP_POS_FRAMES, frames[0])
        for number in range(frames[0], frames[-1] + 1):
            self.capture.grab()
            if number in wanted:
                small = self.cv2.resize(self.capture.retrieve()[1], self.size)
                pictures.append(self.cv2.cvtColor(small, self.cv2.COLOR_BGR2RGB))
        return cut(numpy.stack(pictures))


PEERS = {
    "torchcodec": TorchCodec,
    "torchcodec-approximate": TorchCodecApproximate,
    "decord": Decord,
    "pyav": PyAV,
    "opencv": OpenCV,
}


class Clips:
    """A dataset as users write it."""

    def __init__(self, peer, file, floats, kept, starts):
        self.peer, self.file, self.floats, self.kept, self.starts, self.reader = peer, file, floats, kept, starts, None

    def __len__(self):
        return len(self.starts)

    def __getitem__(self, clip):
        if self.reader is None or not self.kept:
            self.reader = PEERS[self.peer](self.file)
        last = self.reader.count - 1
        pictures = self.reader.read([min(self.starts[clip] + i * STEP, last) for i in range(LENGTH)])
        if not self.floats:
            return pictures
        import torch

        values = torch.from_numpy(pictures).permute(3, 0, 1, 2).to(torch.float32)
        return values.div_(255).sub_(0.45).div_(0.225).contiguous()


def read_clips(peer, file, kind, kept, workers, starts):
    clips = Clips(peer, file, kind == "floats", kept, starts)
    if workers == 1:
        for clip in range(len(clips)):
            clips[clip]
    else:
        from torch.utils.data import DataLoader

        for _ in DataLoader(clips, batch_size=None, num_workers=workers):
            pass


def resident(name):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(name))


def cpu_seconds():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def main():
    peer, mode, file, *rest = sys.argv[1:]
    try:
        import numpy  # noqa: F401  what a program that uses the peer has loaded already

        if peer.startswith("torchcodec") or "floats" in rest:
            import torch

            torch.set_num_threads(1)
        __import__({"pyav": "av", "opencv": "cv2", "decord": "decord"}.get(peer, "torchcodec.decoders"))
    except ImportError:
        sys.exit(3)

    started, cpu, memory = time.perf_counter(), cpu_seconds(), resident("VmRSS")
    if mode in ("clips", "kept"):
        read_clips(peer, file, rest[0], mode == "kept", int(rest[1]), [int(frame) for frame in rest[2:]])
    elif mode == "late":
        PEERS[peer](file).read([55 * 60 * 25 + i for i in range(8)])
    elif mode == "walk":
        reader = PEERS[peer](file)
        for step in range(40):
            reader.read([(8 * step + i) * 8 for i in range(8)])
    print(f"{time.perf_counter() - started:.6f} {cpu_seconds() - cpu:.6f} {resident('VmHWM') - memory}")


if __name__ == "__main__":
    main()
