#!/usr/bin/env python3
"""Whole-table exactness on ruled tables that other people published, beside pdfplumber, camelot and PyMuPDF.

    pip install pdfplumber==0.11.10 camelot-py==2.0.0 PyMuPDF==1.28.2
    git clone the repositories camelot-dev/camelot and tabulapdf/tabula-java from GitHub into one folder
    cargo build --release
    benches/foreign_tables.py FOLDER

The PDF files and their truth come with those repositories' tests (ICDAR 2013 table competition: human truth; camelot's and
tabula's expected tables) and are not copied into this one. Every tool runs as it comes, with no setting for any file.

What is counted (see docs/tables.md): a table is exact when every cell of it that holds text, and no other, is found at its row
and column with its text; white space, and rows and columns without any text, do not count. A merged cell's text stands at
its first row and column. A row is lost when no table on that page has a row with the same texts in the same order.
"""
import argparse
import csv
import importlib.util
import json
import signal
import subprocess
import sys
import unicodedata
import warnings
import xml.etree.ElementTree as ElementTree
from pathlib import Path

HERE = Path(__file__).resolve().parent
SECONDS = 120
ICDAR = "camelot/tests/files/tabula/icdar2013-dataset"
CAMELOT = "camelot/tests/files"
TABULA = "tabula-java/src/test/resources/technology/tabula"
# File, name of the expected table in camelot's tests/data.py, page. Tests that give camelot another grid than what is drawn
# (a region, copied or shifted text) are left out.
CAMELOT_TABLES = [
    ("clockwise_table_1.pdf", "data_lattice_table_rotated", 1),
    ("anticlockwise_table_1.pdf", "data_lattice_table_rotated", 1),
    ("twotables_2.pdf", "data_lattice_two_tables_1", 1),
    ("twotables_2.pdf", "data_lattice_two_tables_2", 1),
    ("background_lines_1.pdf", "data_lattice_process_background", 1),
    ("column_span_2.pdf", "data_lattice_shift_text_left_top", 1),
    ("tabula/arabic.pdf", "data_arabic", 1),
    ("split_text_lattice.pdf", "data_lattice_split_text", 1),
]
# Files whose expected CSV tabula's tests make with its ruling-based extractor, the page, and the first lines of the CSV's tables:
# one of several tables holds them one after the other.
TABULA_TABLES = [
    ("spanning_cells", 1, [0, 21]),
    ("spreadsheet_no_bounding_frame", 1, [0]),
    ("Publication_of_award_of_Bids_for_Transport_Sector__August_2016", 1, [0]),
    ("schools", 1, [0]),
]


class TooLong(Exception):
    pass


def alarm(*_):
    raise TooLong


# ------------------------------------------------------------------ what the tools read: {page: [grid]}
def read_oficios(path, program):
    out = subprocess.run([program, "tables", "--json", path], capture_output=True, text=True, check=False).stdout
    pages = {}
    for table in json.loads(out)["tablas"]:
        # As drawn, line by line, as the peers give it: whether a hyphen at a line's end is its word's, a reader of tables need not tell.
        cells = {(c["fila"], c["columna"]): "\n".join(c["lineas"]) for c in table["celdas"]}
        pages.setdefault(table["pagina"], []).append(cells)
    return pages


def dense(rows):
    return {(r, c): text or "" for r, row in enumerate(rows) for c, text in enumerate(row)}


def read_pdfplumber(path, _):
    import pdfplumber
    with pdfplumber.open(path) as pdf:
        return {page.page_number: [dense(table) for table in page.extract_tables()] for page in pdf.pages}


def read_camelot(path, _):
    import camelot
    pages = {}
    for table in camelot.read_pdf(path, flavor="lattice", pages="all"):
        pages.setdefault(table.page, []).append(dense(table.df.values.tolist()))
    return pages


def read_pymupdf(path, _):
    import pymupdf
    with pymupdf.open(path) as pdf:
        return {page.number + 1: [dense(table.extract()) for table in page.find_tables().tables] for page in pdf}


TOOLS = {"oficios": read_oficios, "pdfplumber": read_pdfplumber, "camelot": read_camelot, "PyMuPDF": read_pymupdf}


