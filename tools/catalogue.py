#!/usr/bin/env python3
"""Makes what `arm` knows by itself of resource types: the catalogue, and the bodies with it.

    tools/catalogue.py WHEELS --date 2026-11-29 [--download]

WHEELS is a folder with the wheels of `tools/schema/packages.txt`: azure-mgmt-* and azure-cli (MIT), so that catalogue and
bodies are of the same versions. `--download` fetches those that are not there. The catalogue is
`src/azure/resource/catalogue/types.tsv`; the bodies are those of `tools/schema.py`, which is run afterwards.
`tools/catalogue-kept.tsv` has what older wheels described and these no longer do.

The first line of the output is the date of the facts. Each other line is a type or a namespace, sorted by its
name in lower case, so that a line is found by halving:

    namespace   most common version
    type        stable  preview  collection  item  names  actions

    stable      the newest version without a suffix; empty if there is none
    preview     the newest with one, where it is newer than the stable one
    collection  METHODS:SCOPES of the path that ends with the type; L is a GET that lists, V a GET of one thing,
                O POST, U PUT, P PATCH, D DELETE, H HEAD
    item        the same for the path that ends with a name; G is GET
    names       what stands behind each segment of the type, if one of them is not free: `*,default`, `*,web|logs`
    actions     the last segments of POSTs; with `/` in front on the collection, else on an item

    SCOPES      t tenant, m management group, s subscription, r resource group, x any resource; or a path

Paths follow from type, scopes and names, and are not written out. The shape is read by `src/azure/resource/catalogue/`.
"""

import argparse
import collections
import re
import sys

import operations
import schema

KEPT = schema.ROOT / "tools/catalogue-kept.tsv"
PROVIDER = re.compile(r"/providers/(?=[A-Za-z]\w*\.)", re.IGNORECASE)
GROUP = "/subscriptions/{sub}/resourceGroups"
# Paths without a namespace, and the types that Microsoft.Resources has for them.
ROOTS = {
    "/subscriptions": ("subscriptions", "/subscriptions"),
    "/subscriptions/{}/locations": ("subscriptions/locations", "/subscriptions/{sub}/locations"),
    "/subscriptions/{}/providers": ("providers", "/subscriptions/{sub}/providers"),
    "/subscriptions/{}/resourcegroups": ("resourceGroups", GROUP),
    "/subscriptions/{}/resources": ("resources", "/subscriptions/{sub}/resources"),
    "/subscriptions/{}/tagnames": ("subscriptions/tagNames", "/subscriptions/{sub}/tagNames"),
    "/tenants": ("tenants", "/tenants"),
}
# Types that a template leaves open, written out as the service names them (`Microsoft.Network/dnsZones/A`).
OPEN = {
    "{recordType}": ["A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"],
    "{endpointType}": ["azureEndpoints", "externalEndpoints", "nestedEndpoints"],
}
COLLECTION = {"POST": "O", "PUT": "U", "PATCH": "P", "DELETE": "D", "HEAD": "H"}
ITEM = {"GET": "G"} | COLLECTION
VERSION = re.compile(r"\d{4}-\d\d-\d\d(-[A-Za-z0-9.]+)*")


class Type:
    """What is known of one type."""

    def __init__(self):
        self.spellings = collections.Counter()
        self.versions = set()
        self.collection = collections.defaultdict(set)
        self.item = collections.defaultdict(set)
        self.names = []
        self.actions = set()

    def see_names(self, names):
        self.names += [set() for _ in range(len(names) - len(self.names))]
        for seen, name in zip(self.names, names):
            seen.add("*" if name.startswith("{") else name)


def parse(path):
    """Splits a template into scope, namespace, types and names; types and names take turns behind the namespace."""
    path = path.split("?")[0].rstrip("/")
    starts = [match.start() for match in PROVIDER.finditer(path)]
    if not starts:
        return None
    namespace, *segments = path[starts[-1] + len("/providers/") :].split("/")
    types, names = segments[0::2], segments[1::2]
    if not types or any(segment.startswith("{") for segment in types):
        return None
    return scope(path[: starts[-1]]), namespace, types, names


def scope(prefix):
    prefix = re.sub(r"\{\w+\}", "{}", prefix).lower()
    management_group = re.fullmatch(r"/providers/[^/]+/managementgroups/\{\}", prefix)
    known = {"": "t", "/subscriptions/{}": "s", "/subscriptions/{}/resourcegroups/{}": "r"}
    return "m" if management_group else known.get(prefix, "x")


def read(paths):
    calls = operations.read(paths)
    types = collections.defaultdict(Type)
    closed = [row for call in operations.newest(calls) for row in close(call)]
    parsed = [(row, parse(row[1])) for row in closed]
    items = {
        key(found[1], found[2])
        for row, found in parsed
        if found and len(found[2]) == len(found[3]) and row[0] != "POST"
    }
    for (method, path, version, name), found in parsed:
        if found:
            see(types, items, method, version, name, *found)
        else:
            see_root(types, method, path, version)
    for template, versions in operations.versions(calls).items():
        see_versions(types, template, versions)
    return types


def close(row):
    """Returns the operation once for each type that its template leaves open."""
    for placeholder, names in OPEN.items():
        if f"/{placeholder}" in row[1]:
            return [[row[0], row[1].replace(placeholder, name), *row[2:]] for name in names]
    return [row]


def key(namespace, segments):
    return "/".join([namespace, *segments]).lower()


