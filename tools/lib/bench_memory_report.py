"""Tables and pictures of what `tools/bench memory-tasks` found, written into docs/long-range.md and beside it.

In the page a table lies between `<!-- NAME -->` and `<!-- end -->`; what is there is replaced, all else stays.
"""

import collections
import json
import math
import pathlib
import re
import statistics

import bench_memory_methods as methods

PAGE = pathlib.Path("docs/long-range.md")
COLORS = ("#c0504d", "#d98c2b", "#1f6fb4", "#7fb2dd", "#2e8b57", "#8fc79f", "#7a4fa3", "#b79ad1", "#444444", "#999999",
          "#b8860b", "#008b8b", "#d05f9c", "#5f6f2f", "#8b4513")


def read(path):
    """{(task, method, gap): [line of each finished seed]}, and the names of the runs that did not finish."""
    lines = {}
    for text in path.read_text().splitlines() if path.exists() else []:
        line = json.loads(text)
        key = (line["task"], line["method"], line["gap"], line["seed"])
        if line["finished"] or not lines.get(key, line)["finished"]:
            lines[key] = line
    runs, unfinished = collections.defaultdict(list), []
    for (task, method, gap, seed), line in sorted(lines.items()):
        if line["finished"]:
            runs[task, method, gap].append(line)
        else:
            unfinished.append(f"{task}-{gap}-{method}-{seed}")
    return runs, unfinished


def values(numbers):
    return [number for number in numbers if number is not None]


def spread(numbers):
    """Mean, and where there are several the lowest and the highest."""
    if not numbers:
        return "–"
    mean = f"{statistics.mean(numbers):.1f}"
    return mean if len(numbers) == 1 else f"{mean} ({min(numbers):.0f}–{max(numbers):.0f}, {len(numbers)})"


def lines_of(gaps, rows):
    """A table with a column for each distance; rows: [(title, [cell, …])]."""
    if not rows:
        return "Not run yet."
    head = ["| | " + " | ".join(f"{gap} steps" for gap in gaps) + " |", "|---" * (len(gaps) + 1) + "|"]
    return "\n".join(head + [f"| {title} | " + " | ".join(cells) + " |" for title, cells in rows])


def table(runs, task, key, show):
    gaps, rows = methods.TASKS[task][2], []
    for method, (title, _) in methods.METHODS.items():
        cells = [show(values(line[key] for line in runs[task, method, gap])) for gap in gaps]
        if any(cell != "–" for cell in cells):
            rows.append((title, cells))
    return lines_of(gaps, rows)


def elsewhere(runs, task, key, there):
    """Learned at one distance, judged at each; `there`: what judged it at that distance."""
    gaps, first, rows = methods.TASKS[task][2], methods.FIRST_GAP, []
    for method, (title, _) in methods.METHODS.items():
        lines = [line for line in runs[task, method, first] if line.get(key)]
        if lines:
            at = [{str(first): line[there], **line[key]} for line in lines]
            rows.append((title, [spread(values(found.get(str(gap)) for found in at)) for gap in gaps]))
    return lines_of(gaps, rows)


def rounded(scale):
    return lambda numbers: f"{statistics.mean(numbers) / scale:.0f}" if numbers else "–"


