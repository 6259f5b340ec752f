//! The text of api-versions: what one looks like, which of several is the newest, and which ones the message of an error
//! lists as supported. Which version a type has: `api_version`.

use crate::azure::resource::api_version::pins::WantedVersion;

/// How refusals announce the list: Resource Manager, `Microsoft.Resources` and the deployment engine,
/// and API Management (Azure/azure-sdk-for-go#246, pulumi/pulumi-azure-nextgen#170,
/// Azure/azure-rest-api-specs#31868).
const ANNOUNCEMENTS: [&str; 3] = [
    "supported api-versions are '",
    "supported versions are '",
    "supported versions: ",
];

/// Returns the versions that a message lists, in the order of the message, which means nothing.
pub fn supported_versions(message: &str) -> Vec<&str> {
    let lower = message.to_ascii_lowercase();
    let list = ANNOUNCEMENTS.iter().find_map(|announcement| {
        let start = lower.find(announcement)? + announcement.len();
        message.get(start..)
    });
    // Another quotation mark ends the list.
    let list = list.and_then(|list| list.split('\'').next());
    versions_in(list.unwrap_or_default())
}

/// Returns what is a version in a list with commas.
pub fn versions_in(list: &str) -> Vec<&str> {
    list.split(',')
        .map(|entry| entry.trim().trim_end_matches('.'))
        .filter(|entry| is_version(entry))
        .collect()
}

/// Returns the newest version: one without a suffix where there is one.
pub fn newest<'a>(versions: &[&'a str]) -> Option<&'a str> {
    newest_wanted(versions, &WantedVersion::Usual)
}

/// Returns the newest version of those that are wanted.
pub fn newest_wanted<'a>(versions: &[&'a str], wanted: &WantedVersion) -> Option<&'a str> {
    let all = || versions.iter().max_by_key(|version| rank(version)).copied();
    let stable = || {
        let stable = versions.iter().filter(|version| version.len() <= DAY);
        stable.max().copied()
    };
    match wanted {
        WantedVersion::Usual => stable().or_else(all),
        WantedVersion::Stable => stable(),
        WantedVersion::Preview => all(),
        WantedVersion::Exactly(one) => versions.iter().find(|version| *version == one).copied(),
    }
}

/// Orders versions by day; of one day, that without a suffix comes before a preview, and that before
/// what is for few (`-privatepreview`, `-alpha`).
fn rank(version: &str) -> (&str, u8) {
    let (day, suffix) = version.split_at_checked(DAY).unwrap_or((version, ""));
    let suffix = match suffix.to_ascii_lowercase().as_str() {
        "" => 2,
        "-preview" => 1,
        _ => 0,
    };
    (day, suffix)
}

/// The length of `2024-03-01`; what is longer has a suffix such as `-preview`.
const DAY: usize = 10;

/// Tells whether a text is a version: `2014-04`, `2024-03-01`, `2024-03-01-preview`.
pub fn is_version(text: &str) -> bool {
    let mut parts = text.splitn(4, '-');
    let mut digits = |length: usize| {
        let part = parts.next();
        part.map(|part| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    if digits(4) != Some(true) || digits(2) != Some(true) || digits(2) == Some(false) {
        return false;
    }
    parts.next().is_none_or(|suffix| {
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-';
        !suffix.is_empty() && suffix.bytes().all(is_word)
    })
}

#[cfg(test)]
mod tests {
    use super::{newest, newest_wanted, supported_versions};
    use crate::azure::resource::api_version::pins::WantedVersion;

    #[track_caller]
    fn check(message: &str, count: usize, expected: Option<&str>) {
        let versions = supported_versions(message);
        assert_eq!(versions.len(), count, "{versions:?}");
        assert_eq!(newest(&versions), expected);
    }

    #[test]
    fn finds_the_newest_stable_one() {
        check(
            "The api-version '2015-05-01-preview' is invalid. The supported versions are '2015-11-01,2015-01-01,2014-04-01-preview,2014-04'.",
            4,
            Some("2015-11-01"),
        );
        check(
            "No registered resource provider found for location 'x' and API version '2020-09-01' for type 't'. The supported api-versions are '2020-06-01, 2019-08-01, 2014-04-01, 2018-12-01-alpha'. The supported locations are 'westus, northeurope'.",
            4,
            Some("2020-06-01"),
        );
        check(
            "Supported versions: 2014-02-14-preview,2016-07-07.",
            2,
            Some("2016-07-07"),
        );
        check(
            "The supported api-versions are '2014-02-14-preview, 2016-07-07-beta'.",
            2,
            Some("2016-07-07-beta"),
        );
        check(
            "'ApiVersion' property is invalid. The supported versions are '2014-04'.",
            1,
            Some("2014-04"),
        );
    }

    #[test]
    fn ignores_what_is_not_a_list() {
        for message in [
            "",
            "The api-version query parameter (?api-version=) is required for all requests.",
            "The supported versions are ''.",
            "The supported versions are 'v1, 20-01-01, 2020-1-01, 2020-01-1x, 2020-01-01-, 2020-01-01-$(x)'.",
        ] {
            check(message, 0, None);
        }
    }

    #[test]
    fn finds_the_one_that_is_wanted() {
        #[track_caller]
        fn check(versions: &[&str], expected: [Option<&str>; 3]) {
            let found = [
                WantedVersion::Usual,
                WantedVersion::Stable,
                WantedVersion::Preview,
            ]
            .map(|wanted| newest_wanted(versions, &wanted));
            assert_eq!(found, expected, "{versions:?}");
        }
        check(&[], [None; 3]);
        check(
            &["2024-01-01", "2025-01-01-preview", "2023-01-01"],
            [
                Some("2024-01-01"),
                Some("2024-01-01"),
                Some("2025-01-01-preview"),
            ],
        );
        check(
            &[
                "2025-01-01-alpha",
                "2025-01-01-Preview",
                "2025-01-01-privatepreview",
            ],
            [Some("2025-01-01-Preview"), None, Some("2025-01-01-Preview")],
        );
        check(
            &["2025-01-01-preview", "2025-01-01"],
            [Some("2025-01-01"); 3],
        );
        check(&["2014-04", "2014-02-26"], [Some("2014-04"); 3]);
    }
}
