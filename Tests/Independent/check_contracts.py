#!/usr/bin/python3
"""Checks that the contracts agree with each other, with published libraries only.

Every schema is a schema, every valid sample passes, every invalid one that a schema can tell apart fails, and the
OpenAPI descriptions are of version 3.1, with every reference in them leading somewhere.

Debian 12: apt-get install python3-jsonschema python3-yaml
"""

import json
import sys
from pathlib import Path

import check_webhooks
import jsonschema
import yaml

CONTRACTS = Path(__file__).resolve().parents[2] / "contracts"
METHODS = {"get", "put", "post", "delete", "patch", "head", "options", "trace"}

# The first word of a sample's name tells what it is.
SCHEMAS = {
    "document": "envelope",
    "receipt": "receipt",
    "application": "application-form",
    "account": "account",
    "directory": "directory",
    "manifest": "dossier-manifest",
    "case": "dossier-case",
    "events": "dossier-events",
    "postings": "dossier-postings",
    "log": "dossier-log",
}


class Schemas:
    """The schemas of contracts/documents, found by their $id."""

    def __init__(self, contracts=CONTRACTS):
        self.by_name = {}
        store = {}
        for path in sorted((contracts / "documents").glob("*.schema.json")):
            schema = json.loads(path.read_text("utf-8"))
            jsonschema.Draft202012Validator.check_schema(schema)
            name = path.name[: -len(".schema.json")]
            if schema["$id"] != f"urn:jiexu:schema:1:{name}":
                raise ValueError(f"{path.name}: its $id is not its name")
            self.by_name[name] = schema
            store[schema["$id"]] = schema
        self.store = store

    def faults(self, name, value):
        """What a schema finds wrong with a value, as a list of sentences."""
        schema = self.by_name[name]
        resolver = jsonschema.RefResolver(schema["$id"], schema, store=self.store)
        validator = jsonschema.Draft202012Validator(schema, resolver=resolver)
        return [
            "/" + "/".join(str(step) for step in fault.absolute_path) + ": " + fault.message[:200]
            for fault in validator.iter_errors(value)
        ]


def schema_of(sample):
    return SCHEMAS[sample.name.split("-")[0].removesuffix(".json")]


def check_samples(schemas):
    faults = []
    for sample in sorted((CONTRACTS / "samples/valid").glob("*.json")):
        for fault in schemas.faults(schema_of(sample), json.loads(sample.read_text("utf-8"))):
            faults.append(f"valid/{sample.name} is refused by its schema: {fault}")
    folder = CONTRACTS / "samples/invalid"
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    for sample in sorted(folder.glob("*.json")):
        if sample.name == "expected.json":
            continue
        if sample.name not in expected:
            faults.append(f"invalid/{sample.name} is not in expected.json")
            continue
        fails = bool(schemas.faults(schema_of(sample), json.loads(sample.read_text("utf-8"))))
        if fails != expected[sample.name]["schema"]:
            faults.append(f"invalid/{sample.name}: its schema {'refuses' if fails else 'accepts'} it")
    return faults


def references(value, pointer=""):
    """Every $ref of a description, with the place at which it stands."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "$ref" and isinstance(inner, str):
                yield pointer, inner
            yield from references(inner, f"{pointer}/{name}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from references(inner, f"{pointer}/{index}")


def leads_somewhere(document, reference, schemas):
    file, _, fragment = reference.partition("#")
    if file:
        name = Path(file).name.removesuffix(".schema.json")
        if file != f"documents/{name}.schema.json" or name not in schemas.by_name:
            return False
        document = schemas.by_name[name]
    for step in fragment.split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        if not isinstance(document, dict) or step not in document:
            return False
        document = document[step]
    return True


def check_openapi(path, schemas):
    description = yaml.safe_load(path.read_text("utf-8"))
    faults = []
    if not str(description.get("openapi", "")).startswith("3.1."):
        faults.append(f"{path.name} is not OpenAPI 3.1")
    if not {"title", "version"} <= description.get("info", {}).keys():
        faults.append(f"{path.name} has no title or version")
    operations = set()
    for route, item in description.get("paths", {}).items():
        for method, operation in item.items():
            if method not in METHODS:
                continue
            place = f"{path.name} {method} {route}"
            if not operation.get("responses"):
                faults.append(f"{place} has no responses")
            if operation.get("operationId") in operations or not operation.get("operationId"):
                faults.append(f"{place} has no operationId of its own")
            operations.add(operation.get("operationId"))
            named = {
                resolve(description, parameter)["name"]
                for parameter in item.get("parameters", []) + operation.get("parameters", [])
                if resolve(description, parameter)["in"] == "path"
            }
            wanted = {part[1:-1] for part in route.split("/") if part.startswith("{")}
            if named != wanted:
                faults.append(f"{place} describes the path parameters {sorted(named)}, its route has {sorted(wanted)}")
    if not operations:
        faults.append(f"{path.name} has no operations")
    for pointer, reference in references(description):
        if not leads_somewhere(description, reference, schemas):
            faults.append(f"{path.name}{pointer}: {reference} leads nowhere")
    return faults


def resolve(description, value):
    if "$ref" not in value:
        return value
    for step in value["$ref"].split("/")[1:]:
        description = description[step]
    return description


def main():
    schemas = Schemas()
    faults = check_samples(schemas) + check_webhooks.check()
    descriptions = sorted(CONTRACTS.glob("openapi-*.yaml"))
    if len(descriptions) != 2:
        faults.append("expected openapi-peer.yaml and openapi-public.yaml")
    for path in descriptions:
        faults += check_openapi(path, schemas)
    for fault in faults:
        print(fault)
    if not faults:
        print(f"OK: {len(schemas.by_name)} schemas, {len(descriptions)} descriptions, and all samples agree")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
