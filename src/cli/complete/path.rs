//! The path of a URL, part by part: what Resource Manager has below the typed part. Nothing is known of other hosts.

use super::candidate::{Candidate, Completion, Known};
use super::resource_type;

/// The members of the root, and what each is.
const ROOT: [(&str, &str); 3] = [
    ("/subscriptions/", "Subscriptions, and all that is in them"),
    ("/providers/", "Types of the tenant"),
    ("/tenants", "Your tenants"),
];

/// What stands below a subscription, and below a resource group.
const BELOW: [(&str, &str); 4] = [
    ("resourceGroups/", "Resource groups"),
    ("providers/", "Resource types"),
    ("resources", "All resources"),
    ("locations", "Regions"),
];

/// Tells whether the first word is a path already.
pub(super) fn is_begun(typed: &str) -> bool {
    typed.starts_with('/') || typed.starts_with("subscriptions/")
}

/// Returns what may follow in a path.
pub(super) fn of(typed: &str) -> Completion {
    let is_path = typed.is_empty() || is_begun(typed);
    if typed.contains(['?', '#', ':', '*']) || !is_path {
        return Completion::default();
    }
    let before = typed.rsplit_once('/').map_or("", |(before, _)| before);
    let parts: Vec<&str> = before.split('/').filter(|part| !part.is_empty()).collect();
    let is_provider = |part: &&str| part.eq_ignore_ascii_case("providers");
    if let Some(at) = parts.iter().rposition(is_provider) {
        // Below a resource nothing is known.
        let is_type = parts.len() <= at + 2;
        let candidates = if is_type { types_in(typed) } else { Vec::new() };
        return Completion {
            candidates,
            ..Completion::default()
        };
    }
    below(&parts, before)
}

/// The types after `/providers/`.
fn types_in(typed: &str) -> Vec<Candidate> {
    let name = typed.rsplit('/').next().unwrap_or_default();
    let name = match typed.rsplit_once("/providers/") {
        Some((_, name)) => name,
        None => name,
    };
    let before = typed.strip_suffix(name).unwrap_or_default();
    let mut candidates = resource_type::names(name);
    for one in &mut candidates {
        one.word.insert_str(0, before);
    }
    candidates
}

/// What stands below these parts, which are spelled `before`.
fn below(parts: &[&str], before: &str) -> Completion {
    let put = |(word, about): &(&str, &str)| {
        let whole = if before.is_empty() {
            (*word).to_owned()
        } else {
            format!("{before}/{word}")
        };
        if word.ends_with('/') {
            Candidate::part(whole, *about)
        } else {
            Candidate::new(whole, *about)
        }
    };
    let is = |at: usize, name: &str| {
        let part = parts.get(at);
        part.is_some_and(|part| part.eq_ignore_ascii_case(name))
    };
    let is_group = is(2, "resourceGroups");
    let known = (parts.len() == 3 && is_group).then(|| (Known::Groups, format!("{before}/")));
    let candidates = match parts.len() {
        0 => ROOT.iter().map(put).collect(),
        1 if is(0, "subscriptions") => vec![put(&("{sub}/", "The subscription of -S"))],
        2 if is(0, "subscriptions") => BELOW.iter().map(put).collect(),
        3 if is_group => vec![put(&("{rg}", "The resource group of -g"))],
        4 if is_group => {
            let members = ["providers/", "resources"];
            let below = BELOW.iter().filter(|(word, _)| members.contains(word));
            below.map(put).collect()
        }
        _ => Vec::new(),
    };
    Completion {
        candidates,
        known,
        ..Completion::default()
    }
}
