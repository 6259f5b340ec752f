#!/usr/bin/env python3
"""Checks with the public validator `jsonschema` that what `arm types TYPE --schema -o json` prints is a JSON Schema of 2020-12.

    .ci/json-schema.py [ARM] [TYPE…]

Without types it takes every twentieth of `arm types --members id`, and two whose bodies it also validates. Where `jsonschema`
is not installed it says so, and ends well.
"""

import json
import subprocess
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError:
    print("skipped: the Python package `jsonschema` is not installed")
    sys.exit(0)

ARM = sys.argv[1] if len(sys.argv) > 1 else "target/debug/arm"
STORAGE = "Microsoft.Storage/storageAccounts"
ACCOUNT = {"sku": {"name": "Standard_LRS"}, "kind": "StorageV2", "location": "westeurope", "properties": {}}
SERVICE = "Microsoft.DataFactory/factories/linkedservices"
# A body, what is wrong with it.
BODIES = [
    (STORAGE, ACCOUNT, None),
    (STORAGE, {**ACCOUNT, "propertis": {}}, "unevaluatedProperties"),
    (STORAGE, {name: value for name, value in ACCOUNT.items() if name != "sku"}, "required"),
    (STORAGE, {**ACCOUNT, "kind": "StorageV9"}, "enum"),
    (STORAGE, {**ACCOUNT, "tags": {"a": 1}}, "type"),
    (SERVICE, {"properties": {"type": "AzureSqlDatabase", "typeProperties": {"server": "s"}}}, None),
    (SERVICE, {"properties": {"type": "AzureSqlDatabase"}}, "required"),
    (SERVICE, {"properties": {}}, "required"),
]


def arm(*words):
    return subprocess.run([ARM, "types", *words], check=True, capture_output=True, text=True).stdout


def main():
    types = sys.argv[2:]
    if not types:
        rows = json.loads(arm("--members", "id", "-o", "json"))
        types = sorted({row["type"] for row in rows})[::20]
    sizes = {}
    for name in types:
        for depth in ([], ["--depth", "2"]):
            text = arm(name, "--schema", "-o", "json", *depth)
            Draft202012Validator.check_schema(json.loads(text))
            sizes[name, bool(depth)] = len(text)
    wrong = 0
    for name, body, expected in BODIES:
        schema = json.loads(arm(name, "--schema", "-o", "json"))
        found = {error.validator for error in Draft202012Validator(schema).iter_errors(body)}
        if found != ({expected} if expected else set()):
            wrong += 1
            print(f"{name}: expected {expected}, found {found}: {json.dumps(body)}")
    whole = sorted(size for (_, is_cut), size in sizes.items() if not is_cut)
    cut = sorted(size for (_, is_cut), size in sizes.items() if is_cut)
    print(f"{len(types)} types are schemas; median {whole[len(whole) // 2]} bytes, {cut[len(cut) // 2]} with --depth 2")
    sys.exit(bool(wrong))


main()
