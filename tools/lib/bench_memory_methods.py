"""The tasks and the methods that `tools/bench memory-tasks` compares. A method is a list of settings of a run file."""

import math

STEP = 8  # frames

# task: (title, chance and so the ceiling of single clips in percent, distances in steps, settings of the run file)
TASKS = {
    "order": ("which of two events came first", 50, (2, 4, 8, 16, 32, 64), ("data.size=16",)),
    "mortar": ("Mortar Mayhem: which arrow came first", 50, (4, 8, 16, 32), ("data.size=32", "data.flip=false")),
}
VIDEOS = {"order": (480, 160), "mortar": (280, 140)}  # to train, to validate


def frames(task, gap):
    """Frames of a video whose events are `gap` steps apart."""
    return STEP * (gap + 4) if task == "order" else 2 * STEP * gap


def steps(task, gap):
    """Steps of STEP frames, one of them carried, that walk all of a video."""
    return math.ceil((frames(task, gap) - 1) / (STEP - 1))


def epochs(task, gap, method):
    """More for short videos, whose epochs have fewer steps to learn from: costs grow less than distances."""
    few = method in BEGINS_WITH or method == "clip-all"  # begins with weights; sees as much as pgt in an epoch
    return max(2, round((18 if task == "order" else 40) / (1 + gap / 16) / (3 if few else 1)))


MAX = ("schedule.reduce=max", "schedule.momentum=0")
PGT = ("schedule.use=pgt", "schedule.steps={steps}")
TBPTT = ("schedule.use=tbptt", "schedule.steps={steps}", "schedule.gradient_steps=4")
SLOW = ("model.use=slow", "model.temporal_kernels=[1, 3, 3, 3]")
GRU = ("model.use=recurrent", "model.state_width=64")
CLIP = (*SLOW, "schedule.use=clip", "schedule.frames=8")

# method: (title, settings). {steps} is what walks the whole video.
METHODS = {
    "clip": ("single clips", (*CLIP, "eval.views={steps}")),
    "clip-all": ("single clips, as many as pgt has steps", (*CLIP, "data.lanes={steps}", "eval.views={steps}")),
    "segment": ("8 frames spread over the video", (*CLIP, "data.sampling=segment")),
    "pgt-last": ("pgt, last", (*SLOW, *PGT, "schedule.reduce=last", "schedule.momentum=0")),
    "pgt-last-0.25": ("pgt, last, momentum 0.25", (*SLOW, *PGT, "schedule.reduce=last", "schedule.momentum=0.25")),
    "pgt-max": ("pgt, max", (*SLOW, *PGT, *MAX)),
    "pgt-max-from-4": ("pgt, max, begun with what was learned at 4 steps", (*SLOW, *PGT, *MAX)),
    "pgt-max-from-clips": ("pgt, max, begun with what single clips learned at 4 steps", (*SLOW, *PGT, *MAX)),
    "pgt-max-0.25": ("pgt, max, momentum 0.25", (*SLOW, *PGT, "schedule.reduce=max", "schedule.momentum=0.25")),
    "pgt-max-overlap": ("pgt, max, overlap 2", (*SLOW, *PGT, *MAX, "schedule.overlap=2")),
    "pgt-max-update": ("pgt, max, an update a step", (*SLOW, *PGT, *MAX, "schedule.update=step")),
    "pgt-max-full": ("pgt, max, full gradient", (*SLOW, *PGT, *MAX, "schedule.detach=false")),
    "tbptt": ("tbptt, max, 4 steps", (*SLOW, *TBPTT, *MAX)),
    "tbptt-from-clips": ("tbptt, max, 4 steps, begun with what single clips learned at 4 steps",
                         (*SLOW, *TBPTT, *MAX)),
    "stochastic": ("stochastic, max, half", (*SLOW, "schedule.use=stochastic", "schedule.steps={steps}", *MAX)),
    "whole": ("whole", (*SLOW, "schedule.use=whole", "schedule.steps={steps}")),
    "gru": ("recurrent, pgt", (*PGT, *GRU)),
    "gru-tbptt": ("recurrent, tbptt, 4 steps", (*TBPTT, *GRU)),
    "gru-two-pass": ("recurrent, two_pass", ("schedule.use=two_pass", "schedule.steps={steps}", *GRU)),
}
CLIPS = ("clip", "clip-all", "segment")  # learn from one clip at a time
FIRST_GAP = 4  # at which the methods below begin, with the weights of the method that they name
BEGINS_WITH = {"pgt-max-from-4": "pgt-max", "pgt-max-from-clips": "clip-all",
               "tbptt-from-clips": "clip-all"}
PLUGINS = {"gru": "recurrent", "tbptt": "tbptt", "two-pass": "two_pass", "stochastic": "stochastic", "whole": "whole"}


def settings(task, gap, method):
    """Of a run: what --set gets."""
    walk = steps(task, gap)
    if method.endswith("overlap"):
        walk = math.ceil((frames(task, gap) - 2) / (STEP - 2))
    return [*TASKS[task][3], *(text.format(steps=walk) for text in METHODS[method][1])]


def plugins_of(method):
    """What a method needs beside `clip`, `pgt`, `folder` and `slow`."""
    return {plugin for word, plugin in PLUGINS.items() if word in method}


def walks(method):
    """Whether it goes through videos of any length, step by step."""
    return method not in (*CLIPS, "whole")


def work(task, gap, method):
    """About how long a run takes, in no unit: the longest begin first."""
    walk = 1 if method in ("clip", "segment") else steps(task, gap)
    return VIDEOS[task][0] * walk * epochs(task, gap, method)
