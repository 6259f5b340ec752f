#!/usr/bin/env python3
"""Makes `src/sandbox/resources/traits.tsv`: which members ARM's envelope has for each type that can be written.

    tools/sandbox_traits.py schema.tsv > src/sandbox/resources/traits.tsv

`schema.tsv` holds the bodies of resource types as the Python packages azure-mgmt-* (MIT) have them: a line
`=NAMESPACE`, then `T type version body`, `S shape`, and a line that begins with a tab for each member of a shape:
name, kind, marks (`!` required, `~` read-only). The types are those of the catalogue whose items can be PUT.
"""

import collections
import pathlib
import sys

CATALOGUE = pathlib.Path(__file__).parent.parent / "src/azure/resource/catalogue/types.tsv"
HEAD = """\
# What the bodies of resource types have, for the types that can be written: one line for each namespace, sorted, with
# LETTERS:TYPE,TYPE,… for each combination; types with none of them are left out. Made by `tools/sandbox_traits.py`.
# T location (which a PUT must name) and tags; l a location that may be left out; e an `etag`; s `systemData`;
# p `properties.provisioningState`
"""
# Types whose paths are known to the sandbox by themselves.
ROOTS = {"Microsoft.Resources/resourceGroups", "Microsoft.Resources/subscriptions/resourceGroups"}


def read(path):
    bodies, shapes, namespace, shape = {}, collections.defaultdict(dict), None, None
    for line in path.read_text().split("\n"):
        fields = line.split("\t")
        if line.startswith("="):
            namespace = line[1:]
        elif fields[0] == "T" and len(fields) > 3:
            bodies[f"{namespace}/{fields[1]}".lower()] = (namespace, fields[3])
        elif fields[0] == "S":
            shape = (namespace, fields[1].rstrip("*"))
        elif line.startswith("\t"):
            shapes[shape][fields[1]] = (fields[2], fields[3] if len(fields) > 3 else "")
    return bodies, shapes


def letters(body, shapes):
    namespace, _ = body
    members = shapes.get(body, {})
    location = members.get("location")
    found = ""
    if location and "~" not in location[1]:
        found += "T" if "tags" in members or "!" in location[1] else "l"
    found += "e" if "etag" in members else ""
    found += "s" if "systemData" in members else ""
    properties = members.get("properties")
    inner = shapes.get((namespace, properties[0]), {}) if properties else {}
    return found + ("p" if "provisioningState" in inner else "")


def main():
    bodies, shapes = read(pathlib.Path(sys.argv[1]))
    found = collections.defaultdict(lambda: collections.defaultdict(list))
    for line in CATALOGUE.read_text().split("\n")[1:]:
        name, _, rest = line.partition("\t")
        fields = rest.split("\t")
        if "/" not in name or name in ROOTS or len(fields) < 4 or "U" not in fields[3].split(":")[0]:
            continue
        body = bodies.get(name.lower())
        own = letters(body, shapes) if body else ""
        if own:
            namespace, types = name.split("/", 1)
            found[namespace][own].append(types)
    print(HEAD, end="")
    for namespace in sorted(found, key=str.lower):
        groups = [f"{own}:{','.join(types)}" for own, types in sorted(found[namespace].items())]
        print(namespace + "\t" + ";".join(groups))


main()
