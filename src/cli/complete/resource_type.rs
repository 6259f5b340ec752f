//! The names of resource types: namespaces, then what is in one. The short words for types: `subject`.

use super::candidate::Candidate;
use crate::azure::catalogue;

/// Namespaces, and after the slash the types of one.
pub(super) fn names(typed: &str) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = Vec::new();
    for one in catalogue::all() {
        let Some((namespace, _)) = one.name.split_once('/') else {
            continue;
        };
        let is_before_slash = !typed.contains('/');
        if is_before_slash {
            let word = format!("{namespace}/");
            if candidates.last().is_none_or(|last| last.word != word) {
                candidates.push(Candidate::part(word, ""));
            }
        } else if one.name.matches('/').count() == typed.matches('/').count() {
            candidates.push(Candidate::new(one.name, one.stable().unwrap_or_default()));
        }
    }
    candidates
}
