#!/usr/bin/env python3
"""Makes the bodies of resource types that `arm` knows by itself, from the Python packages azure-mgmt-* (MIT).

    tools/catalogue.py WHEELS …             makes the catalogue and the bodies
    tools/schema.py WHEELS [--download]     makes the bodies alone: reads the wheels of `tools/schema/packages.txt`
    tools/schema.py --pack                  packs the text again, after it was changed by hand

`--download` fetches the wheels that are not there yet, with pip. Wheels are read as zip files and parsed with `ast`: nothing
of them is run, and no prose is taken, only names, kinds and marks. Needs nothing but Python's own library.

It writes `tools/schema/NAMESPACE.tsv`, one member a line, so that a change can be read; `tools/schema/sources.tsv`, which
wheel each body comes from; and what is built in: `src/azure/schema/blocks.bin`, the same text deflated in blocks of
neighbouring namespaces, and `index.tsv`, which says where each lies. `cargo test schema` compares the two.

    =Microsoft.Compute                                             a namespace
    T  virtualMachines   2026-04-01  VirtualMachine  VirtualMachineUpdate    type, version, body, body of PATCH if it is another
    T  sites/config:web  2025-05-01  SiteConfigResource            a body for one fixed name;  `-` is a PUT without a body
    S  Disk                                                        shape;  `Name*` takes any other member;  S Name TAB member
       location    str       !^                                        is discriminated by that member
       sku         DiskSku
       zones       [str]
       tags        {str}
       provisioningState  %State  ~
    V  StorageQueue  StorageQueueDestination                       value of the discriminator, its shape; a third field `~`:
    E  State  Succeeded  Failed                                        only in answers;   values of an enum, never all for sure

Kinds: `str int num bool time date dur clock bytes any obj`, `Shape`, `%Enum`, `[kind]` list, `{kind}` map, `'x|y'` literals.
Marks: `!` required, `~` read-only, `^` create-only, `u` update-only, `w` never answered. Names of shapes hold within their
namespace; `A&B` is a body merged with its answer (what only the answer has is `~`); `X-2` is a second shape of that name.

Two styles of generated code are read:
  new  models/_models.py with rest_field(name=, visibility=), rest_discriminator, class keyword discriminator=
  old  models/_models_py3.py (or _models.py) with _attribute_map, _validation, _subtype_map; `properties.x` is
       un-flattened into an anonymous shape `Model.properties`
The body of a PUT is the first parameter given to json.dumps() or _serialize.body(); the answer is that of the GET
(else of the PUT) on the same path. What only the answer has is read-only in the body; the two are merged, level by
level.
"""

import argparse
import ast
import collections
import glob
import multiprocessing
import os
import pathlib
import re
import subprocess
import sys
import time
import zipfile
import zlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
TEXTS = ROOT / "tools/schema"
PACKED = ROOT / "src/azure/schema"
CATALOGUE = ROOT / "src/azure/resource/catalogue/types.tsv"
# The new generator no longer says that an object takes other members, and those of this namespace do.
ALWAYS_OPEN = {"Microsoft.DataFactory"}
# A block that is to be unpacked for one of its namespaces holds at least so much text.
BLOCK = 64 * 1024

VERSION = re.compile(r"\d{4}-\d\d-\d\d(-[A-Za-z0-9.]+)*")
PROVIDER = re.compile(r"/providers/(?=[A-Za-z]\w*\.)", re.I)
OPEN = {
    "{recordType}": ["A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"],
    "{endpointType}": ["azureEndpoints", "externalEndpoints", "nestedEndpoints"],
    "{parentType}": ["topics", "domains", "partnerNamespaces", "namespaces"],          # Microsoft.EventGrid
}
SCALAR = {
    "str": "str", "int": "int", "long": "int", "bool": "bool", "float": "num", "decimal": "num", "Decimal": "num",
    "iso-8601": "time", "datetime": "time", "rfc-1123": "time", "unix-time": "int", "date": "date", "duration": "dur",
    "timedelta": "dur", "time": "clock", "bytearray": "bytes", "base64": "bytes", "bytes": "bytes", "object": "any", "Any": "any",
    "JSON": "any", "IO": "any", "Mapping": "obj", "MutableMapping": "obj", "None": "any",
}
ALL = {"read", "create", "update", "delete", "query"}


