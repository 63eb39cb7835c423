"""Whether clang-format would change a file: formatting.py ROOT"""

import subprocess
import sys

import sources


def check(root):
    paths = sources.code(root)
    command = ["clang-format", "--dry-run", "-Werror", "--style=file", *paths]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return []
    return [line for line in result.stderr.splitlines() if ": error: " in line] or [result.stderr]


if __name__ == "__main__":
    sources.report("formatting", check(sys.argv[1]))
