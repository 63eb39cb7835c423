"""Who may include whom: layering.py ROOT

framework  a folder includes only from itself and from those above it in ORDER, by the path from framework/
no torch   the files that NO_TORCH names reach no header of LibTorch, directly or through headers of ours
sdk        its headers include the standard library, LibTorch and themselves
plugins    the same, the files of the plugin's own folder, and those of the folder common/ beside it; datasets read JSON
           and inodes
tests      nobody outside tests/ includes from there
"""

import os
import re
import sys

import sources

ORDER = ("base", "config", "plugin", "video", "run", "nn", "dist", "walk", "train", "eval", "session", "cli")
NO_TORCH = re.compile(
    r"framework/(base|config|plugin|video|run)/"
    r"|framework/(cli/[^/]+|main\.cpp)$"
    r"|sdk/include/pgt/sdk/(?!backbone|batch_sums|module_backbone|recompute|testing/)"
)
TORCH = re.compile(r"(torch|ATen|c10)/")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def includes(text):
    """(line number, '<' or '"', path) of each #include."""
    return [(text.count("\n", 0, m.start(2)) + 1, m.group(1), m.group(2)) for m in INCLUDE.finditer(text)]


def resolve(known, path, quote, name):
    """The file of ours that `name` means where it stands in `path`, or None."""
    folders = ["sdk/include"] if quote == "<" else [os.path.dirname(path), "framework", "plugins", "tests", ""]
    for folder in folders:
        candidate = os.path.normpath(os.path.join(folder, name))
        if candidate in known:
            return candidate
    return None


def framework_problem(path, quote, name):
    if quote == "<" or path == "framework/main.cpp":
        return None
    own, other = path.split("/")[1], name.split("/")[0]
    if other not in ORDER:
        return f'"{name}" is no path from framework/'
    if ORDER.index(other) > ORDER.index(own):
        return f'{own} must not know {other}: "{name}"'
    return None


def sdk_only_problem(quote, name, target, own_folders):
    if quote == "<":
        fits = name.startswith("pgt/sdk/") or TORCH.match(name) or "/" not in name
    else:
        fits = target is not None and target.startswith(own_folders)
    return None if fits else f"only the SDK, LibTorch, the standard library and files of its own, not {name}"


def own_folders(path):
    """The folder of the plugin that a file belongs to, plugins/KIND/NAME/, and the plugins/KIND/common/ beside it;
    for examples the file's own."""
    parts = path.split("/")
    if parts[0] != "plugins":
        return (os.path.dirname(path) + "/",)
    return tuple("/".join(parts[:2] + [name]) + "/" for name in (parts[2], "common"))


def torch_chain(known, path, seen):
    """How `path` reaches a header of LibTorch, as a list of names, or None."""
    if path in seen:
        return None
    seen.add(path)
    for _, quote, name in known[path]:
        if TORCH.match(name):
            return [name]
        target = resolve(known, path, quote, name)
        chain = target and torch_chain(known, target, seen)
        if chain:
            return [target] + chain
    return None


def check(root):
    known = {path: includes(sources.read(root, path)) for path in sources.code(root)}
    problems = []
    for path, lines in known.items():
        for line, quote, name in lines:
            target = resolve(known, path, quote, name)
            problem = None
            if path.startswith("framework/"):
                problem = framework_problem(path, quote, name)
            elif path.startswith("sdk/include/"):
                problem = sdk_only_problem(quote, name, target, ())
            elif path.startswith("plugins/datasets/") and name in ("nlohmann/json.hpp", "sys/stat.h"):
                pass  # annotations are JSON files, and a file is known by its inode
            elif path.startswith(("plugins/", "sdk/")):
                problem = sdk_only_problem(quote, name, target, own_folders(path))
            if problem is None and target and target.startswith("tests/") and not path.startswith("tests/"):
                problem = f"{name} belongs to the tests"
            if problem:
                problems.append(f"{path}:{line}: {problem}")
        if NO_TORCH.match(path):
            chain = torch_chain(known, path, set())
            if chain:
                problems.append(f"{path}:1: no LibTorch here, but it includes {' -> '.join(chain)}")
    return problems


if __name__ == "__main__":
    sources.report("layering", check(sys.argv[1]))