# ---------------------------------------------------------------- models
class Package:
    """The models of one folder `…/models/` of a wheel, read when they are asked for."""

    def __init__(self, wheel, names, folder):
        self.wheel, self.folder = wheel, folder
        self.classes, self.enums, self.unions = {}, {}, {}
        self.shapes = {}                      # name -> shape
        files = [n for n in names if os.path.dirname(n) == folder and n.endswith(".py")]
        base = {os.path.basename(n) for n in files}
        for n in files:
            b = os.path.basename(n)
            if b in ("__init__.py", "_patch.py") or (b == "_models.py" and "_models_py3.py" in base):
                continue
            self.read(n)
        up = os.path.dirname(folder)
        for n in (up + "/_types.py", up + "/_unions.py", up + "/_vendor.py"):
            if n in names:
                self.read_unions(n)
        self.subs = collections.defaultdict(list)
        for c in self.classes.values():
            for p in self.parents(c):
                self.subs[p.name].append(c.name)

    def read(self, n):
        for c in parse(self.wheel, n).body:
            if not isinstance(c, ast.ClassDef):
                continue
            bases = {last(b) for b in c.bases} | {last(a) for b in c.bases if isinstance(b, ast.Call) for a in b.args}
            if "Enum" in bases:
                values = []
                for s in c.body:
                    if isinstance(s, ast.Assign) and isinstance(s.value, ast.Constant):
                        values.append(s.value.value)
                self.enums[c.name] = (values, {s.targets[0].id: s.value.value for s in c.body if isinstance(s, ast.Assign) and isinstance(s.value, ast.Constant)})
            else:
                self.classes[c.name] = c

    def read_unions(self, n):
        for s in parse(self.wheel, n).body:
            if isinstance(s, ast.Assign) and isinstance(s.targets[0], ast.Name):
                self.unions[s.targets[0].id] = s.value

    def kind_of_name(self, name):
        if name in self.enums:
            return ("e", (self.folder, name))
        if name in self.classes:
            return ("m", (self.folder, name))
        return SCALAR.get(name, "any")

    # --- new style: annotations
    def kind(self, node, depth=0):
        if depth > 12 or node is None:
            return "any"
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                try:
                    return self.kind(ast.parse(node.value, mode="eval").body, depth + 1)
                except SyntaxError:
                    return "any"
            return "any"
        if isinstance(node, (ast.Name, ast.Attribute)):
            name = last(node)
            if isinstance(node, ast.Attribute) and last(node.value) in ("_types", "_unions") and name in self.unions:
                return self.kind(self.unions[name], depth + 1)
            return self.kind_of_name(name)
        if isinstance(node, ast.Subscript):
            head = last(node.value)
            args = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            if head in ("Optional", "Required", "NotRequired"):
                return self.kind(args[0], depth + 1)
            if head in ("list", "List", "Iterable", "Sequence"):
                return ("a", self.kind(args[0], depth + 1))
            if head in ("dict", "Dict", "Mapping", "MutableMapping"):
                return ("d", self.kind(args[-1], depth + 1))
            if head == "Literal":
                values = [self.literal(a) for a in args]
                return ("l", tuple(v for v in values if v is not None))
            if head == "Union":
                kinds = [self.kind(a, depth + 1) for a in args if not (isinstance(a, ast.Constant) and a.value is None)]
                rich = [k for k in kinds if k[0] in ("e", "l")]
                models = [k for k in kinds if k[0] in ("m", "a", "d") and isinstance(k, tuple)]
                if rich and all(k[0] in ("e", "l") or k in ("str", "int", "num") for k in kinds):
                    return rich[0]
                if models and all(k[0] == "m" and isinstance(k, tuple) or k in ("any", "obj") for k in kinds):
                    return models[0]
                return kinds[0] if len(set(kinds)) == 1 else "any"
        return "any"

    def literal(self, node):
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Attribute):
            enum = self.enums.get(last(node.value))
            if enum:
                return enum[1].get(node.attr)
        return None

    # --- shapes: {"m": {name: [kind, flags]}, "d": discriminator, "s": {value: name}, "o": open}
    def shape(self, name):
        if name in self.shapes:
            return self.shapes[name]
        self.shapes[name] = None
        c = self.classes.get(name)
        old = c and any(attr(s) == "_attribute_map" for s in c.body)
        made = self.old(c) if old or (c and self.inherits_map(c)) else self.new(c) if c else None
        self.shapes[name] = made or {"m": {}, "d": None, "s": {}, "o": True}
        return self.shapes[name]

    def inherits_map(self, c, seen=()):
        for p in self.parents(c, seen):
            if any(attr(s) == "_attribute_map" for s in p.body) or self.inherits_map(p, (*seen, c.name)):
                return True
        return False

    def new(self, c):
        members, discriminator, is_open = {}, None, False
        for p in self.parents(c):
            up = self.shape(p.name) or {"m": {}, "d": None, "o": False}
            members.update({k: list(v) for k, v in up["m"].items()})
            discriminator = up["d"]
        own = None
        for s in c.body:
            if not (isinstance(s, ast.AnnAssign) and isinstance(s.value, ast.Call) and isinstance(s.target, ast.Name)):
                continue
            call = last(s.value.func)
            if call not in ("rest_field", "rest_discriminator"):
                continue
            given = {k.arg: k.value for k in s.value.keywords}
            wire = given["name"].value if "name" in given and isinstance(given["name"], ast.Constant) else s.target.id
            seen = {e.value for e in given["visibility"].elts} if "visibility" in given and isinstance(given["visibility"], ast.List) else ALL
            flags = ""
            if not optional(s.annotation):
                flags += "!"
            if seen == {"read"}:
                flags += "~"
            elif "update" not in seen and "create" in seen:
                flags += "^"
            elif "create" not in seen and "update" in seen:
                flags += "u"
            if "read" not in seen:
                flags += "w"
            members[wire] = [self.kind(s.annotation), flags]
            if call == "rest_discriminator" and own is None:
                literal = isinstance(s.annotation, ast.Subscript) and last(s.annotation.value) == "Literal"
                if not literal:
                    own = wire
        has_map = any(attr(s) == "__mapping__" for s in c.body)
        subs = {}
        if has_map and own:
            discriminator = own
            self.collect_new(c.name, own, subs)
        elif not subs:
            discriminator = None
        return {"m": members, "d": discriminator, "s": subs, "o": is_open}

    def collect_new(self, name, wire, subs):
        for sub in self.subs[name]:
            c = self.classes[sub]
            for k in c.keywords:
                if k.arg == "discriminator" and isinstance(k.value, ast.Constant):
                    subs.setdefault(str(k.value.value), sub)
            own_map = any(attr(s) == "__mapping__" for s in c.body)
            if not own_map or self.same_discriminator(c, wire):
                self.collect_new(sub, wire, subs)

    @staticmethod
    def same_discriminator(c, wire):
        """A middle class: it has a mapping of its own, but for the same member."""
        for s in c.body:
            if isinstance(s, ast.AnnAssign) and isinstance(s.value, ast.Call) and last(s.value.func) == "rest_discriminator":
                literal = isinstance(s.annotation, ast.Subscript) and last(s.annotation.value) == "Literal"
                given = {k.arg: k.value for k in s.value.keywords}
                name = given["name"].value if "name" in given else s.target.id
                if not literal and name != wire:
                    return False
        return True

    # --- old style
    def table(self, c, name, seen=()):
        found = {}
        for p in self.parents(c, seen):
            found.update(self.table(p, name, (*seen, c.name)))
        for s in c.body:
            if attr(s) == name:
                try:
                    found.update(ast.literal_eval(s.value))
                except ValueError:
                    pass
        return found

    def old(self, c):
        mapped, validation = self.table(c, "_attribute_map"), self.table(c, "_validation")
        hints = self.hints(c)
        root = {"m": {}, "d": None, "s": {}, "o": False}
        required_path = set()
        for python, entry in mapped.items():
            key, typ = entry["key"], entry["type"]
            if key == "":
                root["o"] = True
                continue
            path = [p.replace("\\.", ".") for p in re.split(r"(?<!\\)\.", key)]
            rules = validation.get(python, {})
            flags = ("!" if rules.get("required") else "") + ("~" if rules.get("readonly") else "")
            kind = self.old_kind(typ)
            if kind in ("str", "int", "any") and python in hints:
                kind = hints[python]
            shape, at = root, c.name
            for step in path[:-1]:
                at += "." + step
                inner = self.shapes.get(at)
                if step not in shape["m"] or shape["m"][step][0] != ("m", (self.folder, at)):
                    inner = {"m": {}, "d": None, "s": {}, "o": False}
                    self.shapes[at] = inner
                    shape["m"][step] = [("m", (self.folder, at)), ""]
                shape = inner
            shape["m"][path[-1]] = [kind, flags]
        # an anonymous level in which everything is read-only is itself read-only
        def settle(shape):
            for entry in shape["m"].values():
                k = entry[0]
                if isinstance(k, tuple) and k[0] == "m" and k[1][1].startswith(c.name + ".") and self.shapes.get(k[1][1]):
                    inner = self.shapes[k[1][1]]
                    settle(inner)
                    if inner["m"] and all("~" in e[1] for e in inner["m"].values()):
                        entry[1] = "~"
                    elif any("!" in e[1] and "~" not in e[1] for e in inner["m"].values()):
                        entry[1] = "!"
        settle(root)
        for s in c.body:
            if attr(s) == "_subtype_map":
                try:
                    table = ast.literal_eval(s.value)
                except ValueError:
                    continue
                for python, values in table.items():
                    wire = mapped.get(python, {}).get("key", python).replace("\\.", ".")
                    root["d"] = wire
                    self.collect_old(values, python, root["s"])
        return root

    def collect_old(self, values, python, subs):
        for value, name in values.items():
            subs.setdefault(value, name)
            c = self.classes.get(name)
            for s in c.body if c else ():
                if attr(s) == "_subtype_map":
                    try:
                        below = ast.literal_eval(s.value)
                    except ValueError:
                        continue
                    if python in below:
                        self.collect_old(below[python], python, subs)

    def old_kind(self, typ):
        if typ.startswith("["):
            return ("a", self.old_kind(typ[1:-1]))
        if typ.startswith("{"):
            return ("d", self.old_kind(typ[1:-1]))
        return SCALAR.get(typ) or self.kind_of_name(typ)

    def parents(self, c, seen=()):
        """Base classes that are here; a class may have the name of its base elsewhere."""
        names = [b.id if isinstance(b, ast.Name) else b.attr if last(b.value) in ("_models", "_models_py3") else "" for b in c.bases if isinstance(b, (ast.Name, ast.Attribute))]
        return [self.classes[n] for n in names if n in self.classes and n != c.name and n not in seen]

    def hints(self, c, seen=()):
        """Enums of members: from the annotations of __init__, for read-only ones from `:vartype x: str or ~…Enum`."""
        found = {}
        for p in self.parents(c, seen):
            found.update(self.hints(p, (*seen, c.name)))
        doc = ast.get_docstring(c, clean=False) or ""
        for m in re.finditer(r":(?:vartype|type|paramtype) (\w+): (list\[)?(?:str|int|float) or\s+~?[\w.]*?\.?(\w+)\]?\s*$", doc, re.M):
            k = self.kind_of_name(m[3])
            if k[0] == "e":
                found[m[1]] = ("a", k) if m[2] else k
        for s in c.body:
            if isinstance(s, ast.FunctionDef) and s.name == "__init__":
                for a in s.args.kwonlyargs + s.args.args:
                    if a.annotation is not None:
                        k = self.kind(a.annotation)
                        if k[0] == "e":
                            found[a.arg] = k
                        elif isinstance(k, tuple) and k[0] in ("a", "d") and k[1][0] == "e":
                            found[a.arg] = k
        return found


