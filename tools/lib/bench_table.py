#!/usr/bin/env python3
"""Reads lines `NAME MILLISECONDS PEAK_BYTES`, several rounds of each name taken in turns, and prints their medians and
ratios to the name that came first."""

import collections
import statistics
import sys


def main() -> None:
    rounds = collections.defaultdict(list)
    for line in sys.stdin:
        name, milliseconds, peak = line.split()
        rounds[name].append((float(milliseconds), float(peak)))
    if not rounds:
        sys.exit("nothing was measured")
    medians = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in rounds.items()}
    base = next(iter(medians.values()))
    print(f"  {'':12} {'ms a step':>10} {'ratio':>6} {'peak memory':>14} {'ratio':>6}")
    for name, (milliseconds, peak) in medians.items():
        print(
            f"  {name:12} {milliseconds:10.1f} {milliseconds / base[0]:6.2f} {peak / 1e6:11.1f} MB {peak / base[1]:6.2f}"
        )


if __name__ == "__main__":
    main()