# ------------------------------------------------------------------ truth
class Truth:
    def __init__(self, source, path, page, name, cells):
        self.source, self.path, self.page, self.name, self.cells = source, path, page, name, compact(cells)


def folded(text):
    text = unicodedata.normalize("NFKC", text or "").replace("\u00ad", "")
    for dash in "\u2010\u2011\u2012\u2013\u2014\u2212":
        text = text.replace(dash, "-")
    for quote in "\u2018\u2019":
        text = text.replace(quote, "'")
    for quote in "\u201c\u201d":
        text = text.replace(quote, '"')
    return "".join(text.split())


def compact(cells):
    """Texts by row and column, both counted without those that hold no text."""
    texts = {at: folded(text) for at, text in cells.items() if folded(text)}
    rows = {row: rank for rank, row in enumerate(sorted({row for row, _ in texts}))}
    columns = {column: rank for rank, column in enumerate(sorted({column for _, column in texts}))}
    return {(rows[row], columns[column]): text for (row, column), text in texts.items()}


def rows_of(cells):
    rows = {}
    for (row, _), text in sorted(cells.items()):
        rows.setdefault(row, []).append(text)
    return [tuple(row) for row in rows.values()]


def icdar(folder):
    import pdfplumber
    for structure in sorted((folder / ICDAR).rglob("*-str.xml")):
        path = structure.with_name(structure.name.replace("-str.xml", ".pdf"))
        if not path.exists():
            continue
        with pdfplumber.open(path) as pdf:
            for table in ElementTree.parse(structure).getroot().iter("table"):
                for region in table.iter("region"):
                    number = int(region.get("page"))
                    cells = [icdar_cell(cell) for cell in region.iter("cell")]
                    cells = [cell for cell in cells if cell]
                    if cells and number <= len(pdf.pages) and is_ruled(cells, pdf.pages[number - 1]):
                        name = f"{path.stem} p{number} t{table.get('id')}"
                        yield Truth("ICDAR 2013", path, number, name, {(c["rows"][0], c["columns"][0]): c["text"] for c in cells})


def icdar_cell(cell):
    box = cell.find("bounding-box")
    text = cell.findtext("content") or ""
    if not text.strip():
        return None
    row, column = int(cell.get("start-row")), int(cell.get("start-col"))
    read = {"rows": (row, int(cell.get("end-row") or row)), "columns": (column, int(cell.get("end-col") or column)), "text": text}
    try:
        x1, x2, y1, y2 = (float(box.get(side)) for side in ("x1", "x2", "y1", "y2"))
        read |= {"x": (min(x1, x2), max(x1, x2)), "y": (min(y1, y2), max(y1, y2))}
    except ValueError:
        pass  # One box of the truth is mistyped; only whether the table is ruled is told without it.
    return read


def is_ruled(cells, page):
    """Whether drawn lines or edges of rectangles part nine of ten neighbours, sideways and downwards. pdfplumber tells what is
    drawn: no finding of tables is in this."""
    upright = [(e["x0"], page.height - e["bottom"], page.height - e["top"]) for e in page.edges if e["orientation"] == "v"]
    level = [(page.height - e["top"], e["x0"], e["x1"]) for e in page.edges if e["orientation"] == "h"]
    placed = [cell for cell in cells if "x" in cell]
    for along, across, lines in (("columns", "x", upright), ("rows", "y", level)):
        other, lengthwise = ("rows", "y") if along == "columns" else ("columns", "x")
        parted = together = 0
        for a in placed:
            for b in placed:
                if a[along][1] + 1 != b[along][0] or a[other][1] < b[other][0] or b[other][1] < a[other][0]:
                    continue
                # Rows count downwards, the y of a PDF upwards.
                first, second = (a, b) if across == "x" else (b, a)
                low, high = first[across][1] - 2, second[across][0] + 2
                start, end = max(a[lengthwise][0], b[lengthwise][0]), min(a[lengthwise][1], b[lengthwise][1])
                middle = (start + end) / 2
                if any(low <= at <= high and s - 1 <= middle <= e + 1 for at, s, e in lines):
                    parted += 1
                else:
                    together += 1
        if parted < 9 * together or parted == 0:
            return False
    return True


