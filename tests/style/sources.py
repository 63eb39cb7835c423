"""The project's own files: what the style checks read."""

import os
import sys

FOLDERS = ("framework", "sdk", "plugins", "tools", "tests", "cmake", "examples", "docs", ".ci")
CODE = (".cpp", ".hpp", ".cu")
TEXT = CODE + (".py", ".sh", ".cmake", ".txt", ".toml", ".md", ".json", ".map", ".in", "")


def files(root, endings):
    """Paths relative to `root`, sorted, of the files with one of the endings; those right in `root` come too."""
    found = [name for name in os.listdir(root) if name != ".git" and os.path.isfile(os.path.join(root, name))]
    for folder in FOLDERS:
        for place, folders, names in os.walk(os.path.join(root, folder)):
            folders[:] = [name for name in folders if name not in ("__pycache__", "build")]
            found += [os.path.relpath(os.path.join(place, name), root) for name in names]
    return sorted(path for path in found if os.path.splitext(path)[1] in endings)


def code(root):
    """The C++ files, but for templates, which become C++ when they are filled in."""
    return [path for path in files(root, CODE) if not path.startswith("sdk/template/")]


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


def report(check, problems):
    """Prints the problems and ends the process; it fails where there is one."""
    for problem in problems:
        print(problem)
    print(f"{check}: {len(problems)} problems")
    sys.exit(1 if problems else 0)
