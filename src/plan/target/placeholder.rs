//! Fills `{subscriptionId}` and its like into a URL. Who looks the values up:
//! `app/session/context`.

use crate::azure::encode_segment;
use crate::plan::target::Error;

/// What stands for every subscription, or every resource group.
const EVERY: &str = "*";

/// The names of the placeholder for a subscription, in lower case.
const SUBSCRIPTION: [&str; 2] = ["subscriptionid", "sub"];

/// The values of the placeholders, if there are any.
#[derive(Debug, Clone, Copy, Default)]
pub struct Placeholders<'a> {
    /// `{subscriptionId}` and `{sub}`.
    pub subscription: Option<&'a str>,
    /// `{resourceGroup}` and `{rg}`.
    pub resource_group: Option<&'a str>,
    /// `{tenant}`.
    pub tenant: Option<&'a str>,
    /// `{location}`.
    pub location: Option<&'a str>,
}

impl<'a> Placeholders<'a> {
    /// Returns the value for a name, whatever its case, and the flag that gives it.
    fn value_of(&self, name: &str) -> Option<(Option<&'a str>, &'static str)> {
        Some(match name.to_ascii_lowercase().as_str() {
            name if SUBSCRIPTION.contains(&name) => (self.subscription, "--subscription"),
            "resourcegroup" | "rg" => (self.resource_group, "--resource-group"),
            "tenant" => (self.tenant, "--tenant"),
            // It has no option.
            "location" => (self.location, "ARMCLI_LOCATION"),
            _ => return None,
        })
    }

    /// Fills the placeholders of path and query in; those of the host are refused.
    ///
    /// A name is letters, digits, `_` and `-`, starting with a letter; other braces are left as
    /// they are. Values are percent-encoded, so that they stay inside their segment.
    pub(super) fn fill(&self, url: &str) -> Result<String, Error> {
        let (host, rest) = split_host(url);
        if let Some((_, name, _)) = next(host) {
            return Err(Error::PlaceholderInHost {
                name: name.to_owned(),
            });
        }
        let mut filled = host.to_owned();
        let mut rest = rest;
        while let Some((before, name, after)) = next(rest) {
            filled.push_str(before);
            filled.push_str(&self.encoded(name)?);
            rest = after;
        }
        filled.push_str(rest);
        check_braces(&filled)?;
        Ok(filled)
    }

    /// Returns the value of a placeholder as it is in the URL.
    fn encoded(&self, name: &str) -> Result<String, Error> {
        let Some((value, flag)) = self.value_of(name) else {
            return Err(Error::UnknownPlaceholder {
                name: name.to_owned(),
            });
        };
        let value = value.filter(|value| !value.trim().is_empty());
        let value = value.ok_or_else(|| Error::MissingValue {
            name: name.to_owned(),
            flag,
        })?;
        let is_border = |letter: char| letter.is_control() || "/?#\\".contains(letter);
        let may_be_every = ["--subscription", "--resource-group"].contains(&flag);
        if value.trim() == EVERY && may_be_every {
            return Ok(EVERY.to_owned());
        }
        let segment = encode_segment(value).filter(|_| !value.contains(is_border));
        segment.ok_or_else(|| Error::InvalidValue {
            name: name.to_owned(),
            flag,
            value: value.escape_debug().to_string(),
        })
    }
}

/// Tells whether a URL has a placeholder for a subscription.
pub fn names_subscription(url: &str) -> bool {
    let mut rest = url;
    while let Some((_, name, after)) = next(rest) {
        if SUBSCRIPTION
            .iter()
            .any(|word| word.eq_ignore_ascii_case(name))
        {
            return true;
        }
        rest = after;
    }
    false
}

/// Refuses a brace without its partner in host and path, where no service has one: it is what is
/// left of a `{sub}`. A query may hold anything.
fn check_braces(filled: &str) -> Result<(), Error> {
    let end = filled.find(['?', '#']).unwrap_or(filled.len());
    let path = filled.get(..end).unwrap_or(filled);
    for segment in path.split('/') {
        let mut open = false;
        for letter in segment.chars() {
            let is_paired = match letter {
                '{' => !std::mem::replace(&mut open, true),
                '}' => std::mem::replace(&mut open, false),
                _ => true,
            };
            if !is_paired {
                return Err(Error::UnpairedBrace {
                    segment: segment.to_owned(),
                });
            }
        }
        if open {
            return Err(Error::UnpairedBrace {
                segment: segment.to_owned(),
            });
        }
    }
    Ok(())
}

/// Splits a URL after its host; a path has none.
fn split_host(url: &str) -> (&str, &str) {
    match url.split_once("://") {
        Some((scheme, _)) if !scheme.contains(['/', '?', '#']) => {
            split_at_path(url, scheme.len() + 3)
        }
        _ if url.starts_with(':') => split_at_path(url, 0),
        _ => ("", url),
    }
}

