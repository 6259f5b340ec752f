//! The table of what Resource Manager's POST actions do, and of the GETs that give a secret. It is made by
//! `tools/request_classes.py`, whose header says what the columns mean; who asks: `request_class`.

use url::Url;

use super::class::RequestClass;
use crate::azure::rows::{fields, rows};
use crate::azure::url::percent::decode;

const ACTIONS: &str = include_str!("actions.tsv");

/// How exactly an address must be written to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Precision {
    /// As a template has it: an odd segment does not match. For what is allowed because it is known.
    Exact,
    /// In any spelling that a service could take for it. For what is refused because it is known.
    Lenient,
}

/// The class of an address among the rows of a verb; nothing for one that is not there.
///
/// Of several rows the one with the most words counts; of equal ones, the strictest.
pub(super) fn find(method: &str, url: &Url, precision: Precision) -> Option<RequestClass> {
    let segments = segments(url, precision)?;
    // Most rows are of POST: those of GET, which every request asks for, are recognised by their beginning.
    let is_of_method = |row: &&str| row.split('\t').next() == Some(method);
    let matching = rows(ACTIONS)
        .filter(is_of_method)
        .filter_map(Row::of)
        .filter_map(|row| Some((row.matches(&segments, precision)?, row.class)));
    matching.max().map(|(_, class)| class)
}

/// The decoded segments of a path in lower case; nothing if one could be taken apart otherwise by the service.
pub(super) fn segments(url: &Url, precision: Precision) -> Option<Vec<String>> {
    let path = url.path().strip_prefix('/').unwrap_or(url.path());
    let path = path.strip_suffix('/').unwrap_or(path);
    let decoded = path
        .split('/')
        .map(|segment| decode(segment).to_ascii_lowercase());
    match precision {
        Precision::Lenient => Some(
            decoded
                .map(|segment| bare(&segment).to_owned())
                .filter(|segment| !segment.is_empty())
                .collect(),
        ),
        Precision::Exact => decoded
            .map(|segment| is_plain(&segment).then_some(segment))
            .collect(),
    }
}

/// Takes away what a server may pass over at the end of a segment.
fn bare(segment: &str) -> &str {
    let name = segment.split(';').next().unwrap_or(segment);
    name.trim_matches(|end: char| end.is_whitespace() || end == '.' || end.is_control())
}

fn is_plain(segment: &str) -> bool {
    let is_odd =
        |letter: char| letter.is_control() || letter == '\u{fffd}' || "/\\%?#;*".contains(letter);
    !segment.is_empty() && bare(segment) == segment && !segment.contains(is_odd)
}

struct Row {
    class: RequestClass,
    scope: &'static str,
    path: &'static str,
    lasts: &'static str,
}

impl Row {
    fn of(row: &'static str) -> Option<Self> {
        let [_, class, scope, path, lasts] = fields(row)?;
        Some(Self {
            class: RequestClass::of_letter(class)?,
            scope,
            path,
            lasts,
        })
    }

    /// The number of words that the template and an address have in common; nothing if they do not match.
    fn matches(&self, segments: &[String], precision: Precision) -> Option<usize> {
        let tail = self.tail();
        let scope = match self.scope {
            "t" => Some(""),
            "m" => Some("providers/microsoft.management/managementgroups/{}"),
            "s" => Some("subscriptions/{}"),
            "r" => Some("subscriptions/{}/resourcegroups/{}"),
            "x" => None,
            path => Some(path),
        };
        match (scope, precision) {
            (Some(scope), Precision::Exact) => {
                let template: Vec<&str> = words(scope).chain(tail).collect();
                let (head, rest) = segments.split_at_checked(template.len())?;
                let fixed = common(&template, head)?;
                self.last(rest).map(|last| fixed + last)
            }
            // What is refused is refused at every scope.
            (None, _) | (Some(_), Precision::Lenient) => self.matches_tail(&tail, segments),
        }
    }

    /// What follows the scope, without the last segments. A path without a provider is all scope.
    fn tail(&self) -> Vec<&'static str> {
        if self.scope.starts_with('/') && self.path.is_empty() {
            return Vec::new();
        }
        ["providers"].into_iter().chain(words(self.path)).collect()
    }

    /// The same for a template that may follow any scope: at the last `providers` that fits.
    fn matches_tail(&self, tail: &[&str], segments: &[String]) -> Option<usize> {
        (0..segments.len()).rev().find_map(|start| {
            let (head, rest) = segments.get(start..)?.split_at_checked(tail.len())?;
            let fixed = common(tail, head)?;
            self.last(rest).map(|last| fixed + last)
        })
    }

    /// Tells whether the rest of an address is one of the last segments: 1 for a word, 0 for a name.
    fn last(&self, rest: &[String]) -> Option<usize> {
        let lasts = || self.lasts.split(',');
        match rest {
            [_, ..] if lasts().any(|last| last == "**") => Some(0),
            [only] if lasts().any(|last| last == only) => Some(1),
            [only] if lasts().any(|last| last == "{}") && is_name(only) => Some(0),
            _ => None,
        }
    }
}

fn words(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split('/').filter(|word| !word.is_empty())
}

/// The number of words that a template and segments have in common; nothing if one differs.
fn common(template: &[&str], segments: &[String]) -> Option<usize> {
    let mut words = 0;
    for (expected, segment) in template.iter().zip(segments) {
        if *expected == "{}" {
            is_name(segment).then_some(())?;
        } else if *expected == segment {
            words += 1;
        } else {
            return None;
        }
    }
    Some(words)
}

/// A name is not a word that divides paths: then the path is another one than the template's.
fn is_name(segment: &str) -> bool {
    segment != "providers"
}

#[cfg(test)]
mod tests {
    use super::{ACTIONS, Row};
    use crate::azure::rows::rows;

    #[test]
    fn every_row_can_be_read() {
        let mut count = 0;
        for row in rows(ACTIONS) {
            assert!(Row::of(row).is_some(), "{row}");
            assert_eq!(
                row,
                row.to_ascii_lowercase()
                    .replace("post\t", "POST\t")
                    .replace("get\t", "GET\t")
            );
            count += 1;
        }
        assert!(count > 400, "{count}");
    }
}
