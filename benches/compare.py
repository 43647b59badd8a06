#!/usr/bin/env python3
"""Time to read the tables of one file, beside pdfplumber, camelot, PyMuPDF and openpyxl, all in one run.

    pip install pdfplumber==0.11.10 camelot-py==2.0.0 PyMuPDF==1.28.2 openpyxl
    cargo build --release && cargo bench --no-run
    benches/compare.py [--rounds 5] [FILE…]       by default every PDF with text and every workbook in fixtures/, and the letters
                                                  in the mails of fixtures/demo/

Everything is read in a process that is already running and has read the file once: neither the start of a program nor the
import of a library counts. The figure of a file is the smallest CPU time of several rounds, which other work on the machine
disturbs least. Rounds of the tools alternate. What one run of `oficios tables --json` on one file costs, with the start of both its
processes, stands beside as wall time. The output is Markdown.
"""
import argparse
import email
import email.policy
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Nothing to read in them: locked, cut short, a scan, or a puzzle about what is visible, not about tables.
LEFT_OUT = {"real_password", "cut_short", "scan_with_invisible_text", "twice_in_the_page_tree",
            "11-con-clave", "12-escaneado", "18-copia-repetida"}


def pdfplumber_tables(path):
    import pdfplumber
    with pdfplumber.open(path) as pdf:
        return [page.extract_tables() for page in pdf.pages]


def camelot_tables(path):
    import camelot
    return [table.df for table in camelot.read_pdf(path, flavor="lattice", pages="all")]


def pymupdf_tables(path):
    import pymupdf
    with pymupdf.open(path) as pdf:
        return [[table.extract() for table in page.find_tables().tables] for page in pdf]


def openpyxl_tables(path):
    import openpyxl
    # Not read-only: that mode gives no merged cells, and the cuadro has them.
    book = openpyxl.load_workbook(path, data_only=True)
    return [list(sheet.iter_rows(values_only=True)) for sheet in book]


PEERS = {".pdf": {"pdfplumber": pdfplumber_tables, "camelot": camelot_tables, "PyMuPDF": pymupdf_tables}, ".xlsx": {"openpyxl": openpyxl_tables}}


def cpu_ms(read, path):
    """CPU time of all threads of this process and of the children it waited for."""
    def spent():
        return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))
    before = spent()
    try:
        read(path)
    except Exception:  # noqa: BLE001 - a file that a peer cannot read is no figure
        return None
    return (spent() - before) * 1000


def ours_ms(bench, rounds, paths):
    out = subprocess.run([bench, str(rounds), *paths], capture_output=True, text=True, check=True).stdout
    return {line["file"]: line["cpu_ms"] for line in map(json.loads, out.splitlines())}


def with_start_ms(program, path):
    started = time.perf_counter()
    subprocess.run([program, "tables", "--json", path], capture_output=True, check=False)
    return (time.perf_counter() - started) * 1000


def bench_binary(program):
    found = [path for path in (Path(program).parent / "deps").glob("per_file-*") if os.access(path, os.X_OK) and path.suffix == ""]
    if not found:
        sys.exit("compare.py: build the benchmarks first: cargo bench --no-run")
    return str(max(found, key=lambda path: path.stat().st_mtime))


def letters_of_the_demo(folder):
    """The PDFs attached to the demo's mails, each written under its mail's name."""
    for path in (ROOT / "fixtures/demo").glob("*.eml"):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for part in mail.walk():
            if (part.get_filename() or "").lower().endswith(".pdf"):
                letter = Path(folder) / f"{path.stem}.pdf"
                letter.write_bytes(part.get_payload(decode=True))
                yield letter


def default_files(folder):
    files = [*(ROOT / "fixtures/pdf").glob("*.pdf"), *(ROOT / "fixtures/documents").glob("*.xlsx"), *letters_of_the_demo(folder)]
    return [str(path) for path in sorted(files, key=lambda path: path.name) if path.stem not in LEFT_OUT]


def smallest(values):
    values = [value for value in values if value is not None]
    return min(values) if values else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--program", default=str(ROOT / "target/release/oficios"))
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    with tempfile.TemporaryDirectory() as folder:
        compare(options.files or default_files(folder), options)


def compare(files, options):
    bench = bench_binary(options.program)
    figures = {path: {"oficios": [], "start": []} for path in files}
    for number in range(options.rounds + 1):
        ours = ours_ms(bench, 20, files)
        for path in files:
            figures[path]["oficios"].append(ours[path])
            figures[path]["start"].append(with_start_ms(options.program, path))
            for name, read in PEERS[Path(path).suffix].items():
                time_spent = cpu_ms(read, path)
                # The first round imports the library and fills its caches.
                if number > 0:
                    figures[path].setdefault(name, []).append(time_spent)
    for suffix, peers in PEERS.items():
        chosen = {path: {name: smallest(values) for name, values in by.items()} for path, by in figures.items() if path.endswith(suffix)}
        if chosen:
            table(suffix, list(peers), chosen)


def table(suffix, peers, figures):
    print(f"\n| {suffix} | oficios, CPU ms | " + " | ".join(f"{peer}, CPU ms (times ours)" for peer in peers) + " | one run of `oficios tables`, wall ms |")
    print("|---|---:|" + "---:|" * (len(peers) + 1))
    for path, by in figures.items():
        cells = [f"{by[peer]:.1f} ({by[peer] / by['oficios']:.0f}×)" if by[peer] else "not read" for peer in peers]
        print(f"| {Path(path).stem} | {by['oficios']:.2f} | " + " | ".join(cells) + f" | {by['start']:.0f} |")
    for peer in peers:
        ratios = [by[peer] / by["oficios"] for by in figures.values() if by[peer]]
        total = sum(by[peer] for by in figures.values() if by[peer]) / sum(by["oficios"] for by in figures.values() if by[peer])
        below = [Path(path).stem for path, by in figures.items() if by[peer] and by[peer] / by["oficios"] < 50]
        print(f"\n{peer}: median {statistics.median(ratios):.0f}×, smallest {min(ratios):.0f}×, largest {max(ratios):.0f}×, "
              f"all files together {total:.0f}×; under 50×: {len(below)} of {len(ratios)}" + (f" ({', '.join(below)})" if below else ""))


if __name__ == "__main__":
    main()