def last(node):
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.rsplit(".", 1)[-1]
    return ""


def attr(s):
    if isinstance(s, ast.Assign) and isinstance(s.targets[0], ast.Name):
        return s.targets[0].id
    if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name):
        return s.target.id
    return None


def optional(node):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        node = ast.parse(node.value, mode="eval").body
    return isinstance(node, ast.Subscript) and last(node.value) == "Optional"


def parse(wheel, name):
    return ast.parse(wheel.read(name).decode("utf-8", "replace"))


# ---------------------------------------------------------------- operations
def builders(tree, default):
    """build_*_request: name -> (method, path, version)"""
    found = {}
    for f in tree.body:
        if not isinstance(f, ast.FunctionDef) or not f.name.startswith("build_"):
            continue
        url = method = None
        version = default
        for n in ast.walk(f):
            if isinstance(n, ast.Assign) and isinstance(n.targets[0], ast.Name) and n.targets[0].id in ("_url", "url") and url is None:
                for k in ast.walk(n.value):
                    if isinstance(k, ast.Constant) and isinstance(k.value, str) and k.value.startswith("/"):
                        url = k.value
                        break
            if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "HttpRequest":
                for k in n.keywords:
                    if k.arg == "method" and isinstance(k.value, ast.Constant):
                        method = k.value.value
                if n.args and isinstance(n.args[0], ast.Constant):
                    method = n.args[0].value
            if isinstance(n, (ast.Assign, ast.AnnAssign)):
                t = n.targets[0] if isinstance(n, ast.Assign) else n.target
                if isinstance(t, ast.Name) and t.id == "api_version" and n.value is not None:
                    for k in ast.walk(n.value):
                        if isinstance(k, ast.Constant) and isinstance(k.value, str) and VERSION.fullmatch(k.value):
                            version = k.value
        if url and method:
            found[f.name] = (method, url, version)
    return found


