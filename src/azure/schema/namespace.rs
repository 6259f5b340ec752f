//! The text of one namespace, and the lines in it: types (`T`), shapes (`S`) with members (a tab) and branches (`V`), and
//! enums (`E`). What they mean: `shape` and `body`; where the text comes from: `pack`.

use memchr::memmem;

/// The lines of one namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Namespace {
    text: String,
}

/// The line of a type: its names, and the kinds of its bodies as they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TypeLine<'a> {
    /// Without the namespace.
    pub(super) types: &'a str,
    /// The last name, where only one is possible and has a body of its own.
    pub(super) fixed: Option<&'a str>,
    pub(super) version: &'a str,
    pub(super) put: &'a str,
    pub(super) patch: &'a str,
}

/// The lines of a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ShapeLines<'a> {
    pub(super) is_open: bool,
    pub(super) discriminator: Option<&'a str>,
    /// Lines of members and branches.
    pub(super) lines: &'a str,
}

impl Namespace {
    /// Takes a text that was unpacked.
    pub(super) fn new(text: String) -> Self {
        Self { text }
    }

    /// Returns its name as the provider spells it.
    pub(super) fn name(&self) -> &str {
        let title = self.text.lines().next().unwrap_or_default();
        title.strip_prefix('=').unwrap_or_default()
    }

    /// Returns the lines of its types, sorted by name without case.
    pub(super) fn types(&self) -> impl Iterator<Item = TypeLine<'_>> {
        let lines = self.text.lines().skip(1);
        let lines = lines.map_while(|line| line.strip_prefix("T\t"));
        lines.filter_map(TypeLine::of)
    }

    /// Finds the lines of a shape.
    pub(super) fn shape(&self, name: &str) -> Option<ShapeLines<'_>> {
        let rest = self.after("\nS\t", name, b"*\t\n")?;
        let (head, lines) = rest.split_once('\n')?;
        let is_open = head.starts_with('*');
        let discriminator = head.split_once('\t').map(|(_, member)| member);
        let is_own = |line: &str| line.starts_with(['\t', 'V']);
        let length = lines
            .split_inclusive('\n')
            .take_while(|line| is_own(line))
            .map(str::len)
            .sum();
        Some(ShapeLines {
            is_open,
            discriminator,
            lines: lines.get(..length)?,
        })
    }

    /// Finds the values of an enum.
    pub(super) fn values(&self, name: &str) -> Option<impl Iterator<Item = &str>> {
        let rest = self.after("\nE\t", name, b"\t\n")?;
        let line = rest.split('\n').next()?;
        Some(line.split('\t').skip(1))
    }

    /// What follows the name of a line, if one of `ends` does.
    fn after(&self, tag: &str, name: &str, ends: &[u8]) -> Option<&str> {
        let wanted = format!("{tag}{name}");
        let bytes = self.text.as_bytes();
        let mut found = memmem::find_iter(bytes, wanted.as_bytes()).map(|at| at + wanted.len());
        let end = found.find(|end| bytes.get(*end).is_some_and(|byte| ends.contains(byte)))?;
        self.text.get(end..)
    }
}

impl<'a> TypeLine<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let mut fields = line.split('\t');
        let name = fields.next()?;
        let (types, fixed) = match name.split_once(':') {
            Some((types, fixed)) => (types, Some(fixed)),
            None => (name, None),
        };
        let version = fields.next()?;
        let put = fields.next()?;
        Some(Self {
            types,
            fixed,
            version,
            put,
            patch: fields.next().unwrap_or(put),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Namespace;

    const TEXT: &str = "=A.b\n\
        T\tthings\t2026-01-01\tThing\tThingUpdate\n\
        T\tthings/config:web\t2025-01-01\t-\n\
        S\tThing2\tkind\n\
        \tkind\tstr\n\
        V\tone\tThing\n\
        S\tThing*\n\
        \tname\t%State\t~\n\
        S\tEmpty\n\
        E\tState\ta value\tb\n";

    #[test]
    fn lines_are_found_by_their_whole_name() {
        let space = Namespace::new(TEXT.to_owned());
        assert_eq!(space.name(), "A.b");
        let types: Vec<_> = space
            .types()
            .map(|line| (line.types, line.fixed, line.put, line.patch))
            .collect();
        assert_eq!(
            types,
            [
                ("things", None, "Thing", "ThingUpdate"),
                ("things/config", Some("web"), "-", "-")
            ]
        );
        let thing = space.shape("Thing").unwrap();
        assert!(thing.is_open);
        assert_eq!(thing.lines, "\tname\t%State\t~\n");
        let other = space.shape("Thing2").unwrap();
        assert_eq!((other.is_open, other.discriminator), (false, Some("kind")));
        assert_eq!(other.lines, "\tkind\tstr\nV\tone\tThing\n");
        assert_eq!(space.shape("Empty").unwrap().lines, "");
        assert_eq!(space.shape("Thin"), None);
        assert_eq!(space.shape(""), None);
        let values: Vec<&str> = space.values("State").unwrap().collect();
        assert_eq!(values, ["a value", "b"]);
        assert!(space.values("Stat").is_none());
    }
}
