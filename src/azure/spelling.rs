//! What a mistyped word may have meant: how far two words are apart, and which of a few is the nearest.

/// How alike two words are, from 0 to 1, before one is proposed for the other: clap's own bound.
const ALIKE: f64 = 0.7;

/// Returns how many letters must be inserted, removed or replaced to get from one word to another (Levenshtein), if
/// they are at most `most`.
pub fn distance(one: &str, other: &str, most: usize) -> Option<usize> {
    if one.len().abs_diff(other.len()) > most * LONGEST_LETTER {
        return None;
    }
    Some(strsim::levenshtein(one, other)).filter(|distance| *distance <= most)
}

/// Tells whether one word is another with one slip: a letter more, less or another, or two letters that changed places.
pub fn is_one_slip(one: &str, other: &str) -> bool {
    strsim::osa_distance(one, other) == 1
}

/// The bytes of the longest letter in UTF-8.
const LONGEST_LETTER: usize = 4;

/// Returns the word that is most like another one (Jaro), as clap finds it for options and values.
pub fn most_alike<'a>(word: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let rated = words.map(|known| (strsim::jaro(word, known), known));
    let alike = rated.filter(|(likeness, _)| *likeness > ALIKE);
    let nearest = alike.max_by(|(one, _), (other, _)| one.total_cmp(other));
    nearest.map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::{distance, is_one_slip, most_alike};

    #[test]
    fn measures_distances() {
        for (one, other, expected) in [
            ("", "", Some(0)),
            ("", "abc", Some(3)),
            ("disk", "disks", Some(1)),
            ("dsiks", "disks", Some(2)),
            ("kitten", "sitting", Some(3)),
            ("größe", "grosse", Some(3)),
            ("abcdef", "", None),
            ("abcdef", "uvwxyz", None),
        ] {
            assert_eq!(distance(one, other, 3), expected, "{one} {other}");
            assert_eq!(distance(other, one, 3), expected, "{other} {one}");
        }
    }

    #[test]
    fn a_slip_is_one_letter_or_two_that_changed_places() {
        for (one, other, expected) in [
            ("DELTE", "DELETE", true),
            ("GTE", "GET", true),
            ("PUTT", "PUT", true),
            ("GET", "GET", false),
            ("MERGE", "GET", false),
        ] {
            assert_eq!(is_one_slip(one, other), expected, "{one} {other}");
        }
    }

    #[test]
    fn finds_the_most_alike() {
        let find = |word| most_alike(word, ["list", "login", "GET"].into_iter());
        assert_eq!(find("lsit"), Some("list"));
        assert_eq!(find("GETT"), Some("GET"));
        assert_eq!(find("frobnicate"), None);
        assert_eq!(find(""), None);
    }
}
