//! What decides where a request goes, as the user typed it. Who reads it: `target::resolve`.

use http::Method;

use crate::azure::{AllowedHost, Audience, Cloud, Versions};
use crate::plan::git_bash::PathConversion;
use crate::plan::target::placeholder::Placeholders;

/// What the user typed, as far as it decides where the request goes.
#[derive(Debug, Clone)]
pub struct Typed<'a> {
    /// What is in place of the URL.
    pub url: &'a str,
    /// The verb.
    pub method: &'a Method,
    /// The cloud in use.
    pub cloud: &'a Cloud,
    /// The values of `{sub}`, `{rg}`, `{tenant}`.
    pub placeholders: Placeholders<'a>,
    /// Query parameters of items and flags, in order, not yet encoded.
    pub query: &'a [(String, String)],
    /// `--api-version`.
    pub api_version: Option<&'a str>,
    /// What is known of the versions of types.
    pub versions: &'a Versions,
    /// `--audience`.
    pub audience: Option<&'a Audience>,
    /// `--allow-host`, each one.
    pub allowed: &'a [AllowedHost],
    /// Whether a token is wanted.
    pub authentication: Authentication,
    /// Who may have rewritten the URL.
    pub shell: PathConversion,
}

/// Whether a request carries a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authentication {
    /// A token for the host's audience.
    Token,
    /// `--no-auth`.
    None,
}
