"""A changed SDK has a version of its own: sdk_version.py ROOT

Until pgt-host 1.0 a host takes plugins of its own SDK version only. That protects nobody if a public header changes and
the version does not, so tests/style/sdk_version.txt holds the version and a hash of what the headers say, without comments
and spaces. version.hpp itself does not count, nor do headers for tests, of which nothing reaches the host.
"""

import hashlib
import re
import sys

import sources

HEADERS = "sdk/include/pgt/sdk"
NOT_CROSSING = (f"{HEADERS}/version.hpp", f"{HEADERS}/testing/")
RECORD = "tests/style/sdk_version.txt"
COMMENT = re.compile(r'("(?:\\.|[^"\\\n])*")|//[^\n]*|/\*.*?\*/', re.DOTALL)


def code_of(text):
    """The text without comments, its spaces and line ends one space each."""
    return " ".join(COMMENT.sub(lambda match: match.group(1) or " ", text).split())


def hash_of_headers(root):
    digest = hashlib.sha256()
    for path in sources.files(root, (".hpp",)):
        if path.startswith(HEADERS) and not path.startswith(NOT_CROSSING):
            digest.update(f"{path}\n{code_of(sources.read(root, path))}\n".encode())
    return digest.hexdigest()


def version_of(root):
    text = sources.read(root, f"{HEADERS}/version.hpp")
    return ".".join(re.search(rf"PGT_SDK_VERSION_{part} (\d+)", text).group(1) for part in ("MAJOR", "MINOR"))


def check(root):
    recorded, recorded_hash = sources.read(root, RECORD).split()
    version, hash_now = version_of(root), hash_of_headers(root)
    if version == recorded and hash_now != recorded_hash:
        return [
            f"{HEADERS}: the headers changed and the version is still {version}, so a plugin that was built before would "
            f"be taken and crash; raise PGT_SDK_VERSION_MINOR in {HEADERS}/version.hpp, then run this again"
        ]
    if (version, hash_now) != (recorded, recorded_hash):
        return [f"{RECORD}: is of version {recorded}; now it must say\n{version} {hash_now}"]
    return []


if __name__ == "__main__":
    sources.report("sdk_version", check(sys.argv[1]))
