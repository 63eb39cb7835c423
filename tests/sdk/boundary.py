"""What crosses between host and plugins is what it was when the SDK's version was made: boundary.py ROOT TORCH COMPILER [--record]

tests/sdk/boundary.txt describes every class and enumeration of the SDK as a compiler lays it out: sizes, members and their
offsets, virtual functions and their places, values. abidw (Debian: abigail-tools) reads that from debug information. A
plugin that was built with one description and a host that was built with another misunderstand each other, whatever the
source looks like. --record writes the description anew. Exit code 77: abidw is not installed.
"""

import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

NAMESPACE = ("pgt", "sdk", "v1")
WITH_ALL_OF_TORCH = ("module_backbone.hpp",)  # builds on the others, and crosses nowhere
# Templates are laid out where they are used.
USES = "namespace pgt::sdk {" + "".join(
    f"template class Factory<{kind}, {kind}Context>; template struct Provided<{kind}Factory>;"
    for kind in ("Backbone", "Dataset", "Schedule")) + "}"
VECTOR = re.compile(r"std::vector<((?:[^<>]|<(?:[^<>]|<[^<>]*>)*>)*), std::allocator<\1>>")
SKIPPED = 77


def headers_of(include):
    folder = os.path.join(include, "pgt", "sdk")
    return sorted(f"pgt/sdk/{name}" for name in os.listdir(folder) if name.endswith(".hpp") and name not in WITH_ALL_OF_TORCH)


def abi_of(include, torch, compiler):
    """abidw's description of all types of the headers, as XML."""
    with tempfile.TemporaryDirectory() as folder:
        library, description = os.path.join(folder, "sdk.so"), os.path.join(folder, "sdk.abi")
        headers = [word for header in headers_of(include) for word in ("-include", header)]
        every_type = ["-fno-eliminate-unused-debug-types", "-femit-class-debug-always"]
        subprocess.run([compiler, "-std=c++20", "-g", "-fPIC", "-shared", *every_type, "-I", include, "-isystem",
                        os.path.join(torch, "include"), *headers, "-x", "c++", "-", "-o", library], input=USES.encode(), check=True)
        subprocess.run(["abidw", "--load-all-types", "--drop-private-types", "--headers-dir", include, "--out-file",
                        description, library], check=True)
        return xml.parse(description).getroot()


class Types:
    """Names of types by their ids."""

    def __init__(self, root):
        self.nodes, self.scopes = {}, {}
        self.add(root, ())

    def add(self, node, scope):
        for child in node:
            name = child.get("name", "")
            if child.get("id"):
                self.nodes.setdefault(child.get("id"), child)
                self.scopes.setdefault(child.get("id"), scope)
            inner = scope + (name,) if child.tag in ("namespace-decl", "class-decl", "union-decl") else scope
            self.add(child, inner)

    def name(self, identity):
        node = self.nodes[identity]
        if node.tag == "pointer-type-def":
            return self.name(node.get("type-id")) + "*"
        if node.tag == "reference-type-def":
            return self.name(node.get("type-id")) + ("&" if node.get("kind") == "lvalue" else "&&")
        if node.tag == "qualified-type-def":
            return self.name(node.get("type-id")) + (" const" if node.get("const") == "yes" else "")
        if node.tag == "function-type":
            parameters = [self.name(each.get("type-id")) for each in node.findall("parameter")]
            return f"{self.name(node.find('return').get('type-id'))}({', '.join(parameters)})"
        if node.tag == "array-type-def":
            return self.name(node.get("type-id")) + "".join(f"[{each.get('length')}]" for each in node.findall("subrange"))
        return "::".join([*self.scopes[identity], node.get("name", "")])


def short(text):
    """Without what every reader knows."""
    text = text.replace("pgt::sdk::v1::", "")
    text = text.replace("std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >", "std::string")
    text = text.replace("std::basic_string_view<char, std::char_traits<char> >", "std::string_view").replace(" >", ">")
    return VECTOR.sub(r"std::vector<\1>", VECTOR.sub(r"std::vector<\1>", text))


def demangled(names):
    return subprocess.run(["c++filt"], input="\n".join(names), capture_output=True, text=True, check=True).stdout.splitlines()


def lines_of_class(node, types):
    lines = [f"  base {types.name(base.get('type-id'))} at {base.get('layout-offset-in-bits')}"
             for base in node.findall("base-class")]
    for member in node.findall("data-member"):
        variable = member.find("var-decl")
        if member.get("static") != "yes":
            lines.append(f"  {member.get('layout-offset-in-bits')}: {types.name(variable.get('type-id'))} {variable.get('name')}")
    functions = [each for each in node.findall("member-function") if int(each.get("vtable-offset", "-1")) >= 0]
    functions.sort(key=lambda each: int(each.get("vtable-offset")))
    names = demangled([each.find("function-decl").get("mangled-name") for each in functions])
    for each, name in zip(functions, names):
        returned = types.name(each.find("function-decl/return").get("type-id"))
        lines.append(f"  virtual {each.get('vtable-offset')}: {returned} {name}")
    return lines


def describe(root):
    """A block of lines for each class and enumeration of the SDK, sorted."""
    types, blocks = Types(root), {}
    for identity, node in types.nodes.items():
        scope = types.scopes[identity]
        if scope[:3] != NAMESPACE or scope[3:4] == ("detail",) or node.get("is-declaration-only") == "yes":
            continue
        name = "::".join([*scope[3:], node.get("name", "")])
        if not name[:1].isupper():  # a helper of a template
            continue
        if node.tag == "class-decl":
            block = [f"class {name}, {node.get('size-in-bits')} bits"] + lines_of_class(node, types)
        elif node.tag == "enum-decl":
            values = [f"{value.get('name')} = {value.get('value')}" for value in node.findall("enumerator")]
            block = [f"enum {name}: {', '.join(values)}"]
        else:
            continue
        blocks.setdefault(name, [short(line) for line in block])
    return [line for name in sorted(blocks) for line in blocks[name]]


def version_of(include):
    with open(os.path.join(include, "pgt", "sdk", "version.hpp"), encoding="utf-8") as file:
        return ".".join(re.findall(r"PGT_SDK_VERSION_(?:MAJOR|MINOR) (\d+)", file.read())[:2])


def main(root, torch, compiler, *flags):
    if not shutil.which("abidw"):
        print("skipped: abidw is not installed (Debian: abigail-tools)")
        sys.exit(SKIPPED)
    include, record = os.path.join(root, "sdk", "include"), os.path.join(root, "tests", "sdk", "boundary.txt")
    now = [f"SDK {version_of(include)}"] + describe(abi_of(include, torch, compiler))
    if "--record" in flags:
        with open(record, "w", encoding="utf-8") as file:
            file.write("\n".join(now) + "\n")
        return
    with open(record, encoding="utf-8") as file:
        then = file.read().splitlines()
    if now == then:
        return
    print("\n".join(difflib.unified_diff(then, now, "tests/sdk/boundary.txt", "the headers", lineterm="")))
    print(f"what crosses is not what SDK {version_of(include)} was recorded with: a released version must have another "
          f"PGT_SDK_VERSION_MINOR; then: tests/sdk/boundary.py {root} {torch} {compiler} --record")
    sys.exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
