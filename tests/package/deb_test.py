"""The Debian package holds what an installation holds, and nothing of the machine that made it: deb_test.py BUILD ROOT SCRATCH"""

import glob
import os
import re
import shutil
import subprocess
import sys

SKIPPED = 77
WANTED = ("usr/bin/pgt-host", "usr/lib/pgt-host/pgt-host", "usr/lib/pgt-host/plugins/pgt.so",
          "usr/lib/pgt-host/templates/every/CMakeLists.txt", "usr/include/pgt/sdk/plugin.hpp",
          "usr/lib/cmake/pgt-sdk/pgt-sdk-config.cmake", "usr/share/man/man1/pgt-host.1.gz",
          "usr/share/bash-completion/completions/pgt-host", "usr/share/doc/pgt-host/copyright",
          "usr/share/doc/pgt-host/docs/write-a-backbone.md",
          "usr/share/doc/pgt-host/sdk/examples/minimal_backbone/CMakeLists.txt")


def output_of(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def problems_of(package, root, scratch):
    control = output_of("dpkg-deb", "--field", package)
    problems = [f"it does not depend on {library}" for library in ("libavformat", "libtbb", "libc6")
                if not re.search(rf"^Depends:.*\b{library}", control, re.M)]
    scripts = re.findall(r"(?:pre|post)(?:inst|rm)", output_of("dpkg-deb", "--info", package))
    problems += [f"it has a {script}, so that something stays when it is removed" for script in scripts]
    subprocess.run(["dpkg-deb", "--extract", package, scratch], check=True)
    problems += [f"{path} is missing" for path in WANTED if not os.path.lexists(os.path.join(scratch, path))]
    for folder, folders, names in os.walk(scratch):
        for path in (os.path.join(folder, name) for name in folders + names):
            if os.path.islink(path):
                if not os.path.exists(path):
                    problems.append(f"{path} leads nowhere")
            elif os.path.isfile(path):
                problems += problems_in(path, root)
    return problems


def problems_in(path, root):
    with open(path, "rb") as file:
        content = file.read()
    if content.startswith(b"\x7fELF"):  # paths in messages do no harm, those of libraries do
        paths = re.findall(r"RUNPATH.*\[(.*)\]", output_of("readelf", "--dynamic", path))
        elsewhere = [each for each in ":".join(paths).split(":") if not each.startswith("$ORIGIN")]
        return [f"{path} looks for libraries in {', '.join(elsewhere)}"] if elsewhere else []
    return [f"{path} names {root}"] if root.encode() in content else []


def main(build, root, scratch):
    if not all(shutil.which(tool) for tool in ("dpkg-deb", "dpkg-shlibdeps", "file")):
        print("skipped: dpkg-dev or file is not installed")
        sys.exit(SKIPPED)
    shutil.rmtree(scratch, ignore_errors=True)
    made, unpacked = os.path.join(scratch, "made"), os.path.join(scratch, "unpacked")
    subprocess.run(["cpack", "--config", os.path.join(build, "CPackConfig.cmake"), "-B", made], check=True)
    packages = glob.glob(os.path.join(made, "*.deb"))
    problems = problems_of(packages[0], root, unpacked) if len(packages) == 1 else [f"it made {packages}"]
    if not problems and shutil.which("lintian"):
        checked = subprocess.run(["lintian", "--fail-on", "warning", packages[0]], capture_output=True, text=True)
        problems = checked.stdout.splitlines() if checked.returncode != 0 else []
    print("\n".join(problems))
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
