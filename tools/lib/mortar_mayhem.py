"""Videos of Mortar Mayhem, a memory task of the package memory-gym: mortar_mayhem.py FFMPEG FOLDER STEPS

An arena shows arrows (or "stay") one by one; a video's class is the first of its two arrows, which begin STEPS steps
of 8 frames apart. Place of the agent and pair of arrows are balanced: every pair of two different arrows, in either
order, is shown once with the agent at each of 21 places, so that who sees one arrow knows the class of half the videos.
No more can differ, so that videos to validate show the agent where no video to train does. How long it takes until the
first arrow differs, but not between the two orders of a pair at a place: else an arrow's place within a step would tell
which it is. The episode begins with another arrow, which is cut off: else only the first would not follow a change.

Writes FOLDER/{train,val}/ARROW/*.mp4 (lossless H.264) and FOLDER/mortar.json, which says what was made with what.
Equal versions give equal frames. Run it with a Python that has memory-gym 1.0.2 (arXiv 2309.17207, MIT); the package
is not part of pgt-host, and only this benchmark asks for it.
"""

import hashlib
import importlib.metadata
import json
import os
import pathlib
import subprocess
import sys

os.environ["SDL_VIDEODRIVER"] = "dummy"  # it draws without a screen

import gymnasium  # noqa: E402
import memory_gym  # noqa: E402, F401  (registers its environments)
import numpy  # noqa: E402

FRAMES_OF_A_STEP = 8
SHOWN = 4  # frames that an arrow shows
ARROWS = 5
# Of an arena of 5×5 places. An episode's arrows never lead out of it, which at a corner rules some pairs out.
PLACES = [(x, y) for x in range(5) for y in range(5) if {x, y} - {0, 4}]
VAL_PLACES = PLACES[::3]  # not the one in the middle: a network that never saw the agent beneath an arrow misreads it


def choose(environment, options):
    """The seed of an episode of each place and pair: {(place, first, second): seed}."""
    chosen, seed = {}, 0
    while len(chosen) < len(PLACES) * ARROWS * (ARROWS - 1):
        environment.reset(seed=seed, options=options)
        game = environment.unwrapped
        _, first, second = game._commands
        place = tuple(int(at) for at in game.normalized_agent_position)
        if first != second and place in PLACES:
            chosen.setdefault((place, first, second), seed)
        seed += 1
    return dict(sorted(chosen.items()))


def film(environment, options, seed, share):
    """Frames (T, H, W, 3) of two arrows, and of as many more as lie between them `share` before the first."""
    pause = options["command_show_delay"][0]
    distance = SHOWN + pause
    picture, _ = environment.reset(seed=seed, options=options)
    pictures = [picture.copy()]
    for _ in range(3 * distance - 1):
        pictures.append(environment.step([0, 0])[0].copy())
    begin = SHOWN + 1 + int((1 - share) * (pause - 1))
    return numpy.stack(pictures).transpose(0, 2, 1, 3)[begin:begin + 2 * distance]


def write(ffmpeg, path, frames):
    height, width = frames.shape[1:3]
    path.parent.mkdir(parents=True, exist_ok=True)
    command = [ffmpeg, "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}",
               "-r", "25", "-i", "-", "-c:v", "libx264", "-qp", "0", "-threads", "1", "-pix_fmt", "yuv420p", str(path)]
    subprocess.run(command, input=frames.tobytes(), check=True)


def make(ffmpeg, folder, steps):
    environment = gymnasium.make("MortarMayhem-v0")
    options = {"allowed_commands": ARROWS, "command_count": [3], "command_show_duration": [SHOWN],
               "command_show_delay": [FRAMES_OF_A_STEP * steps - SHOWN]}
    chosen = choose(environment, options)
    digest = hashlib.sha256()
    for (place, first, second), seed in chosen.items():
        # The same in either order, so that no arrow's place in a step tells which it is.
        share = numpy.random.default_rng([*place, *sorted(map(ord, first[0] + second[0]))]).random()
        frames = film(environment, options, seed, share)
        digest.update(frames.tobytes())
        split = "val" if place in VAL_PLACES else "train"
        write(ffmpeg, folder / split / first / f"seed-{seed:05d}.mp4", frames)
    versions = {name: importlib.metadata.version(name) for name in ("memory-gym", "gymnasium", "pygame", "numpy")}
    says = {"steps": steps, "videos": len(chosen), "frames": 2 * FRAMES_OF_A_STEP * steps,
            "sha256_of_frames": digest.hexdigest(), "versions": versions}
    (folder / "mortar.json").write_text(json.dumps(says, indent=2) + "\n")
    print(f"{says['videos']} videos of {says['frames']} frames in {ARROWS} classes in {folder}")


if __name__ == "__main__":
    make(sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3]))
