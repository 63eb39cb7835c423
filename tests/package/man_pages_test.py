"""Each option and verb that a program's help names is in its manual page, which groff formats without a warning:
man_pages_test.py FOLDER PROGRAM..."""

import gzip
import os
import re
import shutil
import subprocess
import sys


def helps(words):
    """The help of a program, of its verbs, and of theirs."""
    text = subprocess.run([*words, "--help"], check=True, capture_output=True, text=True).stdout
    yield text
    for group in re.findall(r"^(?:Subcommands|Verbs)[^\n]*:\s*\n((?:  [^\n]*\n)+)", text, re.M):
        for name in re.findall(r"^  (\w[\w-]*) ", group, re.M):
            yield from helps([*words, name])


def problems_of(program, folder):
    name = os.path.basename(program)
    with gzip.open(os.path.join(folder, name + ".1.gz"), "rt", encoding="utf-8") as file:
        page = file.read()
    shown = page.replace("\\-", "-")
    problems = [f"there is no .SH {title}" for title in ("NAME", "SYNOPSIS", "EXIT STATUS") if f".SH {title}\n" not in page]
    texts = list(helps([program]))
    for text in texts:
        usage = re.search(r"^Usage: (.*?)(?: \[OPTIONS\]|$)", text, re.M).group(1)
        if os.path.basename(usage) not in shown:
            problems.append(f"{usage} is not in the page")
        for flag in set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text)) - {"--help"}:
            if not re.search(re.escape(flag) + r"(?![a-z-])", shown):
                problems.append(f"{flag} of {usage} is not in the page")
    if shutil.which("groff"):
        command = ["groff", "-man", "-Tutf8", "-ww", "-z"]
        formatted = subprocess.run(command, input=page.encode(), capture_output=True, check=True)
        problems += formatted.stderr.decode().splitlines()
    return [f"{name}.1: {problem}" for problem in problems], len(texts)


def main(folder, *programs):
    problems, helped = [], 0
    for program in programs:
        found, texts = problems_of(program, folder)
        problems += found
        helped += texts
    print("\n".join(problems + [f"{helped} helps, {len(problems)} problems"]))
    sys.exit(1 if problems or helped < len(programs) else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
