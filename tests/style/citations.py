"""Whether the paragraphs that comments and pages cite are there: citations.py ROOT

A paragraph starts with its number in bold at the start of a line, `**M2.1 …`, in the page that its letter belongs to.
Wherever that number appears in a page, or in a comment of code, it is a citation. A comment that names such a page says
which paragraph of it.
"""

import re
import sys

import sources

PAGES = {"M": "docs/method.md", "A": "docs/architecture.md"}
ENDINGS = sources.CODE + (".py", ".sh", ".cmake", ".txt", ".toml", ".md", "")
PARAGRAPH = re.compile(r"^(?:- )?\*\*([MA])(\d+)\.(\d+)\b", re.MULTILINE)
CITATION = re.compile(r"(?<![\w.])[MA]\d+\.\d+(?!\w|\.\d)")
PAGE_ALONE = re.compile(rf"({'|'.join(map(re.escape, PAGES.values()))})(?!(?:\s|/)*{CITATION.pattern})")


def paragraphs(root):
    """The numbers of all paragraphs, and the problems with them."""
    numbers, problems = set(), []
    for letter, page in PAGES.items():
        section, last = 0, 0
        text = sources.read(root, page)
        for found in PARAGRAPH.finditer(text):
            place = (found.group(1), int(found.group(2)), int(found.group(3)))
            number = f"{place[0]}{place[1]}.{place[2]}"
            if place not in ((letter, section, last + 1), (letter, section + 1, 1)):
                problems.append(f"{page}:{line_of(text, found)}: {number} after {letter}{section}.{last}")
            _, section, last = place
            numbers.add(number)
    return numbers, problems


def line_of(text, found):
    return text.count("\n", 0, found.start()) + 1


def without_code(text):
    """C++ with everything before the comment of a line made blank."""
    return re.sub(r"^[^\n]*?(?=//|$)", "", text, flags=re.MULTILINE)


def check(root):
    numbers, problems = paragraphs(root)
    for path in sources.files(root, ENDINGS):
        text = sources.read(root, path)
        code = path.endswith(sources.CODE)
        if code:
            text = without_code(text)
        for found in CITATION.finditer(text):
            if found.group() not in numbers:
                page = PAGES[found.group()[0]]
                problems.append(f"{path}:{line_of(text, found)}: {page} has no paragraph {found.group()}")
        for found in PAGE_ALONE.finditer(text) if code else ():
            problems.append(f"{path}:{line_of(text, found)}: which paragraph of {found.group(1)}?")
    return problems


if __name__ == "__main__":
    sources.report("citations", check(sys.argv[1]))
