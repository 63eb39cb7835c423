"""What no file of the project may contain: words.py ROOT"""

import re
import sys

import sources

# Spelled in pieces, so that this file passes its own check.
FORBIDDEN = {
    "a path of one machine": re.compile(r"(?<![\w.}])/(" + "|".join(("work", "root", "home")) + r")/\w"),
    "a page that the project does not have": re.compile(r"\b(spec/p" + r"gt\.md|DES" + r"IGN\.md|stu" + r"dy/\w)"),
    "unfinished work": re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b"),
}


def check(root):
    problems = []
    for path in sources.files(root, sources.TEXT):
        for number, line in enumerate(sources.read(root, path).split("\n"), 1):
            problems += [f"{path}:{number}: {what}" for what, words in FORBIDDEN.items() if words.search(line)]
    return problems


if __name__ == "__main__":
    sources.report("words", check(sys.argv[1]))
