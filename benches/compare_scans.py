#!/usr/bin/env python3
"""Time and memory to read scanned files, beside ocrmypdf and plain tesseract, all in one run.

    cargo build --release
    apt-get install ocrmypdf tesseract-ocr tesseract-ocr-spa poppler-utils
    benches/compare_scans.py [--rounds 3] [--program target/release/oficios] FILE.pdf…

Ours reads the file whole, with rules and decision left out (`oficios tables --json`); ocrmypdf adds a text layer to it (`--force-ocr -l spa --jobs 2`);
tesseract is given its pages, one after the other, as pictures of 200 dots an inch, which are made beforehand and not timed. Every figure is of whole
processes with their children: seconds on the clock, the smallest and the largest of the rounds, which alternate; CPU seconds; and the largest memory of one
process. The output is Markdown.
"""
import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def measured(commands):
    """Seconds, CPU seconds and the largest process in MiB of some commands, one after the other."""
    begin = time.perf_counter()
    cpu, largest = 0.0, 0
    for command in commands:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        if status != 0:
            sys.exit(f"failed: {' '.join(map(str, command))}")
        cpu += usage.ru_utime + usage.ru_stime
        largest = max(largest, usage.ru_maxrss)
    return time.perf_counter() - begin, cpu, largest / 1024


def pages(file, folder):
    subprocess.run(["pdftoppm", "-r", "200", "-png", file, folder / "page"], check=True)
    return sorted(folder.glob("page*.png"))


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--program", default="target/release/oficios")
    arguments.add_argument("files", nargs="+")
    asked = arguments.parse_args()
    print("| file | pages | ours | ocrmypdf | tesseract |\n|---|---:|---:|---:|---:|")
    for file in map(Path, asked.files):
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            pictures = pages(file, folder)
            ways = {
                "ours": [[asked.program, "tables", "--json", file]],
                "ocrmypdf": [["ocrmypdf", "--force-ocr", "-l", "spa", "--jobs", "2", "-q", file, folder / "out.pdf"]],
                "tesseract": [["tesseract", "-l", "spa", picture, folder / "out"] for picture in pictures],
            }
            rounds = [{name: measured(commands) for name, commands in ways.items()} for _ in range(asked.rounds)]
            figures = []
            for name in ways:
                seconds = [each[name][0] for each in rounds]
                cpu = min(each[name][1] for each in rounds)
                memory = max(each[name][2] for each in rounds)
                figures.append(f"{min(seconds):.2f} to {max(seconds):.2f} s, CPU {cpu:.1f} s, {memory:.0f} MiB")
            print(f"| {file.stem} | {len(pictures)} | " + " | ".join(figures) + " |", flush=True)


if __name__ == "__main__":
    main()
