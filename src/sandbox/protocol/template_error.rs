//! What can be wrong about a deployment and its template, with Resource Manager's codes and texts (recorded exchanges and
//! public issue threads). All other refusals: `error`.

use http::StatusCode;

/// A refusal of a template or a deployment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TemplateError {
    /// microsoft/vscode-azurearmtools#493.
    #[error("Deployment template validation failed: '{reason}'.")]
    Invalid { reason: String },
    #[error("Deployment '{name}' could not be found.")]
    NotFound { name: String },
    #[error(
        "Unable to edit or replace deployment '{name}': previous deployment from '{started}' is still active. Please see https://aka.ms/arm-deploy for usage details."
    )]
    Active { name: String, started: String },
    #[error(
        "The deployment '{name}' cannot be cancelled because its provisioning state is '{state}'."
    )]
    NotCancellable { name: String, state: String },
}

impl TemplateError {
    /// Returns the status and the `code` member.
    pub(crate) fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Invalid { .. } => (StatusCode::BAD_REQUEST, "InvalidTemplate"),
            Self::NotFound { .. } => (StatusCode::NOT_FOUND, "DeploymentNotFound"),
            Self::Active { .. } => (StatusCode::CONFLICT, "DeploymentActive"),
            Self::NotCancellable { .. } => (StatusCode::CONFLICT, "DeploymentCannotBeCancelled"),
        }
    }
}
