//! How two JSON documents differ, member by member: the order of members and the way in which a number or a string is
//! written do not matter, the order of elements does. Who lays it out for people: `output::difference`.

use std::borrow::Cow;
use std::collections::HashMap;

use super::canonical::{canonical, is_same};
use super::document_path::{DocumentPath, MOST_LEVELS, PathStep};
use super::shallow::{Member, Shallow};

/// Arrays of which more pairs would have to be compared are compared element by element.
const MOST_PAIRS: usize = 1 << 22;

/// One thing that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change<'j> {
    /// Where.
    pub path: DocumentPath<'j>,
    /// How.
    pub kind: ChangeKind<'j>,
}

/// How something differs. Values are as they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind<'j> {
    /// Only the later document has it.
    Added(&'j str),
    /// Only the earlier document has it.
    Removed(&'j str),
    /// It is another value.
    Replaced {
        /// In the earlier document.
        before: &'j str,
        /// In the later document.
        after: &'j str,
    },
    /// The named elements of an array are in another order.
    Reordered {
        /// The earlier array.
        before: &'j str,
        /// The later array.
        after: &'j str,
    },
}

/// Compares two well-formed documents. Changes are in the order of the earlier document; what is added follows what was
/// there, object by object.
pub fn difference<'j>(before: &'j str, after: &'j str) -> Vec<Change<'j>> {
    let mut comparison = Comparison {
        path: Vec::new(),
        changes: Vec::new(),
    };
    comparison.values(before.trim_ascii(), after.trim_ascii());
    comparison.changes
}

struct Comparison<'j> {
    path: Vec<PathStep<'j>>,
    changes: Vec<Change<'j>>,
}

impl<'j> Comparison<'j> {
    fn push(&mut self, kind: ChangeKind<'j>) {
        self.changes.push(Change {
            path: DocumentPath(self.path.clone()),
            kind,
        });
    }

    fn values(&mut self, before: &'j str, after: &'j str) {
        if before == after {
            return;
        }
        let is_deep = self.path.len() >= MOST_LEVELS;
        match (Shallow::of(before), Shallow::of(after)) {
            (Shallow::Object(old), Shallow::Object(new)) if !is_deep => self.objects(&old, &new),
            (Shallow::Array(old), Shallow::Array(new)) if !is_deep => {
                match ElementNames::of(&old, &new) {
                    Some(names) => self.named(&old, &new, &names, (before, after)),
                    None => self.aligned(&old, &new),
                }
            }
            _ if !is_deep && is_same(before, after) => {}
            _ => self.push(ChangeKind::Replaced { before, after }),
        }
    }

    /// Does something at a step.
    fn at(&mut self, step: PathStep<'j>, compare: impl FnOnce(&mut Self)) {
        self.path.push(step);
        compare(self);
        self.path.pop();
    }

    fn objects(&mut self, old: &[Member<'j>], new: &[Member<'j>]) {
        let by_name = |members: &[Member<'j>]| -> HashMap<Cow<'j, str>, &'j str> {
            let members = members.iter();
            members
                .map(|member| (member.name.clone(), member.value))
                .collect()
        };
        let (earlier, later) = (by_name(old), by_name(new));
        for Member { name, value, .. } in old {
            let step = PathStep::Member(name.clone());
            match later.get(name) {
                Some(after) => self.at(step, |at| at.values(value, after)),
                None => self.at(step, |at| at.push(ChangeKind::Removed(value))),
            }
        }
        for Member { name, value, .. } in new {
            if !earlier.contains_key(name) {
                let step = PathStep::Member(name.clone());
                self.at(step, |at| at.push(ChangeKind::Added(value)));
            }
        }
    }

