"""docs/sdk-reference.md is what the SDK's headers say: sdk_reference.py ROOT [--write]

Reads the public declarations and the comments above and behind them, as the headers are written: `///` above, `///<` behind.
What is private, in a namespace `detail`, deleted, defaulted or an override is not for users and left out. `--write` makes
the page; without it, a page that is not what the headers say is a problem.
"""

import re
import sys

import sources

FOLDER = "sdk/include/pgt/sdk"
PAGE = "docs/sdk-reference.md"
# In the order of the page; testing/rules/ has more, which the functions of testing/ bring to users.
HEADERS = ("plugin", "options", "backbone", "module_backbone", "batch_sums", "recompute", "schedule", "dataset", "frame_source",
           "video_files", "extension", "entry", "version", "testing/carry", "testing/schedule", "testing/dataset",
           "testing/rules/requests", "testing/rules/rule")
HEAD = f"""# Reference of the SDK

Every public declaration of `<pgt/sdk/…>`, made from the headers by `python3 tests/style/sdk_reference.py . --write`. All names are in the
namespace `pgt::sdk`, those of `testing/` in `pgt::sdk::testing`. How to go about it: [a backbone](write-a-backbone.md), [a
schedule](write-a-schedule.md), [a dataset](write-a-dataset.md).
"""

TYPE = re.compile(r"^(template <[^{]*>\s*)?(class|struct|enum)\b[^(]*$", re.S)
HIDDEN = re.compile(r"= delete$|= default$|\boverride\b|^(virtual )?~|\boperator=|^friend |^static_assert|^class \w+$|^struct \w+$")


class Declaration:
    def __init__(self, text, comment, members=None):
        text = re.sub(r"/\*(\w+)\*/", r"\1", re.sub(r"\s+", " ", text)).replace("( ", "(").strip()
        self.text = text.removeprefix("inline ")
        self.comment = comment
        self.members = members


class Parser:
    """Of one header, whose text ends where its last brace does."""

    def __init__(self, text):
        self.text, self.at = text, 0

    def line(self):
        end = self.text.find("\n", self.at)
        line, self.at = self.text[self.at : end], end + 1
        return line

    def skip_braces(self):
        depth = 0
        while True:
            char = self.text[self.at]
            if char in "\"'" and self.text[self.at - 1] not in "0123456789":
                self.skip_literal(char)
                continue
            if self.text.startswith("//", self.at):
                self.line()
                continue
            depth += (char == "{") - (char == "}")
            self.at += 1
            if depth == 0:
                return

    def skip_literal(self, quote):
        self.at += 1
        while self.text[self.at] != quote:
            self.at += 2 if self.text[self.at] == "\\" else 1
        self.at += 1

    def head(self):
        """The text up to a `;`, `,` or `}` (of enumerators) or `{` outside of parentheses."""
        begin, depth = self.at, 0
        while True:
            char = self.text[self.at]
            if char in "\"'":
                self.skip_literal(char)
                continue
            depth += (char == "(") - (char == ")")
            if depth == 0 and char in ";{":
                return self.text[begin : self.at]
            self.at += 1

    def declarations(self, is_public=True):
        """Up to the brace that closes the scope."""
        found, comment = [], []
        while True:
            rest = self.text[self.at :]
            blank = re.match(r"[ \n;]*", rest).end()
            if "\n\n" in rest[:blank]:
                comment = []
            self.at += blank
            rest = self.text[self.at :]
            if not rest or rest[0] == "}":
                self.at += 1
                return found
            if rest.startswith("///<"):
                last.comment = [self.line()[4:].strip()]
                while re.match(r" *///<", self.text[self.at :]):
                    last.comment.append(self.line().strip()[4:].strip())
            elif rest.startswith("///"):
                comment.append(self.line()[3:].removeprefix(" "))
            elif rest.startswith("//"):
                self.line()
            elif rest[0] == "#":
                found += self.macro(comment)
                comment = []
            elif re.match(r"(public|private|protected):", rest):
                is_public = self.line().strip() == "public:"
                comment = []
            else:
                declared = self.declaration(comment)
                comment = []
                last = declared[-1] if declared else Declaration("", [])
                found += declared if is_public else []

    def macro(self, comment):
        line = self.line()
        while line.endswith("\\"):
            line = line[:-1] + self.line()
        name = re.match(r"#define (\w+(\([^)]*\))?)", line)
        return [Declaration(f"#define {name.group(1)}", comment)] if name and comment else []

    def declaration(self, comment):
        text = self.head()
        if self.text[self.at] == ";":
            self.at += 1
            return [] if HIDDEN.search(text.strip()) else [Declaration(text, comment)]
        head = text.strip()
        if re.match(r"(inline )?namespace\b", head):
            if head.endswith("detail"):
                self.skip_braces()
                return []
            self.at += 1
            return self.declarations()
        if head.startswith("enum"):
            return [Declaration(head, comment, self.enumerators())]
        if TYPE.match(head):
            self.at += 1
            return [Declaration(head, comment, self.declarations(not re.search(r"\bclass \w+( final)?( :|$)", head)))]
        function = "(" in head.split("=")[0] or "operator" in head
        self.skip_braces()
        if function:
            while re.match(r"\s*[,{]", self.text[self.at :]):  # after a constructor's initialisers
                self.head()
                self.skip_braces()
            head = re.sub(r"\)( const)? : .*", r")\1", re.sub(r"\s+", " ", head))
        else:
            begin = self.at
            self.head()
            head += self.text[begin : self.at]
            head = re.sub(r"\s*=\s*$", "", head)
        return [] if HIDDEN.search(head) else [Declaration(head, comment)]

    def enumerators(self):
        begin = self.at + 1
        self.skip_braces()
        found, comment = [], []
        for line in self.text[begin : self.at - 1].split("\n"):
            code, _, behind = line.partition("///<")
            if code.strip().startswith("//"):
                comment.append(code.strip().lstrip("/").strip())
                continue
            for name in re.findall(r"\w+", code):
                found.append(Declaration(name, [behind.strip()] if behind else comment))
                comment = []
        return found


