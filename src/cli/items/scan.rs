//! Finds the separator of an item, which is outside of brackets and quotes. What the parts mean is read in `path` and
//! in the module itself.

use crate::json;

/// What is between the key and the value of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Separator {
    Header,
    HeaderFile,
    HeaderEmpty,
    Query,
    QueryFile,
    Text,
    TextFile,
    Json,
    JsonFile,
}

/// Longer spellings before their prefixes: the longest one at a position wins.
const SEPARATORS: [(&str, Separator); 8] = [
    (":=@", Separator::JsonFile),
    ("==@", Separator::QueryFile),
    (":=", Separator::Json),
    ("==", Separator::Query),
    ("=@", Separator::TextFile),
    (":@", Separator::HeaderFile),
    ("=", Separator::Text),
    (":", Separator::Header),
];

/// An item cut at its separator; the key is still escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Split<'a> {
    pub(super) key: &'a str,
    pub(super) separator: Separator,
    pub(super) value: &'a str,
}

/// Cuts an item at the first separator that is outside brackets and quotes.
pub(super) fn split(item: &str) -> Option<Split<'_>> {
    let dotted = item.starts_with('.');
    let mut units = json::Units::of(item);
    let mut at = 0;
    let mut part_starts = true;
    while let Some((key, rest)) = item.split_at_checked(at)
        && let Some(character) = rest.chars().next()
    {
        if let Some(value) = rest
            .strip_prefix("\\:")
            .filter(|value| value.starts_with('='))
        {
            // `X-A\:=b`: the backslash declines the longer separator `:=`, the colon stays one.
            return Some(Split {
                key,
                separator: Separator::Header,
                value,
            });
        }
        if let Some((separator, value)) = separator_at(rest) {
            return Some(Split {
                key,
                separator,
                value,
            });
        }
        at += units.length(at, part_starts);
        part_starts = dotted && character == '.';
    }
    None
}

fn separator_at(rest: &str) -> Option<(Separator, &str)> {
    if rest == ";" {
        return Some((Separator::HeaderEmpty, ""));
    }
    SEPARATORS
        .iter()
        .find_map(|(spelling, separator)| Some((*separator, rest.strip_prefix(spelling)?)))
}

#[cfg(test)]
mod tests {
    use super::{Separator, Split, split};

    #[track_caller]
    fn cut(item: &str, key: &str, separator: Separator, value: &str) {
        assert_eq!(
            split(item),
            Some(Split {
                key,
                separator,
                value
            }),
            "{item}"
        );
    }

    #[test]
    fn the_earliest_separator_wins_and_the_longest_at_its_place() {
        cut("a=b:c", "a", Separator::Text, "b:c");
        cut("a:b=c", "a", Separator::Header, "b=c");
        cut("a:=@f", "a", Separator::JsonFile, "f");
        cut("a==@f", "a", Separator::QueryFile, "f");
        cut("a===b", "a", Separator::Query, "=b");
        cut("a:@f", "a", Separator::HeaderFile, "f");
        cut("a;", "a", Separator::HeaderEmpty, "");
        cut("a;b=c", "a;b", Separator::Text, "c");
        cut("X\\:=b", "X", Separator::Header, "=b");
        cut("a\\=b=c", "a\\=b", Separator::Text, "c");
        cut("t[a:/b=c]=d", "t[a:/b=c]", Separator::Text, "d");
        cut("t[\"]=\"]=d", "t[\"]=\"]", Separator::Text, "d");
        cut(".t.\"a:b=c\".x=d", ".t.\"a:b=c\".x", Separator::Text, "d");
        cut("a[b=c", "a[b", Separator::Text, "c");
        cut("a\"b=c\"", "a\"b", Separator::Text, "c\"");
        cut("é[ü=ö]=ß", "é[ü=ö]", Separator::Text, "ß");
        assert_eq!(split("plain\\"), None);
    }
}