def body_of(function):
    """-> (annotation or None, type name or None) of the parameter that becomes the body"""
    annotations = {a.arg: a.annotation for a in function.args.args + function.args.kwonlyargs}
    for n in ast.walk(function):
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute):
            if n.func.attr == "body" and len(n.args) == 2 and isinstance(n.args[1], ast.Constant):
                return None, n.args[1].value
            if n.func.attr == "dumps" and n.args and isinstance(n.args[0], ast.Name) and n.args[0].id in annotations:
                return annotations[n.args[0].id], None
    return None


def operations(tree, default):
    """-> list of (method, url, version, body annotation, body type name, answer annotation)"""
    built = builders(tree, default)
    out = []
    for c in tree.body:
        if not isinstance(c, ast.ClassDef):
            continue
        methods = collections.defaultdict(list)
        for f in c.body:
            if isinstance(f, ast.FunctionDef):
                methods[f.name].append(f)
        returns = {}
        for name, fs in methods.items():
            for f in fs:
                if f.returns is not None:
                    returns[name] = f.returns
        own = None
        for s in c.body:                                  # msrest: f.metadata = {'url': …}
            if isinstance(s, ast.FunctionDef) and s.name == "__init__":
                for n in ast.walk(s):
                    if isinstance(n, ast.Assign) and isinstance(n.targets[0], ast.Attribute) and n.targets[0].attr == "api_version" and isinstance(n.value, ast.Constant):
                        own = n.value.value
        metadata = {}
        for s in c.body:
            if isinstance(s, ast.Assign) and isinstance(s.targets[0], ast.Attribute) and s.targets[0].attr == "metadata" and isinstance(s.value, ast.Dict):
                for k, v in zip(s.value.keys, s.value.values):
                    if isinstance(k, ast.Constant) and k.value == "url" and isinstance(v, ast.Constant):
                        metadata[last(s.targets[0].value)] = v.value
        for name, fs in methods.items():
            f = fs[-1]
            public = re.sub(r"^_(.*)_initial$", r"begin_\1", name)
            answer = returns.get(public) if public in returns else returns.get(name)
            hit = None
            for n in ast.walk(f):
                if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id in built:
                    hit = built[n.func.id]
                    break
            if hit is None:
                url = metadata.get(name) or metadata.get(public)
                if not url:
                    continue
                method, version = None, own or default
                for n in ast.walk(f):
                    if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute) and n.func.attr in ("put", "get", "patch", "post", "delete") and last(n.func.value) in ("_client", ""):
                        method = n.func.attr.upper()
                    if isinstance(n, ast.Assign) and isinstance(n.targets[0], ast.Name) and n.targets[0].id == "api_version" and isinstance(n.value, ast.Constant):
                        version = n.value.value
                if not method:
                    continue
                hit = (method, url, version)
                answer = None
            if hit[0] not in ("PUT", "PATCH", "GET"):
                continue
            body = body_of(f) or (None, None)
            old_answer = None
            if answer is None:
                for n in ast.walk(f):
                    if isinstance(n, ast.Call) and ((isinstance(n.func, ast.Attribute) and n.func.attr == "_deserialize") or (isinstance(n.func, ast.Name) and n.func.id == "_deserialize")) and n.args and isinstance(n.args[0], ast.Constant):
                        old_answer = n.args[0].value
            out.append((*hit, body[0], body[1], answer, old_answer))
    return out


