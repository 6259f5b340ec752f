//! What can go wrong when one resource is read, compared, edited or written.

use super::{EditError, ExitCode};
use crate::azure::body::BodyReport;
use crate::output::Message;
use crate::shell::CommandLine;

/// Why a resource cannot be read, compared, edited or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResourceError {
    /// The address stands for many.
    #[error("the address stands for many resources, and one is needed")]
    Several,
    /// The answer is not one whole document.
    #[error("the answer is not a resource: {reason}")]
    NoDocument {
        /// Why.
        reason: String,
    },
    /// It is a resource of another service.
    #[error("the portal shows only resources of Resource Manager")]
    NotInPortal,
    /// The cloud has no portal.
    #[error("the cloud {cloud} has no portal")]
    NoPortal {
        /// The cloud.
        cloud: String,
    },
    /// An edit that did not come to its end.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// A body does not fit what is known of its type, and `--check` asks for that.
    #[error("the body does not fit what is known of `{}`: nothing was sent", _0.type_name)]
    UnfitBody(Box<BodyReport>),
    /// Two documents are not the same; what differs is printed.
    #[error("they differ")]
    Differs,
}

impl ResourceError {
    /// Returns the exit code.
    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Several | Self::NotInPortal | Self::NoPortal { .. } | Self::UnfitBody(_) => {
                ExitCode::Usage
            }
            Self::NoDocument { .. } => ExitCode::Incomplete,
            Self::Edit(error) => error.exit_code(),
            Self::Differs => ExitCode::NothingFound,
        }
    }

    /// Adds what helps.
    pub(super) fn describe(&self, message: &mut Message) {
        match self {
            Self::Several => message.hint("choose one subscription with `-S`, and write no `*`"),
            Self::UnfitBody(report) => describe_body(report, message),
            Self::Edit(error) => error.describe(message),
            Self::NoDocument { .. } | Self::NotInPortal | Self::NoPortal { .. } | Self::Differs => {
            }
        }
    }
}

/// Says what does not fit in a body.
fn describe_body(report: &BodyReport, message: &mut Message) {
    for remark in &report.remarks {
        message.fact("", remark.to_string());
    }
    if report.more > 0 {
        message.fact("", format!("and {} more", report.more));
    }
    let mut version = report.version.clone();
    if report.is_other_version {
        version.push_str(", which is not that of the request");
    }
    message.fact("compared with api-version", version);
    let show = CommandLine::arm("types")
        .word(&report.type_name)
        .word("--schema");
    message.hint(format!(
        "`{show}` shows the members; without `--check` the body is sent, and the service decides"
    ));
}
