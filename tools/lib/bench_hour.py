"""`predict` on an hour of video beside five minutes of it: bench_hour.py HOST BENCH_VIDEO WORK

Trains examples/frame-by-frame.toml with a head that remembers nothing (a recurrent one may remember for ever), makes
twelve pieces of five minutes and an hour that is all of them, and prints what docs/frame-by-frame.md says of it. Ends
with 1 where memory grows by more than 2 %, predict takes longer than decoding / 0.9, or the hour's segments differ from
those of the pieces away from their borders.
"""

import json
import os
import pathlib
import statistics
import struct
import subprocess
import sys
import time

from bench_samples import as_flags, settings_of_memory

PIECES, LOOPS = 12, 5
# A minute at 25 frames a second. Steps of 8 frames share one, so each but the first begins 7 frames after the last: a
# piece begins where one of the hour's steps does.
FRAMES = 7 * 8 * 27
PIECE_SECONDS = LOOPS * FRAMES / 25
# Seconds of a piece: at its beginning the network remembers, in the hour, what was before it; at its end the last step
# has fewer frames than in the hour.
BORDER, END = 2, 1


def run(*words):
    """Wall seconds and peak resident bytes of a command; its output is left out."""
    with open(os.devnull, "wb") as nowhere:
        started = time.monotonic()
        child = subprocess.Popen([str(word) for word in words], stdout=nowhere, stderr=subprocess.PIPE)
        error = child.stderr.read().decode(errors="replace")
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{' '.join(str(word) for word in words)}\n{error}")
    return time.monotonic() - started, usage.ru_maxrss * 1024


def array(path):
    """The numbers of a .npy file of float32, row by row, and its shape."""
    data = path.read_bytes()
    header = data[10 : 10 + struct.unpack("<H", data[8:10])[0]].decode()
    shape = [int(word) for word in header.split("'shape': (")[1].split(")")[0].split(",") if word.strip()]
    return memoryview(data[10 + len(header) :]).cast("f"), shape


def make_videos(host, work):
    synth = [host, "data", "synth", "memory", "--out", work / "minutes", "--videos", PIECES, "--frames", FRAMES,
             "--size", "640x360", "--seed", 7]
    run(*synth)
    pieces = []
    for minute in sorted((work / "minutes" / "videos").rglob("*.mp4")):
        pieces.append(work / f"piece-{len(pieces):02}.mp4")
        run("ffmpeg", "-v", "error", "-y", "-stream_loop", LOOPS - 1, "-i", minute, "-c", "copy", pieces[-1])
    (work / "pieces.txt").write_text("".join(f"file '{piece}'\n" for piece in pieces))
    run("ffmpeg", "-v", "error", "-y", "-f", "concat", "-safe", "0", "-i", work / "pieces.txt", "-c", "copy",
        work / "hour.mp4")
    return pieces, work / "hour.mp4"


def train(host, work):
    run(host, "data", "synth", "memory", "--out", work / "memory")
    settings = [*settings_of_memory(work / "memory"), f"run.root={work / 'runs'}", "run.name=hour",
                "model.moment_head=linear"]
    run(host, "examples/frame-by-frame.toml", *as_flags(settings))
    return work / "runs" / "hour-001"


def predict(host, trained, video, work):
    out = work / f"{video.stem}.json"
    scores = work / f"{video.stem}.npy"
    seconds, memory = run(host, "predict", trained, video, "-o", out, "--scores", scores, "--no-progress")
    return seconds, memory, json.loads(out.read_text())[0]["segments"], scores


def within(segments, begin, end):
    """Those between two seconds, cut off there, to the hundredth of a second."""
    cut = [(max(s["start"], begin), min(s["end"], end), s["class"]) for s in segments]
    return [(round(start - begin, 2), round(stop - begin, 2), name) for start, stop, name in cut if stop - start > 1e-6]


def compare(hour, pieces):
    """How many pieces have the hour's segments after their first seconds, and where the last difference is."""
    values, (moments, classes) = array(hour[3])
    same, latest = 0, 0.0
    for i, piece in enumerate(pieces):
        begin = i * PIECE_SECONDS
        of_hour = within(hour[2], begin + BORDER, begin + PIECE_SECONDS - END)
        same += of_hour == within(piece[2], BORDER, PIECE_SECONDS - END)
        own, (length, _) = array(piece[3])
        first = i * length
        best = lambda at, row: max(range(classes), key=lambda k: at[row * classes + k])
        differing = [row for row in range(length - END * 25) if best(values, first + row) != best(own, row)]
        latest = max([latest] + [(row + 1) / 25 for row in differing])
    return same, latest


def main():
    host, bench, work = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    pieces, hour = make_videos(host, work)
    trained = train(host, work)
    of_pieces = [predict(host, trained, piece, work) for piece in pieces]
    rounds = []
    for _ in range(3):  # in turns, so that whatever else the machine does slows down both
        decoding = run(bench, "decode", hour, 1)[0]
        rounds.append((decoding, predict(host, trained, hour, work)))
    decoding = statistics.median(seconds for seconds, _ in rounds)
    of_hour = min((result for _, result in rounds), key=lambda result: result[0])
    seconds = statistics.median(result[0] for _, result in rounds)
    share = statistics.median(decoded / result[0] for decoded, result in rounds)
    small = statistics.median(piece[1] for piece in of_pieces)
    same, latest = compare(of_hour, of_pieces)
    frames = PIECES * LOOPS * FRAMES
    print(f"  peak memory, five minutes   {small / 1e6:8.1f} MB")
    print(f"  peak memory, one hour       {of_hour[1] / 1e6:8.1f} MB   {of_hour[1] / small:.3f}")
    print(f"  decoding the hour           {decoding:8.1f} s    {frames / decoding:.0f} frames a second")
    print(f"  predicting the hour         {seconds:8.1f} s    {frames / seconds:.0f} frames a second, {share:.2f} of decoding")
    print(f"  pieces with the hour's segments after {BORDER} s: {same} of {PIECES}; the last moment of another class "
          f"is {latest:.2f} s after a border")
    return int(of_hour[1] > 1.02 * small or share < 0.9 or same < PIECES)


if __name__ == "__main__":
    sys.exit(main())