def split(path):
    """-> (namespace/type, fixed last name or '') or None"""
    path = path.split("?")[0].rstrip("/")
    starts = [m.start() for m in PROVIDER.finditer(path)]
    if not starts:
        flat = re.sub(r"\{\w+\}", "{}", path).lower()
        if flat == "/subscriptions/{}/resourcegroups/{}":
            return "Microsoft.Resources/resourceGroups", ""
        if flat == "/subscriptions/{}/tagnames/{}":
            return "Microsoft.Resources/subscriptions/tagNames", ""
        return None
    space, *rest = path[starts[-1] + len("/providers/"):].split("/")
    types, names = rest[0::2], rest[1::2]
    if not types or any(t.startswith("{") for t in types):
        return None
    if len(types) != len(names):
        return "/".join([space, *types]), "-"            # PUT on a collection path: a singleton
    return "/".join([space, *types]), "" if names[-1].startswith("{") else names[-1]


ROOTS = {"Microsoft.Resources/resourceGroups": "Microsoft.Resources/subscriptions/resourceGroups"}


def stable(version):
    return len(version or "") == 10


# ---------------------------------------------------------------- one wheel
def read_wheel(path):
    wheel = zipfile.ZipFile(path)
    names = wheel.namelist()
    known = set(names)
    stats = collections.Counter()
    notes = []
    packages, entries = {}, {}
    files = [n for n in names if re.search(r"/operations/_[a-z0-9_]*operations\.py$", n) and "/aio/" not in n]
    found = collections.defaultdict(lambda: collections.defaultdict(list))    # folder -> (type, fixed) -> ops
    for n in files:
        m = re.search(r"/v(\d{4})_(\d\d)_(\d\d)(_\w+)?/", n)
        default = None
        if m:
            default = f"{m[1]}-{m[2]}-{m[3]}" + (m[4] or "").replace("_", "-")
        else:
            cfg = os.path.dirname(os.path.dirname(n)) + "/_configuration.py"
            if cfg in known:
                c = re.search(r'api_version[^\n]*?["\'](\d{4}-\d\d-\d\d[^"\']*)["\']', wheel.read(cfg).decode("utf-8", "replace"))
                default = c[1] if c else None
        try:
            ops = operations(parse(wheel, n), default)
        except Exception as e:                                             # noqa
            notes.append(f"operations {n}: {e!r}")
            continue
        root = os.path.dirname(os.path.dirname(n))
        folder = root + "/models"
        while folder + "/__init__.py" not in known and root.count("/") > 1:
            root = os.path.dirname(root)
            folder = root + "/models"
        for op in ops:
            stats["ops"] += 1
            for url in close(op[1]):
                t = split(url)
                if not t:
                    if op[0] == "PUT":
                        stats["put_without_type"] += 1
                        notes.append("no type: PUT " + url)
                    continue
                found[folder][(t[0], t[1])].append(op)
    # newest version of each type, then its shapes
    best = {}
    for folder, types in found.items():
        for key, ops in types.items():
            for op in ops:
                if op[0] != "PUT":
                    continue
                version = op[2] or ""
                if not version:
                    continue
                rank = (stable(version), version)
                k = (key[0].lower(), key[1].lower())
                if k not in best or rank > best[k][0]:
                    best[k] = (rank, folder, key)
    for k, (rank, folder, key) in best.items():
        if folder not in packages:
            try:
                packages[folder] = Package(wheel, known, folder)
            except Exception as e:                                         # noqa
                notes.append(f"models {folder}: {e!r}")
                packages[folder] = None
        pk = packages[folder]
        if pk is None:
            continue
        ops = [o for o in found[folder][key] if o[2] == rank[1]]
        def model(op, what):
            if what == "body":
                if op[4]:
                    return pk.old_kind(op[4])
                return pk.kind(first_model(op[3])) if op[3] is not None else None
            if op[5] is not None:
                return pk.kind(unwrap(op[5]))
            return pk.old_kind(op[6]) if op[6] else None
        puts = [o for o in ops if o[0] == "PUT"]
        bodies = [b for b in (model(o, "body") for o in puts) if b]
        if not bodies:
            stats["put_without_body"] += 1
            entries[key] = (rank[1], folder, "-", None, None)   # a PUT without a body
            continue
        body = collections.Counter(map(repr, bodies)).most_common(1)[0][0]
        body = next(b for b in bodies if repr(b) == body)
        patches = [b for b in (model(o, "body") for o in ops if o[0] == "PATCH") if b]
        answers = [a for a in (model(o, "answer") for o in [o for o in ops if o[0] == "GET"] + puts) if a and a[0] == "m"]
        entries[key] = (rank[1], folder, body, answers[0] if answers else None, patches[0] if patches else None)
        stats["types"] += 1
    # close over shapes, merging body and answer
    out = Closure(packages)
    rows = []
    for key, (version, folder, body, answer, patch) in entries.items():
        kind = out.merged(body, answer) if isinstance(body, tuple) and body[0] == "m" else body
        rows.append((key[0], key[1], version, kind, patch))
        out.need(kind)
        if patch:
            out.need(patch)
    styles = {("old" if any(attr(s) == "_attribute_map" for c in list(p.classes.values())[:400] for s in c.body) else "new") for p in packages.values() if p}
    return {
        "wheel": os.path.basename(path), "rows": rows, "shapes": out.done, "enums": out.enums, "stats": dict(stats),
        "notes": sorted(set(notes)), "styles": sorted(styles), "files": len(files),
    }


