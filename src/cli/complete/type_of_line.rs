//! The type that a command line is about: that of its URL, of its word, or of its word and name. What is offered for it: `member`,
//! `value`.

use super::address;
use super::place::{Place, Start};
use crate::azure::{TypeAlias, catalogue};

/// Returns its full name.
pub(super) fn type_of(place: &Place) -> Option<String> {
    let words: Vec<&str> = std::iter::once(place.first.as_str())
        .filter(|_| place.start == Start::Url)
        .chain(place.words.iter().map(String::as_str))
        .collect();
    let is_method = place.start == Start::Command("can") && words.len() > 1;
    let mut words = words.into_iter().skip(usize::from(is_method));
    let (first, second) = (words.next()?, words.next());
    let of_word = || TypeAlias::of_word(first).map(|alias| alias.name.to_owned());
    let of_child = || address::type_of(&format!("{first}/{}", second?));
    let is_show = place.start == Start::Command("show") && !address::is_begun(first);
    let of_name = is_show.then(of_child).flatten();
    let of_type = || catalogue::find(first).map(|found| found.name.to_owned());
    of_name
        .or_else(of_type)
        .or_else(|| address::type_of(first))
        .or_else(of_word)
}