    /// Compares arrays whose elements have names.
    fn named(
        &mut self,
        old: &[&'j str],
        new: &[&'j str],
        names: &ElementNames,
        (before, after): (&'j str, &'j str),
    ) {
        let places = |names: &[String]| -> HashMap<String, usize> {
            let numbered = names.iter().enumerate();
            numbered
                .map(|(index, name)| (name.clone(), index))
                .collect()
        };
        let (earlier, later) = (places(&names.old), places(&names.new));
        let mut last = None;
        let mut is_reordered = false;
        for (index, (element, name)) in old.iter().zip(&names.old).enumerate() {
            let place = later.get(name).copied();
            let step = names.step(name, place.unwrap_or(index));
            match place.and_then(|place| new.get(place)) {
                Some(other) => {
                    is_reordered |= last > place;
                    last = place;
                    self.at(step, |at| at.values(element, other));
                }
                None => self.at(step, |at| at.push(ChangeKind::Removed(element))),
            }
        }
        for (index, (element, name)) in new.iter().zip(&names.new).enumerate() {
            if !earlier.contains_key(name) {
                let step = names.step(name, index);
                self.at(step, |at| at.push(ChangeKind::Added(element)));
            }
        }
        if is_reordered {
            self.push(ChangeKind::Reordered { before, after });
        }
    }

    /// Compares arrays whose elements have no names: those that are the same in both hold the others in their places.
    fn aligned(&mut self, old: &[&'j str], new: &[&'j str]) {
        let texts = |elements: &[&str]| -> Vec<String> {
            elements.iter().map(|element| canonical(element)).collect()
        };
        // One is compared with the other, whatever they are.
        let kept = if let ([_], [_]) = (old, new) {
            Vec::new()
        } else {
            kept_pairs(&texts(old), &texts(new))
        };
        let (mut from, mut to) = (0, 0);
        let ends = (old.len(), new.len());
        for (next_from, next_to) in kept.into_iter().chain([ends]) {
            self.run(
                (from, old.get(from..next_from).unwrap_or_default()),
                (to, new.get(to..next_to).unwrap_or_default()),
            );
            (from, to) = (next_from + 1, next_to + 1);
        }
    }

    /// Compares what is between two elements that are the same: the first with the first, and so on.
    fn run(&mut self, (from, old): (usize, &[&'j str]), (to, new): (usize, &[&'j str])) {
        let element = |index| PathStep::Element { index, name: None };
        let both = old.len().min(new.len());
        for (index, (before, after)) in old.iter().zip(new).enumerate() {
            self.at(element(to + index), |at| at.values(before, after));
        }
        for (index, value) in old.iter().enumerate().skip(both) {
            self.at(element(from + index), |at| {
                at.push(ChangeKind::Removed(value));
            });
        }
        for (index, value) in new.iter().enumerate().skip(both) {
            self.at(element(to + index), |at| at.push(ChangeKind::Added(value)));
        }
    }
}

/// The pairs of elements that both arrays have, in their order: a longest common subsequence.
fn kept_pairs(old: &[String], new: &[String]) -> Vec<(usize, usize)> {
    let same_start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - same_start;
    let reversed = old.iter().rev().zip(new.iter().rev());
    let same_end = reversed.take(rest).take_while(|(a, b)| a == b).count();
    let old_middle = old
        .get(same_start..old.len() - same_end)
        .unwrap_or_default();
    let new_middle = new
        .get(same_start..new.len() - same_end)
        .unwrap_or_default();
    let middle = if old_middle.len().saturating_mul(new_middle.len()) <= MOST_PAIRS {
        longest_common(old_middle, new_middle)
    } else {
        Vec::new()
    };
    let start = (0..same_start).map(|index| (index, index));
    let middle = middle
        .into_iter()
        .map(|(from, to)| (from + same_start, to + same_start));
    let end = (0..same_end).rev();
    let end = end.map(|left| (old.len() - left - 1, new.len() - left - 1));
    start.chain(middle).chain(end).collect()
}

/// A longest common subsequence, by the table of the lengths for all ends.
fn longest_common(old: &[String], new: &[String]) -> Vec<(usize, usize)> {
    let width = new.len() + 1;
    let mut lengths = vec![0_u32; (old.len() + 1) * width];
    let at = |lengths: &[u32], from: usize, to: usize| {
        lengths.get(from * width + to).copied().unwrap_or_default()
    };
    for (from, a) in old.iter().enumerate().rev() {
        for (to, b) in new.iter().enumerate().rev() {
            let length = if a == b {
                at(&lengths, from + 1, to + 1) + 1
            } else {
                at(&lengths, from + 1, to).max(at(&lengths, from, to + 1))
            };
            if let Some(cell) = lengths.get_mut(from * width + to) {
                *cell = length;
            }
        }
    }
    let (mut from, mut to) = (0, 0);
    let mut pairs = Vec::new();
    while let (Some(a), Some(b)) = (old.get(from), new.get(to)) {
        if a == b {
            pairs.push((from, to));
            from += 1;
            to += 1;
        } else if at(&lengths, from + 1, to) >= at(&lengths, from, to + 1) {
            from += 1;
        } else {
            to += 1;
        }
    }
    pairs
}

/// The names that tell the elements of two arrays apart.
struct ElementNames {
    old: Vec<String>,
    new: Vec<String>,
    is_path: bool,
}

impl ElementNames {
    /// Finds a member that names every element of both arrays, each differently within its array: `name`, or else `id`.
    fn of(old: &[&str], new: &[&str]) -> Option<Self> {
        ["name", "id"].into_iter().find_map(|member| {
            Some(Self {
                old: names_of(old, member)?,
                new: names_of(new, member)?,
                is_path: member == "id",
            })
        })
    }

    /// The step to an element. Of an id, what is after its last slash is enough where people read it.
    fn step(&self, name: &str, index: usize) -> PathStep<'static> {
        let shown = match name.rsplit_once('/') {
            Some((_, last)) if self.is_path && !last.is_empty() => last,
            _ => name,
        };
        PathStep::Element {
            index,
            name: Some(shown.to_owned()),
        }
    }
}

pub(super) fn names_of(elements: &[&str], member: &str) -> Option<Vec<String>> {
    let mut seen = std::collections::HashSet::new();
    let names = elements.iter().map(|element| {
        let name = Shallow::of(element).member(member).map(super::string_of);
        name.flatten().filter(|name| seen.insert(name.clone()))
    });
    names.collect()
}

#[cfg(test)]
#[path = "difference_tests.rs"]
mod tests;
