"""Writes the manual pages of programs from what their --help says: man_pages.py VERSION RUN_FILE_PAGE OUT PROGRAM...

OUT/NAME.1.gz for each program. What a program and its verbs print is all that there is to say, so it is said once;
exit codes are those of docs/run-file.md.
"""

import gzip
import os
import re
import subprocess
import sys

OPTION = re.compile(r"^  (\S.*?)(?:\s{2,}(.*))?$")  # "  -o,--output PATH   what it is"
COMMAND_GROUPS = ("Subcommands", "Verbs")
ENVIRONMENT = (
    ("PGT_PLUGINS", "folders with plugins, between colons"),
    ("PGT_TORCH_DIR", "the folder of LibTorch that holds lib/, where that is not one of the usual ones"),
    ("PGT_CACHE_DIR", "the folder for what can be made again (otherwise ~/.cache/pgt-host)"),
    ("NO_COLOR", "where it is set, nothing is printed in colors"),
)


class Help:
    """What `words --help` prints: a summary, usages, and groups of (term, text) or plain lines."""

    def __init__(self, words):
        self.words = words
        printed = subprocess.run([*words, "--help"], check=True, capture_output=True, text=True).stdout
        head, *groups = re.split(r"^(?=[A-Z][^\n]*:\s*$)", printed, flags=re.M)
        summary, _, usage = head.partition("Usage:")
        self.summary = " ".join(summary.split())
        self.usages = [line.strip() for line in usage.splitlines() if line.strip()]
        self.groups = {}
        for group in groups:
            title, _, text = group.partition("\n")
            self.groups[title.strip().rstrip(":")] = text.rstrip("\n").splitlines()

    def group(self, *names):
        """The lines of the first group whose title begins with one of the names."""
        return next((lines for title, lines in self.groups.items() if title.startswith(names)), [])

    def terms(self, *names):
        found = []
        for line in self.group(*names):
            match = OPTION.match(line)
            if match and not line.startswith("   "):
                found.append([match.group(1), match.group(2) or ""])
            elif line.strip() and found:
                found[-1][1] = (found[-1][1] + " " + line.strip()).strip()
            elif not line.strip():
                break
        return found

    def examples(self):
        """Lines between "Examples" and the end, headings among them."""
        titles = list(self.groups)
        first = next((i for i, title in enumerate(titles) if title.startswith("Examples")), len(titles))
        lines = []
        for i, title in enumerate(titles[first:]):
            lines += ([] if i == 0 else [title + ":"]) + self.groups[title]
        return [line for line in lines if line.strip()]

    def commands(self):
        return [Help([*self.words, name]) for name, _ in self.terms(*COMMAND_GROUPS)]


def roff(text):
    text = text.replace("\\", r"\e").replace("-", r"\-").replace("~", r"\(ti").replace("^", r"\(ha").replace("'", r"\(aq")
    text = "".join(c if c.isascii() else f"\\[u{ord(c):04X}]" for c in text)
    return r"\&" + text if text.startswith(".") else text


def terms_of(help_text, *names):
    lines = []
    for term, text in help_text.terms(*names):
        if not term.startswith("-h,"):
            lines += [".TP", f".B {roff(term)}", roff(text)]
    return lines


def examples_of(help_text):
    lines = help_text.examples()
    return [".PP", "Examples:", ".nf", *(roff(line) for line in lines), ".fi"] if lines else []


def commands_of(help_text):
    """A subsection for each command, and for the commands below it."""
    lines = []
    for command in help_text.commands():
        lines += [f".SS {roff(usage)}" for usage in command.usages[:1]]
        lines += [roff(sentence(command.summary))]
        lines += terms_of(command, "Positionals") + terms_of(command, "Options") + examples_of(command)
        lines += commands_of(command)
    return lines


def sentence(text):
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def exit_codes(page):
    """Rows of the table below "Exit codes"."""
    with open(page, encoding="utf-8") as file:
        table = file.read().split("## Exit codes", 1)[1]
    rows = re.findall(r"^\| (\d+) \| (.*?) \|", table, re.M)
    return [(code, re.sub(r"\[(.*?)\]\(.*?\)", r"\1", meaning).replace("`", "")) for code, meaning in rows]


def page_of(program, version, codes, others):
    name = os.path.basename(program)
    own = Help([program])
    lines = [f'.TH {roff(name.upper())} 1 "" "pgt\\-host {version}" "pgt\\-host"', ".SH NAME"]
    summary = own.summary.split(". ")[0].rstrip(".")
    lines += [f"{roff(name)} \\- {roff(summary[:1].lower() + summary[1:])}", ".SH SYNOPSIS"]
    for usage in own.usages:
        lines += [f".B {roff(usage)}", ".br"]
    lines += [".SH DESCRIPTION", roff(sentence(own.summary))]
    if name != "pgt-host":
        lines += [".PP", roff(f"Also run as pgt-host {name.removeprefix('pgt-')}, which finds LibTorch by itself.")]
    options, commands = terms_of(own, "Options"), commands_of(own)
    if options:
        lines += [".SH OPTIONS"] + options
    if commands:
        lines += [".SH COMMANDS"] + commands
    if own.examples():
        lines += [".SH EXAMPLES", ".nf", *(roff(line) for line in own.examples()), ".fi"]
    lines += [".SH ENVIRONMENT"]
    for variable, text in ENVIRONMENT:
        lines += [".TP", f".B {roff(variable)}", roff(text)]
    lines += [".SH EXIT STATUS"]
    for code, meaning in codes:
        lines += [".TP", f".B {code}", roff(meaning)]
    lines += [".SH SEE ALSO", ",\n".join(f".BR {roff(other)} (1)" for other in others if other != name)]
    return "\n".join(lines) + "\n"


def main(version, run_file_page, out, *programs):
    os.makedirs(out, exist_ok=True)
    codes = exit_codes(run_file_page)
    names = sorted(os.path.basename(program) for program in programs)
    for program in programs:
        page = page_of(program, version, codes, names).replace(program, os.path.basename(program))
        with open(os.path.join(out, os.path.basename(program) + ".1.gz"), "wb") as file:
            file.write(gzip.compress(page.encode(), 9, mtime=0))


if __name__ == "__main__":
    main(*sys.argv[1:])
