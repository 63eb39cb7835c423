"""A page of the documentation is true: page.py PAGE SCRATCH [FOLDER]

Does in an empty folder what the page says, from its top to its end, with what is installed in HOME/.local:

`NAME`:                 a line that begins so, and ends with a colon, with a fence below it: writes the file
indented by four        commands, run by bash; the folder that they change to holds for the next ones. One that must fail
                        ends with `# fails`
``` (no language)       below commands: what they print. Its lines are among those that are printed, in this order, where
                        numbers and spaces may differ and "…" stands for anything
FOLDER                  what `python3` commands would make, copied where Python has no torch

Whatever is not as the page says ends it with the line of the page.
"""

import os
import re
import shutil
import subprocess
import sys

FENCE = re.compile(r"^( *)```(\w*)$")
FILE = re.compile(r"^`([\w./-]+\.\w+)`.*:$")


def blocks(text):
    """(line number, kind, name, content) of each file, command and output."""
    lines = text.split("\n")
    number, above, found = 0, "", []
    while number < len(lines):
        line, begin = lines[number], number + 1
        if FENCE.match(line):
            language = FENCE.match(line).group(2)
            number += 1
            content = []
            while not FENCE.match(lines[number]):
                content.append(lines[number])
                number += 1
            name = FILE.match(above)
            if name:
                found.append((begin, "file", name.group(1), content))
            elif not language and found and found[-1][1] == "commands":
                found.append((begin, "output", "", content))
            above = ""
        elif line.startswith("    ") and not above:
            content = []
            while number < len(lines) and lines[number].startswith("    "):
                content.append(lines[number][4:])
                number += 1
            number -= 1
            found.append((begin, "commands", "", content))
        above = line if line.strip() or FENCE.match(line) else above if FILE.match(above) else ""
        number += 1
    return found


def alike(line):
    """What must be equal of a line of output: numbers and spaces may differ."""
    line = re.sub(r"\x1b\[[0-9;]*m", "", line)
    line = re.sub(r"\d+(\.\d+)?(e[-+]\d+)?", "0", line)
    line = re.sub(r"[█▏▎▍▌▋▊▉─━]+", "", line)
    return re.sub(r"\s+", "", line)


def missing_line(expected, printed):
    """The first of the expected lines that is not printed, or None."""
    rest = [alike(line) for line in re.split(r"[\n\r]", printed)]
    for line in expected:
        wanted = alike(line)
        if not wanted or wanted == "…":
            continue
        pattern = re.compile(".*".join(re.escape(part) for part in wanted.split("…")))
        place = next((i for i, candidate in enumerate(rest) if pattern.fullmatch(candidate)), None)
        if place is None:
            return line
        rest = rest[place + 1 :]
    return None


class Reader:
    def __init__(self, page, scratch, made):
        self.page, self.made = page, made
        self.folder = os.path.join(scratch, "folder")
        self.place = os.path.join(scratch, "place")
        os.makedirs(self.folder)
        env = self.env = dict(os.environ, HOME=scratch, PGT_PLUGINS="", PGT_CACHE_DIR=os.path.join(scratch, "cache"))
        env.setdefault("CCACHE_DIR", os.path.expanduser("~/.cache/ccache"))
        env["PATH"] = os.path.join(scratch, ".local", "bin") + os.pathsep + env["PATH"]
        self.torch = subprocess.run(["python3", "-c", "import torch"], env=env, capture_output=True).returncode == 0
        self.printed = ""

    def fail(self, line, text):
        sys.exit(f"{self.page}:{line}: {text}")

    def file(self, line, name, content):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as out:
            out.write("\n".join(content) + "\n")

    def commands(self, line, content):
        self.printed = ""
        for command in "\n".join(content).replace("\\\n", " ").split("\n"):
            if command.startswith("python3 ") and not self.torch and self.made:
                shutil.copytree(self.made, self.folder, dirs_exist_ok=True)
                self.printed = None
                continue
            script = f"{command}\ncode=$?\npwd > '{self.place}'\nexit $code\n"
            done = subprocess.run(["bash", "-c", script], cwd=self.folder, env=self.env, text=True, errors="replace",
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            if (done.returncode != 0) != command.endswith("# fails"):
                self.fail(line, f"exit code {done.returncode} of\n{command}\n{done.stdout}")
            if self.printed is not None:
                self.printed += done.stdout
            with open(self.place, encoding="utf-8") as place:
                self.folder = place.read().strip()

    def output(self, line, content):
        if self.printed is None:  # made elsewhere
            return
        missing = missing_line(content, self.printed)
        if missing is not None:
            self.fail(line, f"the page shows\n{missing}\nbut this is printed:\n{self.printed}")


def main(page, scratch, made=None):
    with open(page, encoding="utf-8") as file:
        found = blocks(file.read())
    if not any(kind == "commands" for _, kind, _, _ in found):
        sys.exit(f"{page}: holds no commands")
    reader = Reader(page, os.path.abspath(scratch), made and os.path.abspath(made))
    for line, kind, name, content in found:
        if kind == "file":
            reader.file(line, name, content)
        elif kind == "commands":
            reader.commands(line, content)
        else:
            reader.output(line, content)
    print(f"{page}: {len(found)} files, commands and outputs are as it says")


main(*sys.argv[1:])
