//! Looking before a write: what the service is asked about it, and what is done with the answer. Pure; who asks:
//! `app/look`.

mod preflight;
mod question;
mod what_if;
mod written_resource;

pub use preflight::preflight;
pub use question::Question;
pub use what_if::what_if;
pub use written_resource::{WrittenResource, merged};

use http::Method;

use crate::cli::SafetyOptions;

/// How what a write would change is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookFormat {
    /// Lines for people.
    Text,
    /// JSON for programs: a format was named.
    Json,
}

/// What comes before a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Whether the service is asked whether it would take the write.
    pub preflight: bool,
    /// Whether what it would change is shown.
    pub what_if: WhatIf,
    /// How that is printed.
    pub format: LookFormat,
}

/// Whether what a write would change is shown, and what follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhatIf {
    /// It is not shown.
    No,
    /// It is shown, and nothing is written.
    Only,
    /// It is shown, and a person is asked whether to write.
    Confirmed,
}

impl Look {
    /// Nothing.
    pub const NONE: Self = Self {
        preflight: false,
        what_if: WhatIf::No,
        format: LookFormat::Text,
    };

    pub(super) fn of(safety: &SafetyOptions, confirms: bool, method: &Method) -> Self {
        let is_foretold = [Method::PUT, Method::PATCH, Method::DELETE].contains(method);
        Self {
            preflight: safety.preflight,
            what_if: match (safety.what_if, confirms && is_foretold) {
                (true, _) => WhatIf::Only,
                (false, true) => WhatIf::Confirmed,
                (false, false) => WhatIf::No,
            },
            format: if safety.names_format {
                LookFormat::Json
            } else {
                LookFormat::Text
            },
        }
    }
}
