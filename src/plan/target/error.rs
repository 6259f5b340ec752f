//! What is wrong with a URL as the user typed it. Holds facts; [`Error::hint`] says what helps.

use crate::azure::{Refusal, RefusalKind};

/// Why a typed URL becomes no target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The URL is malformed or unsafe by itself.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Nothing was given.
    #[error("the URL is empty")]
    Empty,
    /// Neither a path, nor an absolute URL, nor a known root of Resource Manager.
    #[error("`{url}` is neither a path of Resource Manager nor an absolute URL")]
    Unrecognised {
        /// The text.
        url: String,
    },
    /// A path that Git Bash has rewritten, beyond repair.
    #[error("`{url}` is a file path: a shell has rewritten the URL")]
    FilePath {
        /// The text.
        url: String,
    },
    /// `.` or `..` in a path: nearly always a variable that went wrong.
    #[error("the path has a `{segment}` segment")]
    DotSegment {
        /// The segment as written.
        segment: String,
    },
    /// A `#` in a path: what follows would never be sent.
    #[error("the URL has a fragment: what follows `#` is never sent")]
    Fragment,
    /// A query parameter without a name.
    #[error("a query parameter has no name: the shell has expanded its `$name`")]
    ExpandedByShell {
        /// The value that was left.
        value: String,
    },
    /// A `{name}` that this program does not fill in.
    #[error("unknown placeholder `{{{name}}}`")]
    UnknownPlaceholder {
        /// The name.
        name: String,
    },
    /// What is left of a placeholder, or the shell's share of one.
    #[error("`{segment}` has a brace without its partner")]
    UnpairedBrace {
        /// The segment in which it stands.
        segment: String,
    },
    /// A placeholder in front of the path.
    #[error("the placeholder `{{{name}}}` may not stand in the host")]
    PlaceholderInHost {
        /// The name.
        name: String,
    },
    /// There is no value for a placeholder.
    #[error("no value for `{{{name}}}`")]
    MissingValue {
        /// The name, as written.
        name: String,
        /// The flag that gives it.
        flag: &'static str,
    },
    /// The value of a placeholder would change more than its segment.
    #[error("`{value}` cannot stand for `{{{name}}}`")]
    InvalidValue {
        /// The name, as written.
        name: String,
        /// The flag that gives it.
        flag: &'static str,
        /// The value, escaped.
        value: String,
    },
    /// A portal link that names no resource.
    #[error("the portal link names no resource")]
    PortalWithoutResource,
    /// A link of another cloud's portal.
    #[error("the link is of the portal of {other}, but the cloud is {cloud}")]
    PortalOfOtherCloud {
        /// The cloud of the portal.
        other: String,
        /// The cloud in use.
        cloud: String,
    },
    /// The api-version was given more than once, differently.
    #[error("the api-version is given twice: `{one}` and `{other}`")]
    ApiVersionConflict {
        /// The one in the URL or an item.
        one: String,
        /// The other one.
        other: String,
    },
    /// The api-version was given as nothing.
    #[error("the api-version is empty")]
    ApiVersionEmpty,
    /// The api-version cannot be worked out.
    #[error("no api-version is known for `{type_name}`")]
    UnknownType {
        /// The type as the path writes it.
        type_name: String,
        /// Names of types that are near.
        nearest: Vec<&'static str>,
    },
    /// The user wants a stable version, and there is none.
    #[error("`{type_name}` has no stable api-version")]
    NoStableVersion {
        /// The type as the path writes it.
        type_name: String,
        /// Its newest preview.
        preview: String,
    },
    /// `stable` or `preview` for a service whose versions are not known.
    #[error("`--api-version {word}` is for Resource Manager only")]
    ApiVersionOfOtherHost {
        /// What was given.
        word: String,
    },
    /// A host that has no audience.
    #[error("refused to send a token to `{host}`: the host is not known")]
    UnknownHost {
        /// The host, with the port if it is not the scheme's.
        host: String,
        /// The cloud whose table does not have it.
        cloud: String,
    },
    /// A known host of another service than the audience's.
    #[error("refused to send a token for `{audience}` to `{host}`: its audience is `{expected}`")]
    ForeignAudience {
        /// The host.
        host: String,
        /// The audience that was given.
        audience: String,
        /// The host's own.
        expected: String,
    },
}

/// How an error counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The command line is wrong.
    Usage,
    /// The command line is clear, and dangerous.
    Unsafe,
}

