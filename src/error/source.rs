//! What helps with each source of tokens. Decides no exit code.

use super::message::hint;
use crate::credential::Source;
use crate::output::Message;

/// What helps where a source has answered that it has no token.
pub(super) fn describe_source_failure(source: Source, message: &mut Message) {
    match source {
        Source::AzureCli => hint(message, "sign in again with `az login`"),
        Source::AzureDeveloperCli => hint(message, "sign in again with `azd auth login`"),
        Source::PowerShell => hint(message, "sign in with `Connect-AzAccount` in PowerShell"),
        Source::AppService | Source::AzureMl | Source::Arc | Source::Imds => {
            hint(
                message,
                "assign an identity to this machine or service, choose one with `--identity`, or \
                 sign in with `az login` and add `--auth azure-cli`",
            );
        }
        Source::AccessToken
        | Source::Login
        | Source::ServicePrincipal
        | Source::WorkloadIdentity
        | Source::GitHub
        | Source::AzurePipelines
        | Source::CloudShell
        | Source::Sandbox => {}
    }
}

/// What helps where a source is not there.
pub(super) fn describe_source_absence(source: Source, message: &mut Message) {
    match source {
        Source::AzureCli => hint(message, "sign in with `az login`"),
        Source::AzureDeveloperCli => hint(message, "sign in with `azd auth login`"),
        Source::PowerShell => hint(message, "install PowerShell and its module `Az.Accounts`"),
        Source::CloudShell => hint(
            message,
            "the endpoint answers only inside Azure Cloud Shell, or where one is served",
        ),
        Source::Imds => hint(
            message,
            "only a virtual machine of Azure has this service; elsewhere sign in with `az login`",
        ),
        Source::Arc => hint(
            message,
            "the agent of Azure Arc answers on this machine only: see whether it runs",
        ),
        Source::AccessToken
        | Source::Login
        | Source::ServicePrincipal
        | Source::WorkloadIdentity
        | Source::GitHub
        | Source::AzurePipelines
        | Source::AppService
        | Source::AzureMl
        | Source::Sandbox => {}
    }
}
