"""The plugins that a page of the documentation shows compile as they are: doc_code.py PAGE COMPILER [FLAG...]"""

import re
import subprocess
import sys

page, *compiler = sys.argv[1:]
with open(page, encoding="utf-8") as file:
    programs = [code for code in re.findall(r"^```cpp\n(.*?)^```", file.read(), re.M | re.S) if "PGT_PLUGIN" in code]
if not programs:
    sys.exit(f"{page} shows no plugin")
for program in programs:
    subprocess.run([*compiler, "-fsyntax-only", "-x", "c++", "-"], input=program, text=True, check=True)