def see(types, items, method, version, operation, place, namespace, segments, names):
    is_item = len(segments) == len(names)
    if method == "POST" and is_item and not names[-1].startswith("{"):
        # `…/recommendations/reset`: no name, but an action on the collection.
        found = types[key(namespace, segments)]
        found.actions.add("/" + names[-1])
        names = names[:-1]
    elif method == "POST" and not is_item and key(namespace, segments[:-1]) in items:
        found = types[key(namespace, segments[:-1])]
        found.actions.add(segments[-1])
        segments = segments[:-1]
    else:
        found = types[key(namespace, segments)]
        found.versions.add(version)
        if is_item:
            found.item[ITEM[method]].add(place)
        else:
            lists = "list" in operation.lower() or key(namespace, segments) in items
            letter = ("L" if lists else "V") if method == "GET" else COLLECTION[method]
            found.collection[letter].add(place)
    found.spellings["/".join([namespace, *segments])] += 1
    found.see_names(names)


def see_root(types, method, path, version):
    path = re.sub(r"\{\w+\}", "{}", path).lower().rstrip("/")
    is_item = path.endswith("/{}")
    root = ROOTS.get(path.removesuffix("/{}") if is_item else path)
    if not root:
        return
    name, written = root
    names = [f"Microsoft.Resources/{name}"]
    if name == "resourceGroups":
        # The service knows both names.
        names.append("Microsoft.Resources/subscriptions/resourceGroups")
    for name in names:
        found = types[name.lower()]
        found.spellings[name] += 1
        found.versions.add(version)
        letter = "L" if method == "GET" else COLLECTION[method]
        (found.item[ITEM[method]] if is_item else found.collection[letter]).add(written)


def see_versions(types, template, versions):
    for _, path, *_ in close(["GET", template]):
        found = parse(path)
        name = key(found[1], found[2]) if found else None
        if name in types:
            types[name].versions.update(versions)


def spelling(found):
    """The commonest spelling; capitals win a tie, for only lazy documents write lower case."""
    ranked = sorted(found.spellings.items(), key=lambda entry: (-entry[1], entry[0]))
    return ranked[0][0]


def newest(versions):
    versions = {version for version in versions if VERSION.fullmatch(version)}
    stable = max((version for version in versions if len(version) == 10), default="")
    preview = max((version for version in versions if len(version) > 10), default="")
    return stable, preview if preview[:10] > stable else ""


def methods(paths, order, first):
    """METHODS:SCOPES, the scopes those of the first method that is there: what reads counts."""
    letters = "".join(letter for letter in order if letter in paths)
    if not letters:
        return ""
    scopes = next((paths[letter] for letter in first if letter in paths), None)
    scopes = scopes or set().union(*paths.values())
    written = [place for place in scopes if place.startswith("/")]
    return f"{letters}:{written[0] if written else ''.join(s for s in 'tmsrx' if s in scopes)}"


def actions(found):
    """One spelling of each: the one with the most capitals, as in `powerOff`."""
    ranked = sorted(found.actions, key=lambda name: sum(letter.isupper() for letter in name))
    return sorted({name.lower(): name for name in ranked}.values())


def names(found):
    levels = ["*" if "*" in seen else "|".join(sorted(seen)) for seen in found.names]
    return ",".join(levels) if any(level != "*" for level in levels) else ""


def lines(types):
    written = {}
    spaces = collections.defaultdict(collections.Counter)
    spellings = collections.defaultdict(collections.Counter)
    for name, found in types.items():
        stable, preview = newest(found.versions)
        if not stable and not preview:
            continue
        title = spelling(found)
        space = name.split("/")[0]
        spaces[space][stable or preview] += 1
        spellings[space][title.split("/")[0]] += 1
        fields = [
            title,
            stable,
            preview,
            methods(found.collection, "LVOUPDH", "LV"),
            methods(found.item, "GUPDHO", "GU"),
            names(found),
            ",".join(actions(found)),
        ]
        written[name] = fields
    keep(written)
    for space, versions in spaces.items():
        common = max(versions.items(), key=lambda entry: (entry[1], entry[0]))[0]
        title = max(spellings[space].items(), key=lambda entry: (entry[1], entry[0]))[0]
        written[space] = [title, common]
        for name, fields in written.items():
            if name.startswith(space + "/"):
                fields[0] = title + fields[0][len(title) :]
    for name in sorted(written):
        yield "\t".join(written[name]).rstrip("\t")


def keep(written):
    """Adds what the wheels no longer describe: whole types, a stable version where they have an older one, and actions."""
    for line in KEPT.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        kept = line.split("\t")
        kept += [""] * (7 - len(kept))
        found = written.setdefault(kept[0].lower(), kept)
        found[1] = max(found[1], kept[1])
        found[2] = found[2] if found[2][:10] > found[1] else ""
        of_both = {name.lower(): name for name in (kept[6] + "," + found[6]).split(",") if name}
        found[6] = ",".join(sorted(of_both.values()))


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", help="the folder with the wheels")
    arguments.add_argument("--date", required=True, help="the date of the facts, such as 2026-11-29")
    arguments.add_argument("--download", action="store_true", help="fetch the wheels that are not there")
    arguments.add_argument("--jobs", type=int, default=2)
    given = arguments.parse_args()
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", given.date):
        sys.exit("--date: expected a date such as 2026-11-22")
    paths = list(schema.wheels(given.folder, given.download))
    text = "\n".join([given.date, *lines(read(paths))]) + "\n"
    schema.CATALOGUE.write_text(text, encoding="utf-8")
    print(f"{text.count(chr(10)) - 1} lines, {len(text.encode())} bytes")
    schema.make(paths, given.jobs)


main()