impl Error {
    /// Returns how the error counts.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Refused(refusal) => match refusal.kind() {
                RefusalKind::Malformed => ErrorKind::Usage,
                RefusalKind::Unsafe => ErrorKind::Unsafe,
            },
            Self::UnknownHost { .. } | Self::ForeignAudience { .. } => ErrorKind::Unsafe,
            Self::Empty
            | Self::Unrecognised { .. }
            | Self::FilePath { .. }
            | Self::DotSegment { .. }
            | Self::Fragment
            | Self::ExpandedByShell { .. }
            | Self::UnknownPlaceholder { .. }
            | Self::UnpairedBrace { .. }
            | Self::PlaceholderInHost { .. }
            | Self::MissingValue { .. }
            | Self::InvalidValue { .. }
            | Self::PortalWithoutResource
            | Self::PortalOfOtherCloud { .. }
            | Self::ApiVersionConflict { .. }
            | Self::ApiVersionEmpty
            | Self::NoStableVersion { .. }
            | Self::ApiVersionOfOtherHost { .. }
            | Self::UnknownType { .. } => ErrorKind::Usage,
        }
    }

    /// Returns what the user can do, where it is known.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Refused(refusal) => return hint_of_refusal(refusal),
            Self::Empty | Self::PortalWithoutResource => {
                "give a path such as `/subscriptions`, or `https://…`".to_owned()
            }
            Self::Unrecognised { url } => hint_of_unrecognised(url),
            Self::FilePath { .. } => {
                "write it without the first slash, `subscriptions/…`, or set `MSYS_NO_PATHCONV=1`"
                    .to_owned()
            }
            Self::DotSegment { .. } => {
                "write the path out; is a variable of your script empty or wrong?".to_owned()
            }
            Self::Fragment => "write `%23` for a `#` that belongs to a name".to_owned(),
            Self::ExpandedByShell { .. } => {
                "use `--filter`, `--select`, `--expand`, `--orderby`, `--top` or `--skip`, or put \
                 the argument in single quotes"
                    .to_owned()
            }
            Self::UnknownPlaceholder { .. } => {
                "known are `{sub}` or `{subscriptionId}`, `{rg}` or `{resourceGroup}`, `{tenant}`; \
                 write anything else out"
                    .to_owned()
            }
            Self::UnpairedBrace { .. } => {
                "a placeholder is written `{sub}`; `%7B` and `%7D` are braces of a name".to_owned()
            }
            Self::PlaceholderInHost { .. } => "write the host out".to_owned(),
            Self::MissingValue { flag, .. } | Self::InvalidValue { flag, .. } => {
                format!("give it with `{flag}`")
            }
            Self::PortalOfOtherCloud { other, .. } => format!("use `--cloud {other}`"),
            Self::ApiVersionConflict { .. } => "leave one of them out".to_owned(),
            Self::UnknownType { nearest, .. } if !nearest.is_empty() => {
                let names: Vec<String> = nearest.iter().map(|name| format!("`{name}`")).collect();
                let names = names.join(" or ");
                format!("did you mean {names}? Else give it with `--api-version YYYY-MM-DD`")
            }
            Self::NoStableVersion { preview, .. } => {
                format!("its newest one is `--api-version {preview}`")
            }
            Self::ApiVersionOfOtherHost { .. } => {
                "give the version that the service's documents name".to_owned()
            }
            Self::ApiVersionEmpty | Self::UnknownType { .. } => {
                "give it with `--api-version YYYY-MM-DD`".to_owned()
            }
            Self::UnknownHost { host, .. } => format!(
                "use `--no-auth` to ask without a token, or name whom it is for: \
                 `--audience AUDIENCE --allow-host {host}`"
            ),
            Self::ForeignAudience { host, .. } => {
                format!("leave out `--audience`, or confirm the host: `--allow-host {host}`")
            }
        })
    }
}

/// Returns what helps against a refusal.
fn hint_of_refusal(refusal: &Refusal) -> Option<String> {
    Some(match refusal {
        Refusal::Insecure { .. } => "use `https://`".to_owned(),
        Refusal::Scheme { .. } => {
            "write `https://…`, or `:PORT/…` for a server on this machine".to_owned()
        }
        Refusal::TrailingDot { .. } => "leave out the last dot".to_owned(),
        Refusal::DisguisedHost { read, .. } => {
            format!("if `{read}` is the host you mean, write it so")
        }
        Refusal::UserInfo { .. } => "leave out what stands in front of the `@`".to_owned(),
        Refusal::Malformed { .. } | Refusal::CrossOrigin { .. } => return None,
    })
}

/// Returns how a text that is no URL of ours would be written.
fn hint_of_unrecognised(url: &str) -> String {
    let host = url
        .trim_start_matches('/')
        .split('/')
        .next()
        .unwrap_or_default();
    if host.contains('.') {
        format!(
            "write `https://{}` if it is a host",
            url.trim_start_matches('/')
        )
    } else {
        "a path starts with `/`; without it, with `subscriptions`, `providers`, `tenants` or \
         `metadata`"
            .to_owned()
    }
}