/// Splits at the first `/`, `?` or `#` after a position.
fn split_at_path(url: &str, start: usize) -> (&str, &str) {
    let after_scheme = url.get(start..).unwrap_or_default();
    let end = after_scheme
        .find(['/', '?', '#', '\\'])
        .unwrap_or(after_scheme.len());
    url.split_at(start + end)
}

/// Finds the next `{name}`: the text before it, the name, the text after it.
fn next(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(open) = text.get(from..)?.find('{').map(|at| from + at) {
        let inner = text.get(open + 1..)?;
        if let Some((name, after)) = inner.split_once('}').filter(|(name, _)| is_name(name)) {
            return Some((text.get(..open)?, name, after));
        }
        from = open + 1;
    }
    None
}

/// Tells whether the text between braces is a name.
fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::Placeholders;
    use crate::plan::target::Error;

    const VALUES: Placeholders<'_> = Placeholders {
        subscription: Some("s-1"),
        resource_group: Some("my rg (é)%"),
        tenant: None,
        location: Some("westeurope"),
    };

    #[track_caller]
    fn check(url: &str, expected: &str) {
        assert_eq!(VALUES.fill(url).as_deref(), Ok(expected));
    }

    #[test]
    fn fills() {
        check("/subscriptions/{sub}/x", "/subscriptions/s-1/x");
        check("/subscriptions/{subscriptionId}/x", "/subscriptions/s-1/x");
        check("subscriptions/{SUBSCRIPTIONID}", "subscriptions/s-1");
        check(
            "/locations/{location}/usages",
            "/locations/westeurope/usages",
        );
        check(
            "/a/{rg}/{resourceGroup}",
            "/a/my%20rg%20(%C3%A9)%25/my%20rg%20(%C3%A9)%25",
        );
        check(
            "https://a.example/{sub}?x={sub}",
            "https://a.example/s-1?x=s-1",
        );
        check("/x?q={\"a\":{}}&r={sub}", "/x?q={\"a\":{}}&r=s-1");
        check("/x?q={a b}{1}{}{", "/x?q={a b}{1}{}{");
        check("/x?q={{sub}}", "/x?q={s-1}");
        check("/x?u=https://{sub}/", "/x?u=https://s-1/");
        check("/a/{1}/{a b}", "/a/{1}/{a b}");
        let every = Placeholders {
            location: None,
            subscription: Some("*"),
            resource_group: Some("*"),
            tenant: Some("*"),
        };
        let filled = every.fill("/a/{sub}/{rg}/{tenant}");
        assert_eq!(filled.as_deref(), Ok("/a/*/*/%2A"));
        check("", "");
    }

    #[track_caller]
    fn check_error(url: &str, values: Placeholders<'_>, expected: &str) {
        assert_eq!(values.fill(url).unwrap_err().to_string(), expected);
    }

    #[test]
    fn refuses_a_brace_without_its_partner() {
        for (url, segment) in [
            ("/subscriptions/{sub", "{sub"),
            ("/subscriptions/}", "}"),
            ("/subscriptions/sub}/x", "sub}"),
            ("/a/{sub/x}", "{sub"),
            ("/a/{{sub}", "{s-1"),
            ("/a/{{1}}", "{{1}}"),
            ("/{sub}/{?x={}", "{"),
            ("https://a.example/{rg?x=}", "{rg"),
            ("https://{sub", "{sub"),
        ] {
            check_error(
                url,
                VALUES,
                &format!("`{segment}` has a brace without its partner"),
            );
        }
    }

    #[test]
    fn refuses() {
        check_error("/a/{vmName}", VALUES, "unknown placeholder `{vmName}`");
        check_error("/a/{sub}/{x-y_1}", VALUES, "unknown placeholder `{x-y_1}`");
        check_error("/a/{tenant}", VALUES, "no value for `{tenant}`");
        check_error(
            "https://{sub}.evil.example/",
            VALUES,
            "the placeholder `{sub}` is not allowed in the host",
        );
        check_error(
            "https://a.example:{sub}",
            VALUES,
            "the placeholder `{sub}` is not allowed in the host",
        );
        check_error(
            ":{sub}/x",
            VALUES,
            "the placeholder `{sub}` is not allowed in the host",
        );
        for value in ["a/b", "..", ".", "a?b", "a#b", "a\\b", "a\nb", "/", "\u{0}"] {
            let values = Placeholders {
                subscription: Some(value),
                ..VALUES
            };
            let shown = value.escape_debug();
            check_error(
                "/a/{sub}",
                values,
                &format!("`{shown}` is not a valid value for `{{sub}}`"),
            );
        }
        let blank = Placeholders {
            subscription: Some(" "),
            ..VALUES
        };
        assert_eq!(
            blank.fill("/{sub}"),
            Err(Error::MissingValue {
                name: "sub".to_owned(),
                flag: "--subscription"
            })
        );
    }
}
