//! The options of a write that say what comes before it: questions to the service, and what a change system has to agree
//! to. What is asked, and where: `plan/look`.

use clap::Args;
use http::Method;

use crate::cli::error::Error;
use crate::cli::options::values::parse_text;

/// What is done before a write.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Before a write")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command line"
)]
pub struct SafetyOptions {
    /// Ask first whether the service would take the PUT or PATCH: names, values, quota, policies. With -n nothing else is sent
    #[arg(long, conflicts_with = "curl")]
    pub preflight: bool,
    /// Show what the write would change, and write nothing
    #[arg(long, conflicts_with_all = ["dry_run", "curl", "wait"])]
    pub what_if: bool,
    /// Whether `-o` is on the command line.
    #[arg(skip)]
    pub names_format: bool,
    /// Name the change to the policies that ask for one
    #[arg(long, value_name = "ID", value_parser = parse_text)]
    pub change_reference: Option<String>,
    /// Get a policy token before the first try, and not only if the service asks for one
    #[arg(long)]
    pub acquire_policy_token: bool,
}

impl SafetyOptions {
    /// Refuses what is for writes if nothing is written.
    pub(in crate::cli) fn check(&self, method: &Method) -> Result<(), Error> {
        let of_bodies = [Method::PUT, Method::PATCH].contains(method);
        let misplaced = [
            (self.preflight && !of_bodies, "--preflight", "PUT and PATCH"),
            (
                self.what_if && !of_bodies && *method != Method::DELETE,
                "--what-if",
                "PUT, PATCH and DELETE",
            ),
        ];
        if let Some((_, name, verbs)) = misplaced.into_iter().find(|(is_wrong, ..)| *is_wrong) {
            return Err(Error::usage(format!(
                "`{name}` is for {verbs}: nothing predicts a {method}"
            ))
            .with_hint("`-n` shows the request, and sends nothing"));
        }
        if ![Method::GET, Method::HEAD, Method::OPTIONS].contains(method) {
            return Ok(());
        }
        let given = [
            (self.change_reference.is_some(), "--change-reference"),
            (self.acquire_policy_token, "--acquire-policy-token"),
        ];
        match given.into_iter().find(|(is_given, _)| *is_given) {
            None => Ok(()),
            Some((_, name)) => Err(Error::usage(format!(
                "`{name}` is for writes, and {method} writes nothing"
            ))
            .with_hint(format!("leave `{name}` out"))),
        }
    }
}