def camelot_tables(folder):
    spec = importlib.util.spec_from_file_location("camelot_data", folder / "camelot/tests/data.py")
    data = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(data)
    for file, name, page in CAMELOT_TABLES:
        yield Truth("camelot's tests", folder / CAMELOT / file, page, f"{Path(file).stem} {name}", dense(getattr(data, name)))


def tabula_tables(folder):
    for file, page, starts in TABULA_TABLES:
        with open(folder / TABULA / "csv" / f"{file}.csv", newline="", encoding="utf-8") as lines:
            rows = list(csv.reader(lines))
        for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(rows)]), 1):
            yield Truth("tabula's tests", folder / TABULA / f"{file}.pdf", page, f"{file} t{number}", dense(rows[start:end]))


# ------------------------------------------------------------------ measuring
def read_all(paths, tool, program):
    read = {}
    for path in sorted(paths):
        signal.alarm(SECONDS)
        try:
            pages = TOOLS[tool](str(path), program)
            read[path] = {page: [compact(table) for table in tables] for page, tables in pages.items()}
        except TooLong:
            print(f"{tool}: {path.name}: more than {SECONDS} s", file=sys.stderr)
        except Exception as error:  # noqa: BLE001 - a tool that fails on a file has read nothing of it
            print(f"{tool}: {path.name}: {type(error).__name__}: {str(error)[:100]}", file=sys.stderr)
        finally:
            signal.alarm(0)
    return read


def judge(truth, tables):
    """Whether the table was read exactly, rows lost, and the cells of the nearest table that differ."""
    rows = {row for table in tables for row in rows_of(table)}
    lost = [row for row in rows_of(truth.cells) if row not in rows]
    nearest = min(tables, key=lambda table: len(set(table.items()) ^ set(truth.cells.items())), default={})
    return {"exact": nearest == truth.cells, "lost": len(lost), "rows": len(rows_of(truth.cells)),
            "missing": sorted(set(truth.cells.items()) - set(nearest.items())),
            "extra": sorted(set(nearest.items()) - set(truth.cells.items()))}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--program", default=str(HERE.parent / "target/release/oficios"))
    parser.add_argument("--tool", action="append", choices=list(TOOLS))
    parser.add_argument("--details", type=Path, help="write every difference there, as JSON")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    signal.signal(signal.SIGALRM, alarm)
    truths = [*icdar(options.folder), *camelot_tables(options.folder), *tabula_tables(options.folder)]
    tools = options.tool or list(TOOLS)
    read = {tool: read_all({truth.path for truth in truths}, tool, options.program) for tool in tools}
    results = [(truth, {tool: judge(truth, read[tool].get(truth.path, {}).get(truth.page, [])) for tool in tools}) for truth in truths]

    print("| table | rows | " + " | ".join(tools) + " |")
    print("|---|---:|" + "---|" * len(tools))
    for truth, by_tool in results:
        words = ["exact" if r["exact"] else f"{r['lost']} rows lost" if r["lost"] else "other grid" for r in by_tool.values()]
        print(f"| {truth.name} | {len(rows_of(truth.cells))} | " + " | ".join(words) + " |")
    print("\n| source | tables | rows | " + " | ".join(f"{tool}: exact, rows lost" for tool in tools) + " |")
    print("|---|---:|---:|" + "---|" * len(tools))
    for source in [*dict.fromkeys(truth.source for truth in truths), None]:
        chosen = [(truth, by_tool) for truth, by_tool in results if source in (None, truth.source)]
        figures = [f"{sum(r[tool]['exact'] for _, r in chosen)}, {sum(r[tool]['lost'] for _, r in chosen)}" for tool in tools]
        rows = sum(len(rows_of(truth.cells)) for truth, _ in chosen)
        print(f"| {source or 'all'} | {len(chosen)} | {rows} | " + " | ".join(figures) + " |")
    if options.details:
        options.details.write_text(json.dumps([{"table": truth.name, "file": str(truth.path), "page": truth.page, "tools": by_tool} for truth, by_tool in results], indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
