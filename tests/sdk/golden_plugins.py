"""Plugins that were built earlier are loaded and work: golden_plugins.py ROOT BUILD [--record]

tests/sdk/golden/ holds examples of the SDK as libraries, and made.json: how they were built, and what the host said of
them then. They are unpacked and used by the host of BUILD, as somebody uses plugins whose sources are lost. Where host
and plugin were built so differently that the host must refuse one (another compiler, LibTorch or sanitizer), it must name
what differs, and what needs that plugin is skipped. --record builds them anew, small (MinSizeRel) and stripped. Exit code 77: skipped, in
part or wholly.
"""

import difflib
import hashlib
import json
import lzma
import os
import platform
import re
import subprocess
import sys
import tempfile

EXAMPLES = ("minimal_backbone", "minimal_dataset", "minimal_schedule", "simulator")
ALWAYS_EQUAL = ("magic", "sdk-version", "size")  # of the build record's fields; the others differ with the machine
RECORD_ANEW = "until pgt-host 1.0 they are then recorded anew: tests/sdk/golden_plugins.py ROOT BUILD --record"
SKIPPED = 77
RUN = """[model]
use = "minimal_backbone"
width = 4
[dataset]
{dataset}
[schedule]
use = "minimal_schedule"
length = 5
[data]
size = 16
threads = 1
[train]
epochs = 1
batch_size = 4
threads = 1
device = "cpu"
"""
DATASETS = {
    "minimal_dataset": 'use = "minimal_dataset"\nfile = "videos.txt"',
    "simulator": 'use = "simulator"\nvideos = 6\nseconds = 1\nsize = 16',
}


class Host:
    """The host of a build with the libraries in `folder`/plugins. Ends the program where the host fails."""

    def __init__(self, build, folder):
        self.program, self.folder = os.path.join(build, "pgt-host"), folder
        self.plugins = os.path.join(folder, "plugins")
        os.makedirs(self.plugins)
        # The libraries do not know where LibTorch is here.
        self.env = dict(os.environ, PGT_TORCH_DIR=os.path.join(build, "torch"), PGT_PLUGINS="", OMP_NUM_THREADS="1",
                        PGT_CACHE_DIR=os.path.join(folder, "cache"))

    def say(self, *words):
        done = subprocess.run([self.program, *words], cwd=self.folder, env=self.env, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"exit code {done.returncode} of pgt-host {' '.join(words)}\n{done.stdout}{done.stderr}")
        return done.stdout

    def info(self, library):
        """What it provides, its options and its build record."""
        found = json.loads(self.say("plugin", "info", library, "--json"))
        del found["path"]
        return found

    def own_record(self, build):
        """The build record of the host: that of a backbone which was built with it."""
        return self.info(os.path.join(build, "plugins", "resnet3d.so"))["record"]

    def refused(self):
        """By name: why the host leaves a library out."""
        listed = json.loads(self.say("--plugins", self.plugins, "plugins", "--json"))
        return {os.path.basename(each["path"])[:-3]: each["reason"] for each in listed["refused"]}

    def plan(self):
        """How the schedule trains and evaluates."""
        self.write("plan.toml", RUN.format(dataset=DATASETS["minimal_dataset"]))
        shown = json.loads(self.say("--plugins", self.plugins, "plan", "plan.toml", "--json"))
        return {key: shown[key] for key in ("training", "evaluation")}

    def make_videos(self):
        self.say("data", "synth", "order", "--out", "videos", "--videos", "10", "--kinds", "2", "--frames", "36", "--size", "16")
        videos = sorted(os.path.relpath(os.path.join(place, name), self.folder)
                        for place, _, names in os.walk(os.path.join(self.folder, "videos"))
                        for name in names if name.endswith(".mp4"))
        self.write("videos.txt", "".join(f"{path} {os.path.basename(os.path.dirname(path))}\n" for path in videos))

    def train(self, dataset):
        """The checksum of each library that the run was made with, by the name of what it provides."""
        self.write("run.toml", RUN.format(dataset=DATASETS[dataset]))
        self.say("--plugins", self.plugins, "run.toml", "--set", f"run.root={dataset}")
        run = os.path.join(self.folder, dataset, "run-001")
        if (status := self.read(run, "STATUS.json")["status"]) != "finished":
            sys.exit(f"the run with {dataset} is {status}")
        return {each["name"]: each["crc32c"] for each in self.read(run, "plugins.json")}

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def read(self, *parts):
        with open(os.path.join(*parts), encoding="utf-8") as file:
            return json.load(file)


def golden_of(root):
    return os.path.join(root, "tests", "sdk", "golden")


def may_change(host):
    """Until pgt-host 1.0 a change of the boundary takes older plugins away; from then on the golden ones stay."""
    return host.say("--version").startswith("pgt-host 0.")