def close(path):
    for placeholder, values in OPEN.items():
        if f"/{placeholder}" in path:
            return [path.replace(placeholder, v) for v in values]
    return [path]


def first_model(node):
    """Union[_models.X, _types.X, JSON, IO[bytes]] -> _models.X"""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        node = ast.parse(node.value, mode="eval").body
    if isinstance(node, ast.Subscript) and last(node.value) in ("Union", "Optional"):
        args = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return first_model(args[0])
    return node


def unwrap(node):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            node = ast.parse(node.value, mode="eval").body
        except SyntaxError:
            return None
    if isinstance(node, ast.Subscript) and last(node.value) in ("LROPoller", "Optional", "Union"):
        args = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return unwrap(args[0])
    return node


class Closure:
    """All shapes that are reached; merges pairs of shapes."""

    def __init__(self, packages):
        self.packages, self.done, self.enums, self.pairs, self.made = packages, {}, {}, {}, {}

    def get(self, key):
        if key in self.made:
            return self.made[key]
        p = self.packages[key[0]]
        name = key[1]
        if name not in p.shapes or p.shapes[name] is None:
            p.shape(name.split(".")[0])
        return p.shapes.get(name) or {"m": {}, "d": None, "s": {}, "o": True}

    def need(self, kind):
        stack = [kind]
        while stack:
            k = stack.pop()
            if not isinstance(k, tuple):
                continue
            if k[0] in ("a", "d"):
                stack.append(k[1])
            elif k[0] == "e":
                self.enums[k[1]] = self.packages[k[1][0]].enums[k[1][1]][0]
            elif k[0] == "m" and k[1] not in self.done:
                s = self.get(k[1])
                subs = {}
                for value, name in sorted(s["s"].items()):
                    sub = name if isinstance(name, tuple) else (k[1][0], name)
                    inner = self.get(sub)
                    subs[value] = sub
                    stack.append(("m", sub))
                self.done[k[1]] = {"m": s["m"], "d": s["d"], "s": subs, "o": s["o"], "r": s.get("r", set())}
                stack += [e[0] for e in s["m"].values()]

    def merged(self, a, b):
        """Kind of a body and kind of the answer -> kind of both."""
        if a == b or not isinstance(a, tuple) or not isinstance(b, tuple) or a[0] != b[0]:
            return a
        if a[0] in ("a", "d"):
            return (a[0], self.merged(a[1], b[1]))
        if a[0] != "m":
            return a
        pair = (a[1], b[1])
        if pair in self.pairs:
            return self.pairs[pair]
        key = (a[1][0], f"{a[1][1]}&{b[1][1]}")
        self.pairs[pair] = ("m", key)
        put, get = self.get(a[1]), self.get(b[1])
        new = {"m": {}, "d": put["d"], "s": {}, "o": put["o"]}
        for n, (k, f) in put["m"].items():
            other = get["m"].get(n)
            new["m"][n] = [self.merged(k, other[0]) if other else k, f]
        lower = {n.lower() for n in put["m"]}
        for n, (k, f) in get["m"].items():
            if n.lower() not in lower:
                new["m"][n] = [k, "~"]
        for value, name in put["s"].items():
            other = get["s"].get(value)
            if other and get["d"] == put["d"]:
                new["s"][value] = self.merged(("m", (a[1][0], name)), ("m", (b[1][0], other)))[1]
            else:
                new["s"][value] = (a[1][0], name)
        new["r"] = set()
        if get["d"] == put["d"]:
            for value, name in get["s"].items():
                if value not in new["s"]:
                    new["s"][value] = name if isinstance(name, tuple) else (b[1][0], name)
                    new["r"].add(value)
        same = not new["r"] and all(new["m"].get(n) == list(e) for n, e in put["m"].items()) and len(new["m"]) == len(put["m"]) and all(v == (a[1][0], put["s"][x]) for x, v in new["s"].items())
        if same:
            self.pairs[pair] = a
            return a
        self.made[key] = new
        return ("m", key)


