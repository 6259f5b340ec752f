//! Names with `*` and `?` in them. Who puts names into paths where a `*` is: `plan/pattern`.

/// Compares with `*` for any letters and `?` for one. Goes back to the last `*` only, so that no
/// pattern takes long.
pub fn is_like(name: &str, pattern: &str) -> bool {
    let (mut name, mut pattern) = (name.as_bytes(), pattern.as_bytes());
    let mut back: Option<(&[u8], &[u8])> = None;
    loop {
        match (pattern.split_first(), name.split_first()) {
            (Some((b'*', rest)), _) => {
                back = Some((name, rest));
                pattern = rest;
                continue;
            }
            (Some((wanted, rest)), Some((letter, others)))
                if *wanted == b'?' || wanted == letter =>
            {
                pattern = rest;
                name = others;
                continue;
            }
            (None, None) => return true,
            _ => {}
        }
        // One more letter for the last `*`.
        let Some((at, behind)) = back else {
            return false;
        };
        let Some((_, at)) = at.split_first() else {
            return false;
        };
        back = Some((at, behind));
        name = at;
        pattern = behind;
    }
}

#[cfg(test)]
mod tests {
    use super::is_like;

    #[test]
    fn compares_letters() {
        for (name, pattern, expected) in [
            ("vm-web-01", "vm-*", true),
            ("vm-web-01", "*web*", true),
            ("vm-web-01", "vm-web-??", true),
            ("vm-web-01", "vm-web", false),
            ("", "*", true),
            ("a", "", false),
        ] {
            assert_eq!(is_like(name, pattern), expected, "{name} {pattern}");
        }
    }
}