def boundary_of(root):
    with open(os.path.join(root, "tests", "sdk", "boundary.txt"), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def unpack(root, host):
    for name in EXAMPLES:
        with lzma.open(os.path.join(golden_of(root), name + ".so.xz")) as packed:
            library = packed.read()
        with open(os.path.join(host.plugins, name + ".so"), "wb") as file:
            file.write(library)


def holds(then, now):
    """Whether `now` says all that `then` says; it may say more."""
    if isinstance(then, dict):
        return isinstance(now, dict) and all(key in now and holds(then[key], now[key]) for key in then)
    if isinstance(then, list):
        return isinstance(now, list) and len(then) == len(now) and all(map(holds, then, now))
    return then == now


def differing(ours, theirs):
    """What of the build record keeps the host from loading a plugin: by field, the host's value and the plugin's."""
    return {key: (ours[key], theirs[key]) for key in ours
            if ours[key] != theirs[key] and not (key == "libtorch" and not theirs[key])}


def require_refusal(name, fields, reason):
    """Ends the program unless the host names one of the fields. With another LibTorch a library may not even open."""
    if wrong := [key for key in ALWAYS_EQUAL if key in fields]:
        sys.exit(f"{name}: {wrong[0]} differs: {fields[wrong[0]]}; {RECORD_ANEW}")
    named = any(f"differs: host {ours}, plugin {theirs};" in reason for ours, theirs in fields.values())
    if not named and not ("libtorch" in fields and "the dynamic linker refuses it" in reason):
        sys.exit(f"{name} must be left out, as {fields} differ (host, plugin), but the host says: {reason or 'nothing'}")


def require_same(name, then, now):
    if not holds(then, now):
        texts = (json.dumps(said, indent=2).splitlines() for said in (then, now))
        sys.exit("\n".join(difflib.unified_diff(*texts, f"{name}, golden", f"{name}, now", lineterm="")))


def check(root, build, made, host):
    """Why something is skipped, by plugin."""
    if may_change(host) and made["boundary"] != boundary_of(root):
        sys.exit(f"tests/sdk/boundary.txt is not what the golden plugins were built with; {RECORD_ANEW}")
    unpack(root, host)
    ours, refused, left_out = host.own_record(build), host.refused(), {}
    for name, then in made["plugins"].items():
        if fields := differing(ours, then["record"]):
            require_refusal(name, fields, refused.get(name, ""))
            left_out[name] = refused[name]
        elif name in refused:
            sys.exit(f"{name} is left out: {refused[name]}")
        else:
            require_same(name, then, host.info(os.path.join(host.plugins, name + ".so")))
    if "minimal_schedule" not in left_out:
        require_same("the plan of minimal_schedule", made["plan"], host.plan())
    host.make_videos()
    for dataset in DATASETS:
        names = ("minimal_backbone", "minimal_schedule", dataset)
        if not any(name in left_out for name in names):
            used = host.train(dataset)
            for name in names:
                require_same(f"the checksum of {name} in a run", made["plugins"][name]["crc32c"], used.get(name))
    return left_out


def build_example(root, build, name, folder):
    """A small library, without symbols and paths of this machine, as it is kept."""
    with open(os.path.join(build, "CMakeCache.txt"), encoding="utf-8") as cache:
        compiler = re.search(r"^CMAKE_CXX_COMPILER:\w+=(.*)$", cache.read(), re.M).group(1)
    made, torch = os.path.join(folder, name), os.path.realpath(os.path.join(build, "torch"))
    flags = " ".join(f"-ffile-prefix-map={path}={short}" for path, short in ((build, "."), (torch, "torch")))
    subprocess.run(["cmake", "-G", "Ninja", "-S", os.path.join(root, "sdk", "examples", name), "-B", made,
                    f"-DCMAKE_PREFIX_PATH={build}", f"-DCMAKE_CXX_COMPILER={compiler}", "-DCMAKE_BUILD_TYPE=MinSizeRel",
                    f"-DCMAKE_CXX_FLAGS={flags}", "-DCMAKE_MODULE_LINKER_FLAGS=-s",
                    "-DCMAKE_SKIP_RPATH=ON"], check=True)
    subprocess.run(["cmake", "--build", made], check=True)
    with open(os.path.join(made, name + ".so"), "rb") as file:
        library = file.read()
    for path in (root, build, folder, torch):
        if path.encode() in library:
            sys.exit(f"{name}.so names {path}")
    version = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
    return library, version


def record(root, build, host):
    if not may_change(host):
        sys.exit("since pgt-host 1.0 the golden plugins stay as they are: the host must load them")
    golden, made = golden_of(root), {"boundary": boundary_of(root), "plugins": {}}
    os.makedirs(golden, exist_ok=True)
    for name in EXAMPLES:
        library, made["compiler"] = build_example(root, build, name, host.folder)
        with lzma.open(os.path.join(golden, name + ".so.xz"), "wb", preset=9 | lzma.PRESET_EXTREME) as packed:
            packed.write(library)
    unpack(root, host)
    for name in EXAMPLES:
        made["plugins"][name] = host.info(os.path.join(host.plugins, name + ".so"))
    made["plan"] = host.plan()
    with open(os.path.join(golden, "made.json"), "w", encoding="utf-8") as file:
        json.dump(made, file, indent=2)
        file.write("\n")


def main(root, build, *flags):
    root, build = os.path.abspath(root), os.path.abspath(build)
    with tempfile.TemporaryDirectory() as folder:
        host = Host(build, folder)
        if "--record" in flags:
            record(root, build, host)
            return
        with open(os.path.join(golden_of(root), "made.json"), encoding="utf-8") as file:
            made = json.load(file)
        machine = made["plugins"]["minimal_backbone"]["record"]["architecture"]
        if platform.machine() != machine:  # the dynamic linker takes none of them
            print(f"skipped: the golden plugins are for {machine}, and this machine is {platform.machine()}")
            sys.exit(SKIPPED)
        left_out = check(root, build, made, host)
        for name, reason in left_out.items():
            print(f"skipped: what needs {name}: {reason}")
        sys.exit(SKIPPED if left_out else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
