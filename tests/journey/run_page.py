"""run_page.py PAGE: runs the Python of a page of the docs in the current folder, then saves the class Recurrent.

Ends with 77 and a reason where there is no torch.
"""

import sys

try:
    import torch
except Exception as error:  # not only ImportError: its libraries may be missing
    print(f"torch cannot be imported: {error}".splitlines()[0])
    sys.exit(77)

with open(sys.argv[1], encoding="utf-8") as page:
    blocks = page.read().split("```python\n")[1:]
names = {"__name__": "page"}
for number, block in enumerate(blocks):
    with open(f"page_{number}.py", "w", encoding="utf-8") as file:  # TorchScript reads the source
        file.write(block.split("```")[0])
    with open(file.name, encoding="utf-8") as file:
        exec(compile(file.read(), file.name, "exec"), names)
torch.jit.script(names["Recurrent"](classes=6)).save("recurrent.pt")
