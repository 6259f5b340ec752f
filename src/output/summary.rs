//! `--summary`: how many items there are, of which types and where, in ten lines at most.

use std::collections::{BTreeMap, BTreeSet};

use super::item_filter::member;
use crate::azure::ResourceId;
use crate::json::string_of;
use crate::output::message::inline;

/// The most types that are named.
const MOST_TYPES: usize = 4;
/// The most places that are named.
const MOST_LOCATIONS: usize = 3;

/// What was seen so far.
#[derive(Debug, Default)]
pub(super) struct Summary {
    items: usize,
    types: Counts,
    locations: Counts,
    groups: BTreeSet<String>,
    subscriptions: BTreeSet<String>,
}

/// How often something was seen, whatever the case of its letters; it is shown as it was seen first.
#[derive(Debug, Default)]
struct Counts(BTreeMap<String, (String, usize)>);

impl Counts {
    fn add(&mut self, name: String) {
        let seen = self.0.entry(name.to_lowercase()).or_insert((name, 0));
        seen.1 += 1;
    }

    /// Appends a line for each of the most frequent, and one for the others.
    fn append(&self, most: usize, word: &str, others: &str, out: &mut Vec<u8>) {
        let mut all: Vec<_> = self.0.values().collect();
        all.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        for (name, count) in all.iter().take(most) {
            out.extend_from_slice(format!("{count:>7} {word}{}\n", inline(name)).as_bytes());
        }
        let rest = all.get(most..).unwrap_or_default();
        if !rest.is_empty() {
            let count: usize = rest.iter().map(|(_, count)| count).sum();
            let line = format!("{count:>7} {word}{} more {others}\n", rest.len());
            out.extend_from_slice(line.as_bytes());
        }
    }
}

impl Summary {
    /// Takes an item, which is JSON.
    pub(super) fn add(&mut self, item: &str) {
        self.items += 1;
        let text = |name| {
            member(item, name)
                .and_then(string_of)
                .filter(|text| !text.is_empty())
        };
        let id = text("id").unwrap_or_default();
        let id = ResourceId::parse(&id);
        let of_id = || id.type_name().map(std::borrow::Cow::into_owned);
        let kind = text("type").or_else(of_id);
        self.types
            .add(kind.unwrap_or_else(|| "without a type".to_owned()));
        if let Some(location) = text("location") {
            self.locations.add(location);
        }
        let subscription = id.subscription_id().map(str::to_lowercase);
        let subscription = subscription.or_else(|| Some(text("subscriptionId")?.to_lowercase()));
        if let Some(subscription) = subscription {
            if let Some(group) = id.resource_group_name() {
                let group = format!("{subscription}/{}", group.to_lowercase());
                self.groups.insert(group);
            }
            self.subscriptions.insert(subscription);
        }
    }

    /// Appends the lines.
    pub(super) fn append(&self, out: &mut Vec<u8>) {
        let of = |count: usize, noun: &str| match count {
            1 => format!("1 {noun}"),
            _ => format!("{count} {noun}s"),
        };
        let mut line = of(self.items, "item");
        if !self.groups.is_empty() {
            line.push_str(&format!(", in {}", of(self.groups.len(), "resource group")));
        }
        if !self.subscriptions.is_empty() {
            let word = if self.groups.is_empty() {
                ", in"
            } else {
                " of"
            };
            line.push_str(&format!(
                "{word} {}",
                of(self.subscriptions.len(), "subscription")
            ));
        }
        line.push('\n');
        out.extend_from_slice(line.as_bytes());
        self.types.append(MOST_TYPES, "", "types", out);
        self.locations
            .append(MOST_LOCATIONS, "in ", "locations", out);
    }
}

#[cfg(test)]
mod tests {
    use super::Summary;

    #[test]
    fn ten_lines_are_enough() {
        let mut summary = Summary::default();
        for number in 0..40 {
            let kind = number % 7;
            summary.add(&format!(
                r#"{{"id":"/subscriptions/S{}/resourceGroups/g{}/providers/A.B/t{kind}/x","type":"A.B/t{kind}","location":"l{}"}}"#,
                number % 2,
                number % 3,
                number % 5
            ));
        }
        summary.add(
            r#"{"id":"/subscriptions/s0/resourceGroups/G0/providers/a.b/T0/y","location":""}"#,
        );
        summary.add("5");
        let mut out = Vec::new();
        summary.append(&mut out);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "42 items, in 6 resource groups of 2 subscriptions\n      7 A.B/t0\n      6 A.B/t1\n      6 A.B/t2\n      \
             6 A.B/t3\n     17 4 more types\n      8 in l0\n      8 in l1\n      8 in l2\n     16 in 2 more locations\n"
        );
        let mut out = Vec::new();
        Summary::default().append(&mut out);
        assert_eq!(out, b"0 items\n");
    }
}