# ---------------------------------------------------------------- output
def write(results):
    spelling = {}
    for line in CATALOGUE.read_text(encoding="utf-8").splitlines():
        name = line.split("\t")[0]
        if "/" in name:
            spelling[name.lower()] = name
    # newest stable of each (type, fixed name) over all wheels; the body richer in members wins a tie
    best = {}
    def weight(r, kind):
        seen, stack, n = set(), [kind], 0
        while stack:
            k = stack.pop()
            if isinstance(k, tuple) and k[0] in ("a", "d"): stack.append(k[1])
            elif isinstance(k, tuple) and k[0] == "m" and k[1] not in seen:
                seen.add(k[1]); s = r["shapes"][k[1]]; n += len(s["m"])
                stack += [e[0] for e in s["m"].values()] + [("m", x) for x in s["s"].values()]
        return n
    for i, r in enumerate(results):
        for t, fixed, version, kind, patch in r["rows"]:
            k = (t.lower(), fixed.lower())
            rank = (stable(version), version, weight(r, kind))
            if k not in best or rank > best[k][0]:
                best[k] = (rank, i, t, fixed, version, kind, patch)
    for k in [k for k in best if k[1] == "-"]:           # PUT on the path of the type itself: a singleton, or a whole list
        row = best.pop(k)
        if (k[0], "") not in best:
            best[(k[0], "")] = (*row[:3], "", *row[4:])
    for one, other in ROOTS.items():
        if (one.lower(), "") in best:
            row = best[(one.lower(), "")]
            best.setdefault((other.lower(), ""), (row[0], row[1], other, *row[3:]))
    spaces = collections.defaultdict(list)
    for k, row in best.items():
        spaces[k[0].split("/")[0]].append((k, row))
    texts = {}
    counts = collections.Counter()
    for space in sorted(spaces):
        block = Block(results)
        rows = sorted(spaces[space], key=lambda kr: kr[0])
        title = collections.Counter(r[2].split("/")[0] for _, r in rows).most_common(1)[0][0]
        text = block.write(title, rows, spelling)
        texts[title] = text
        counts.update(block.counts)
    for old in TEXTS.glob("*.*.tsv"):
        old.unlink()
    for title, text in texts.items():
        (TEXTS / f"{title}.tsv").write_text("\n".join(text) + "\n", encoding="utf-8")
    with open(TEXTS / "sources.tsv", "w", encoding="utf-8") as f:
        for k, row in sorted(best.items()):
            r = results[row[1]]
            f.write("\t".join([spelling.get(k[0], row[2]) + (":" + row[3] if row[3] else ""), row[4], r["wheel"]]) + "\n")
    print(f"{len(results)} wheels, {len(spaces)} namespaces, {len({k[0] for k in best})} types:", dict(counts))
    for r in results:
        if not r["rows"]:
            print("no bodies:", r["wheel"])


def pack():
    """Deflates the texts, neighbours together, in the order of their names without case."""
    texts = {p.name.removesuffix(".tsv"): p.read_bytes() for p in TEXTS.glob("*.*.tsv")}
    blocks, names, text = [], [], b""
    for title in sorted(texts, key=str.lower):
        names.append(title)
        text += texts[title]
        if len(text) >= BLOCK:
            blocks.append((names, text))
            names, text = [], b""
    if text:
        blocks.append((names, text))
    packed, index = b"", []
    for names, text in blocks:
        deflater = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
        block = deflater.compress(text) + deflater.flush()
        packed += block
        index.append("\t".join([str(len(block)), str(len(text)), f"{zlib.crc32(text):08x}", *names]))
    (PACKED / "blocks.bin").write_bytes(packed)
    (PACKED / "index.tsv").write_text("\n".join(index) + "\n", encoding="utf-8")
    print(f"{sum(map(len, texts.values()))} bytes of text, {len(packed)} packed in {len(blocks)} blocks")