def paragraphs(comment, indent=""):
    """Comment lines as Markdown: code and lists keep their lines."""
    lines = []
    for line in comment:
        code = re.split("(`[^`]*`)", line)  # what is in front of one is prose
        if not line.startswith("    "):
            line = "".join(part if part.startswith("`") else part.replace("<", "&lt;") for part in code)
        lines.append((indent + line).rstrip())
    return lines


def bullet(declaration):
    begin = f"- `{declaration.text}`"
    comment = paragraphs(declaration.comment, "  ")
    return [begin] if not comment else [begin + "  "] + comment


def section(declaration):
    name = re.search(r"^(?:template <.*?> )?(?:enum class|class|struct|enum) (\w+)", declaration.text).group(1)
    lines = ["", f"### {name}", "", f"`{declaration.text}`", ""] + paragraphs(declaration.comment)
    members = [line for member in declaration.members for line in bullet(member)]
    return lines + ([""] if members and lines[-1] else []) + members


def page_of_header(root, name):
    text = sources.read(root, f"{FOLDER}/{name}.hpp")
    above = re.match(r"(?:///.*\n)*", text).group(0)
    lines = ["", f"## {name}.hpp", ""] + paragraphs([line[3:].removeprefix(" ") for line in above.splitlines()])
    parser = Parser(text[len(above) :])
    previous = None
    for declaration in parser.declarations():
        if declaration.members is not None:
            lines += section(declaration)
        else:
            lines += ([""] if previous is None or previous.members is not None else []) + bullet(declaration)
        previous = declaration
    return lines


def page(root):
    lines = [line for name in HEADERS for line in page_of_header(root, name)]
    return HEAD + "\n".join(lines) + "\n"


def check(root):
    problems = []
    for path in sources.files(root, (".hpp",)):
        name = path.removeprefix(f"{FOLDER}/").removesuffix(".hpp")
        if path.startswith(f"{FOLDER}/") and name not in HEADERS and not name.startswith("testing/rules/"):
            problems.append(f"{path}: is not in HEADERS of tests/style/sdk_reference.py")
    if sources.read(root, PAGE) != page(root):
        problems.append(f"{PAGE}: is not what the headers say; run python3 tests/style/sdk_reference.py . --write")
    return problems


if __name__ == "__main__":
    if "--write" in sys.argv:
        with open(f"{sys.argv[1]}/{PAGE}", "w", encoding="utf-8") as file:
            file.write(page(sys.argv[1]))
    sources.report("sdk_reference", check(sys.argv[1]))
