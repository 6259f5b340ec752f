//! Which types a user means. The types themselves: `row`.

use crate::azure::is_like;

/// A part of a name, or all of it with `*` and `?`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// Stands somewhere in the name; in lower case.
    Part(String),
    /// Is like the whole name, or like it without `Microsoft.`; in lower case.
    Whole(String),
}

impl Pattern {
    /// Reads a pattern.
    pub(crate) fn of(text: &str) -> Self {
        let text = text.to_ascii_lowercase();
        if text.contains(['*', '?']) {
            Self::Whole(text)
        } else {
            Self::Part(text)
        }
    }

    /// Tells whether a name is meant, whatever its case.
    pub(crate) fn matches(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        match self {
            Self::Part(part) => name.contains(part.as_str()),
            Self::Whole(pattern) => {
                let short = name.strip_prefix("microsoft.");
                is_like(&name, pattern) || short.is_some_and(|short| is_like(short, pattern))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[track_caller]
    fn check(pattern: &str, name: &str, expected: bool) {
        assert_eq!(
            Pattern::of(pattern).matches(name),
            expected,
            "{pattern} {name}"
        );
    }

    #[test]
    fn parts_and_globs() {
        let name = "Microsoft.Compute/virtualMachines";
        for pattern in [
            "virtualmachine",
            "COMPUTE/",
            "*",
            "*machines",
            "microsoft.*/virtual*",
            "*m?chines",
            "**/v*",
            "compute/*",
            "COMPUTE*",
        ] {
            check(pattern, name, true);
        }
        for pattern in [
            "disks",
            "virtual*",
            "*machine",
            "?",
            "microsoft.compute/virtualmachines?",
        ] {
            check(pattern, name, false);
        }
        check("", name, true);
        check("a*b*c", "axbxbxc", true);
        check("a*b*c", "axbxbxd", false);
        check(&"*a".repeat(40), &"a".repeat(39), false);
    }
}