class Block:
    """One namespace as lines. Equal shapes and enums are written once."""

    def __init__(self, results):
        self.results, self.counts = results, collections.Counter()

    def write(self, title, rows, spelling):
        shapes, enums, order = {}, {}, []
        stack = []
        for _, (_, i, _, _, _, kind, patch) in rows:
            stack += [(i, k) for k in (kind, patch) if k]
        while stack:
            i, k = stack.pop()
            if not isinstance(k, tuple):
                continue
            if k[0] in ("a", "d"):
                stack.append((i, k[1]))
            elif k[0] == "e":
                enums[(i, *k[1])] = self.results[i]["enums"][k[1]]
            elif k[0] == "m" and (i, *k[1]) not in shapes:
                s = self.results[i]["shapes"][k[1]]
                shapes[(i, *k[1])] = s
                stack += [(i, e[0]) for e in s["m"].values()] + [(i, ("m", x)) for x in s["s"].values()]
        # names: enums by content, shapes by refinement of content
        names = {}
        by_text, used = {}, {}
        for key in sorted(enums, key=lambda k: (k[2], k)):
            content = "|".join(map(str, enums[key]))
            if (key[2], content) in by_text:
                names[key] = by_text[(key[2], content)]
                continue
            name, n = key[2], 2
            while name in used:
                name, n = f"{key[2]}-{n}", n + 1
            used[name] = content
            by_text[(key[2], content)] = names[key] = name
        color = {k: k[2] for k in shapes}
        for _ in range(6):                       # shapes with the same name and the same content are one
            color = {k: hash((k[2], tuple(self.lines(k, shapes[k], names, color)))) for k in shapes}
        used, by_color = set(), {}
        final = {}
        for key in sorted(shapes, key=lambda k: (k[2], k)):
            c = (key[2], color[key])
            if c not in by_color:
                name, n = key[2], 2
                while name in used:
                    name, n = f"{key[2]}-{n}", n + 1
                used.add(name)
                by_color[c] = name
            final[key] = by_color[c]
        text = [f"={title}"]
        for (t, fixed), (_, i, spelt, name, version, kind, patch) in rows:
            full = spelling.get(t, spelt)
            path = full.split("/", 1)[1] + (f":{name}" if fixed else "")
            body = self.kind(i, kind, names, final)
            patched = self.kind(i, patch, names, final) if patch else ""
            text.append("\t".join(["T", path, version, body] + ([patched] if patched and patched != body else [])))
            self.counts["bodies"] += 1
            self.counts["with_patch_shape"] += bool(patched and patched != body)
        done = set()
        for key in sorted(shapes, key=lambda k: (final[k], k)):
            if final[key] in done:
                continue
            done.add(final[key])
            s = shapes[key]
            star = "*" if s["o"] or title in ALWAYS_OPEN else ""
            text.append("\t".join(["S", final[key] + star] + ([s["d"]] if s["d"] else [])))
            body = self.lines(key, s, names, final)
            text += body
            self.counts["shapes"] += 1
            self.counts["members"] += sum(1 for l in body if l.startswith("\t"))
            self.counts["read_only"] += sum(1 for l in body if l.startswith("\t") and "~" in l.split("\t")[-1])
            self.counts["required"] += sum(1 for l in body if l.startswith("\t") and "!" in l.split("\t")[-1])
            self.counts["create_only"] += sum(1 for l in body if l.startswith("\t") and "^" in l.split("\t")[-1])
            self.counts["discriminated_shapes"] += bool(s["d"])
            self.counts["discriminator_values"] += len(s["s"])
        seen = set()
        for key in sorted(enums, key=lambda k: (names[k], k)):
            if names[key] not in seen:
                seen.add(names[key])
                text.append("\t".join(["E", names[key], *map(str, enums[key])]))
                self.counts["enums"] += 1
                self.counts["enum_values"] += len(enums[key])
        return text

    def kind(self, i, k, names, shapes):
        if not isinstance(k, tuple):
            return k
        if k[0] == "a":
            return f"[{self.kind(i, k[1], names, shapes)}]"
        if k[0] == "d":
            return "{" + self.kind(i, k[1], names, shapes) + "}"
        if k[0] == "e":
            return "%" + names[(i, *k[1])]
        if k[0] == "l":
            return "'" + "|".join(map(str, k[1])) + "'"
        return str(shapes[(i, *k[1])])

    def lines(self, key, s, names, shapes):
        i = key[0]
        out = []
        for n, (k, f) in s["m"].items():
            out.append("\t" + "\t".join([n, self.kind(i, k, names, shapes)] + ([f] if f else [])))
        for value, sub in s["s"].items():
            out.append("\t".join(["V", value, str(shapes[(i, *sub)])] + (["~"] if value in s["r"] else [])))
        return out


# ---------------------------------------------------------------- main
def safe(path):
    t = time.time()
    try:
        r = read_wheel(path)
    except Exception as e:                                                 # noqa
        import traceback
        r = {"wheel": os.path.basename(path), "rows": [], "shapes": {}, "enums": {}, "stats": {}, "notes": [repr(e), traceback.format_exc()[-600:]], "styles": [], "files": 0}
    r["seconds"] = round(time.time() - t, 1)
    return r


def wheel_name(name):
    """azure-mgmt-x or azure-mgmt-x==1.2.3 -> pattern of its file"""
    name, _, version = name.partition("==")
    return name.replace("-", "_") + "-" + (version + "-*" if version else "*")


def wheels(folder, is_downloading):
    """The wheels of the list. Two versions of one package cannot be asked for at once, so each is asked for alone."""
    for name in (TEXTS / "packages.txt").read_text().split():
        found = glob.glob(os.path.join(folder, wheel_name(name) + ".whl"))
        if not found and is_downloading:
            command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "-d", folder, name]
            subprocess.run(command, check=True)
            found = glob.glob(os.path.join(folder, wheel_name(name) + ".whl"))
        if not found:
            sys.exit(f"{name} is not in {folder}: --download fetches it")
        yield found[0]


def make(paths, jobs):
    """Reads the bodies of the wheels, writes them down, and packs them."""
    sys.setrecursionlimit(20000)
    paths = [path for path in paths if os.path.basename(path).startswith("azure_mgmt_")]
    with multiprocessing.Pool(jobs) as pool:
        results = pool.map(safe, sorted(paths, key=os.path.getsize, reverse=True), chunksize=1)
    results.sort(key=lambda r: r["wheel"])
    write(results)
    pack()


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", nargs="?", help="the folder with the wheels")
    arguments.add_argument("--download", action="store_true", help="fetch the wheels that are not there")
    arguments.add_argument("--pack", action="store_true", help="only pack the text")
    arguments.add_argument("--jobs", type=int, default=2)
    given = arguments.parse_args()
    if given.folder:
        make(list(wheels(given.folder, given.download)), given.jobs)
        return
    if not given.pack:
        arguments.error("give the folder with the wheels, or --pack")
    pack()


if __name__ == "__main__":
    main()
