"""What the quickstart found: quickstart_report.py RUNS_FOLDER

Reads the runs `clip` and `pgt` in the folder, prints their table, writes summary.json and curves.svg beside them.
With --status RUN: prints how that run ended ("finished", "interrupted", …).
"""

import csv
import json
import os
import sys

RUNS = (("clip", "single clips", "#c0504d"), ("pgt", "PGT", "#1f6fb4"))
CHANCE_OF_ORDER = 50.0  # percent: what a model that cannot tell the order reaches, with two events


def read_json(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return json.load(file)


def read_accuracy(run):
    """(epoch, top-1 in percent) of each evaluation on the validation videos."""
    with open(os.path.join(run, "results.csv"), encoding="utf-8", newline="") as file:
        rows = [(row["epoch"], row["val/top1"]) for row in csv.DictReader(file)]
    return [(int(epoch), float(top1)) for epoch, top1 in rows if top1]


def summarise(run):
    status = read_json(run, "STATUS.json")
    return {
        "top1": round(read_accuracy(run)[-1][1], 2),
        "peak_rss_mb": round(status["peak_rss_bytes"] / 1e6, 1),
        "seconds": round(status["seconds"], 1),
    }


def print_table(summary):
    print(f"\n  {'training':<14}{'accuracy':>10}{'peak memory':>14}{'time':>9}")
    for name, title, _ in RUNS:
        run = summary[name]
        print(f"  {title:<14}{run['top1']:>8.1f} %{run['peak_rss_mb']:>11.0f} MB{run['seconds']:>7.0f} s")
    print("\n  Both see the same frames a step with the same network. One clip cannot tell in which order two events")
    print(f"  happened ({CHANCE_OF_ORDER:.0f} %); PGT carries what it saw from step to step.")


def draw_curves(curves):
    """Accuracy over epochs as SVG, one line a run."""
    left, top, width, height = 56, 40, 520, 260
    last = max(epoch for points in curves.values() for epoch, _ in points) or 1

    def place(epoch, percent):
        return f"{left + width * epoch / last:.1f},{top + height * (1 - percent / 100):.1f}"

    shapes = [f'<text x="{left}" y="24" font-size="15">Accuracy on the validation videos, percent</text>']
    for percent in range(0, 101, 25):
        y = top + height * (1 - percent / 100)
        shapes.append(f'<line x1="{left}" y1="{y}" x2="{left + width}" y2="{y}" stroke="#ddd"/>')
        shapes.append(f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">{percent}</text>')
    y = top + height * (1 - CHANCE_OF_ORDER / 100)
    shapes.append(f'<line x1="{left}" y1="{y}" x2="{left + width}" y2="{y}" stroke="#888" stroke-dasharray="5 4"/>')
    shapes.append(f'<text x="{left + 6}" y="{y - 6}" fill="#666">the most that is possible without the order</text>')
    for name, title, color in RUNS:
        points = curves[name]
        line = " ".join(place(*point) for point in points)
        x, y = place(*points[-1]).split(",")
        shapes.append(f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="2.5"/>')
        shapes.append(f'<text x="{float(x) + 8}" y="{float(y) + 4}" fill="{color}">{title}</text>')
    shapes.append(f'<text x="{left + width}" y="{top + height + 22}" text-anchor="end">epoch {last}</text>')
    body = "\n".join(shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 680 330" font-family="sans-serif" font-size="12">\n'
        f'<rect width="680" height="330" fill="white"/>\n{body}\n</svg>\n'
    )


def main():
    if sys.argv[1] == "--status":
        print(read_json(sys.argv[2], "STATUS.json")["status"])
        return
    folder = sys.argv[1]
    runs = {name: os.path.join(folder, name) for name, _, _ in RUNS}
    summary = {name: summarise(run) for name, run in runs.items()}
    print_table(summary)
    with open(os.path.join(folder, "summary.json"), "w", encoding="utf-8") as file:
        json.dump(summary, file, indent=2)
        file.write("\n")
    with open(os.path.join(folder, "curves.svg"), "w", encoding="utf-8") as file:
        file.write(draw_curves({name: read_accuracy(run) for name, run in runs.items()}))
    print(f"  Written: {folder}/summary.json, {folder}/curves.svg")


if __name__ == "__main__":
    main()
