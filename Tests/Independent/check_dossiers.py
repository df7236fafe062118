#!/usr/bin/python3
"""Runs the independent verifier over the sample dossiers of the contracts and compares its findings with their list.

The clock stands fifteen years after the samples were made: a dossier does not grow old.
"""

import json
import sys

from check_contracts import CONTRACTS, Schemas
from verify_dossier import seconds, verify

FOLDER = CONTRACTS / "samples/dossiers"


def main():
    schemas = Schemas()
    anchors = (FOLDER / "anchors.pem").read_text("ascii")
    expected = json.loads((FOLDER / "expected.json").read_text("utf-8"))
    wrong = [f"{path.name} is not in expected.json" for path in FOLDER.glob("*.zip") if path.name not in expected]
    for name, wanted in expected.items():
        found = verify(anchors, (FOLDER / name).read_bytes(), schemas, seconds("2041-03-20T00:00:00Z"))
        places = {(member, code) for member, code, _ in found}
        if bool(found) != bool(wanted):
            wrong.append(f"{name}: {found or 'no finding'}")
        for finding in wanted:
            if (finding["member"], finding["code"]) not in places:
                wrong.append(f"{name}: {finding} was not found, but {found}")
    for sentence in wrong:
        print(sentence)
    if not wrong:
        print(f"OK: {len(expected)} dossiers have the findings that their list says")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