def picture(title, gaps, curves, low, high, unit, line=None):
    """Curves over the distance as SVG; curves: [(title, color, {gap: (mean, least, most)})]; line: (y, its meaning)."""
    left, top, width, height = 56, 40, 440, 280

    def place(gap, value):
        along = (math.log2(gap) - math.log2(gaps[0])) / (math.log2(gaps[-1]) - math.log2(gaps[0]))
        return left + width * along, top + height * (1 - (value - low) / (high - low))

    shapes = [f'<text x="{left}" y="24" font-size="15">{title}</text>']
    for tick in range(5):
        value = low + (high - low) * tick / 4
        y = place(gaps[0], value)[1]
        shapes.append(f'<line x1="{left}" y1="{y:.1f}" x2="{left + width}" y2="{y:.1f}" stroke="#ddd"/>')
        shapes.append(f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{value:.0f}</text>')
    for gap in gaps:
        x = place(gap, low)[0]
        shapes.append(f'<text x="{x:.1f}" y="{top + height + 18}" text-anchor="middle">{gap}</text>')
    shapes.append(f'<text x="{left + width / 2}" y="{top + height + 38}" text-anchor="middle">{unit}</text>')
    if line:
        y = place(gaps[0], line[0])[1]
        shapes.append(f'<line x1="{left}" y1="{y:.1f}" x2="{left + width}" y2="{y:.1f}" stroke="#888" '
                      'stroke-dasharray="5 4"/>')
        shapes.append(f'<text x="{left + 6}" y="{y - 6:.1f}" fill="#666">{line[1]}</text>')
    for row, (name, color, points) in enumerate(curves):
        path = " ".join("{:.1f},{:.1f}".format(*place(gap, mean)) for gap, (mean, _, _) in sorted(points.items()))
        shapes.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2.5"/>')
        for gap, (mean, least, most) in points.items():
            x, y = place(gap, mean)
            shapes.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>')
            shapes.append(f'<line x1="{x:.1f}" y1="{place(gap, least)[1]:.1f}" x2="{x:.1f}" '
                          f'y2="{place(gap, most)[1]:.1f}" stroke="{color}"/>')
        y = top + 14 + 20 * row
        shapes.append(f'<rect x="{left + width + 20}" y="{y - 9}" width="14" height="8" fill="{color}"/>')
        shapes.append(f'<text x="{left + width + 40}" y="{y}">{name}</text>')
    body = "\n".join(shapes)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 740 380" font-family="sans-serif" font-size="12">\n'
            f'<rect width="740" height="380" fill="white"/>\n{body}\n</svg>\n')


def curves_of(runs, task, key, scale=1):
    curves = []
    for color, (method, (title, _)) in zip(COLORS, methods.METHODS.items()):
        points = {}
        for gap in methods.TASKS[task][2]:
            numbers = [number / scale for number in values(line[key] for line in runs[task, method, gap])]
            if numbers:
                points[gap] = (statistics.mean(numbers), min(numbers), max(numbers))
        if points:
            curves.append((title, color, points))
    return curves


def draw(runs, task):
    """The pictures of a task, as SVG, by what they show."""
    title, ceiling, gaps, _ = methods.TASKS[task]
    accuracy, memory = curves_of(runs, task, "accuracy"), curves_of(runs, task, "memory", 1e6)
    if not accuracy:
        return {}
    unit = "steps from one event to the other"
    most = max(top for _, _, points in memory for _, _, top in points.values())
    most = 100 * math.ceil(most / 100)
    ceiling = (ceiling, "the most that single clips can reach")
    return {"accuracy": picture(f"{title}: accuracy, percent", gaps, accuracy, 0, 100, unit, ceiling),
            "memory": picture(f"{title}: peak memory of training, MB", gaps, memory, 0, most, unit)}


KEYS = {"accuracy": spread, "last_step": spread, "seconds": rounded(1), "memory": rounded(1e6)}


def fill(page, name, text):
    pattern = re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(<!-- end -->)", re.S)
    if not pattern.search(page):
        raise SystemExit(f"{PAGE} has no place for {name}: <!-- {name} --> and <!-- end -->")
    return pattern.sub(lambda match: f"{match[1]}{text}\n{match[2]}", page)


def write(results):
    runs, unfinished = read(results)
    page = PAGE.read_text()
    for task in methods.TASKS:
        pictures = draw(runs, task)
        for key, show in KEYS.items():
            text = table(runs, task, key, show)
            if key in pictures:
                name = f"long-range-{task}-{key}.svg"
                PAGE.with_name(name).write_text(pictures[key])
                text = f"![{methods.TASKS[task][0]}: {key} over the distance]({name})\n\n{text}"
            page = fill(page, f"{task} {key}", text)
        for key, there in (("elsewhere", "accuracy"), ("elsewhere_last_step", "last_step")):
            page = fill(page, f"{task} {key}", elsewhere(runs, task, key, there))
    PAGE.write_text(page)
    print(f"  {sum(map(len, runs.values()))} runs in {PAGE}")
    if unfinished:
        print("  not finished, and so left out: " + ", ".join(unfinished))
