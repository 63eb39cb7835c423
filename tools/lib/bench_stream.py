"""What `tools/bench stream` measures: usage: bench_stream.py HOST WORK_FOLDER [SECONDS]

`ffmpeg -re` plays a file into a pipe; from there it goes over TCP to the host, with the time at which each picture went.
"""

import array
import json
import pathlib
import socket
import statistics
import subprocess
import sys
import threading
import time

from bench_samples import as_flags, settings_of_memory

RATE = 25
PACKET = 188  # bytes of MPEG-TS
VIDEO = 0x100  # the first stream of FFmpeg's MPEG-TS


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def prepare(host, work, seconds):
    """A small network that scores moments, and a video to play."""
    run(host, "data", "synth", "memory", "--out", f"{work}/data", "--videos", "24")
    settings = ["train.epochs=1", "train.warmup_iterations=0", "train.batch_size=4", f"run.root={work}/runs", "run.name=bench",
                *settings_of_memory(f"{work}/data")]
    run(host, "examples/frame-by-frame.toml", *as_flags(settings))
    run("ffmpeg", "-y", "-f", "lavfi", "-i", f"testsrc2=size=320x240:rate={RATE}:duration={seconds}", "-c:v", "libx264",
        "-preset", "veryfast", "-tune", "zerolatency", "-g", str(RATE), f"{work}/played.ts")


def starts_in(data):
    """Pictures that begin in these packets."""
    count = 0
    for at in range(0, len(data), PACKET):
        pid = (data[at + 1] & 0x1F) << 8 | data[at + 2]
        count += pid == VIDEO and data[at + 1] & 0x40 != 0
    return count


def send(listener, video, sent):
    """Plays the video to whoever connects. `sent`: when each picture went."""
    connection, _ = listener.accept()
    command = ["ffmpeg", "-v", "error", "-re", "-i", video, "-c", "copy", "-f", "mpegts", "-flush_packets", "1", "-"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0) as player, connection:
        data = b""
        while piece := player.stdout.read(1 << 16):
            data += piece
            whole = len(data) - len(data) % PACKET
            connection.sendall(data[:whole])
            sent.extend([time.monotonic()] * starts_in(data[:whole]))
            data = data[whole:]
    listener.close()


def resident(process):
    text = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("VmRSS")) * 1024


def watch(host, work, seconds):
    listener = socket.create_server(("127.0.0.1", 0))
    sent = []
    sender = threading.Thread(target=send, args=(listener, f"{work}/played.ts", sent))
    sender.start()
    command = [host, "predict", f"{work}/runs/bench", f"tcp://127.0.0.1:{listener.getsockname()[1]}"]
    lines, memory = [], []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            lines.append((time.monotonic(), json.loads(line)))
            if lines[-1][1]["end"] >= 10:  # everything has been used once
                memory.append(resident(process))
            if lines[-1][1]["end"] >= seconds:
                process.terminate()
        said = process.stderr.read().splitlines()
    sender.join()
    return sent, lines, memory, said[-1], process.returncode


def main(host, work, seconds="180"):
    prepare(host, work, int(seconds))
    sent, lines, memory, said, code = watch(host, work, int(seconds))
    late = [1000 * (at - sent[round(line["end"] * RATE) - 1]) for at, line in lines if line["end"] > 10]
    print(f"  {said}\n  exit code {code}")
    print(f"  a line comes after its last frame: median {statistics.median(late):.0f} ms, "
          f"99 % within {sorted(late)[len(late) * 99 // 100]:.0f} ms, all within {max(late):.0f} ms")
    print(f"  memory: {memory[0] / 1e6:.1f} MB at 10 s, {memory[-1] / 1e6:.1f} MB at the end, "
          f"{memory[-1] / memory[0]:.3f}")
    run(host, "predict", f"{work}/runs/bench", f"{work}/played.ts", "--scores", f"{work}/file.npy", "-o",
        f"{work}/file.csv")
    streamed = array.array("f", (score for _, line in lines for moment in line["moments"]
                                 for score in moment["scores"].values()))
    same = pathlib.Path(work, "file.npy").read_bytes().endswith(b"\n" + streamed.tobytes())
    print(f"  the {len(streamed)} scores of its moments {'are' if same else 'ARE NOT'} those of the file, bit for bit")
    return 0 if same and code == 0 else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
