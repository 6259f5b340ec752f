//! What is wrong with a URL as the user typed it. What helps is in `error/plan.rs`.

use crate::azure::{UrlError, UrlErrorKind};

/// Why a typed URL becomes no target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The URL is malformed or unsafe by itself.
    #[error(transparent)]
    Refused(#[from] UrlError),
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
    /// A line break, a tab or the like.
    #[error("the URL has the control character `{character}` as character {place}")]
    ControlCharacter {
        /// The character, escaped.
        character: String,
        /// Which character it is, from 1.
        place: usize,
    },
    /// A character at an end that nobody sees.
    #[error("the URL begins or ends with the character `{character}`, which cannot be seen")]
    StrayCharacter {
        /// The character, escaped.
        character: String,
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
        /// The segment in which it is.
        segment: String,
    },
    /// A placeholder in front of the path.
    #[error("the placeholder `{{{name}}}` is not allowed in the host")]
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
    #[error("`{value}` is not a valid value for `{{{name}}}`")]
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
    /// Two slashes in a row, or one at the end, in the path of a write or of what is not known: it may name more than
    /// was meant.
    #[error("the path `{path}` has an empty segment")]
    EmptySegment {
        /// The path.
        path: String,
    },
    /// A path of Resource Manager whose fixed parts are not known.
    #[error("`{path}` is not a known path of Resource Manager")]
    UnknownPath {
        /// The path.
        path: String,
        /// What may have been meant.
        meant: String,
    },
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
        /// The known cloud that has it.
        owner: Option<String>,
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
                UrlErrorKind::Malformed => ErrorKind::Usage,
                UrlErrorKind::Unsafe => ErrorKind::Unsafe,
            },
            Self::UnknownHost { .. } | Self::ForeignAudience { .. } => ErrorKind::Unsafe,
            Self::Empty
            | Self::Unrecognised { .. }
            | Self::FilePath { .. }
            | Self::DotSegment { .. }
            | Self::ControlCharacter { .. }
            | Self::StrayCharacter { .. }
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
            | Self::EmptySegment { .. }
            | Self::UnknownPath { .. }
            | Self::UnknownType { .. } => ErrorKind::Usage,
        }
    }
}
