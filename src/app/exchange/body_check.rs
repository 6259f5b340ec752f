//! Tells the user what does not fit in a body before it is sent, or keeps it from being sent. Who compares it:
//! `plan/body_report`.

use std::collections::HashSet;

use crate::azure::body::BodyReport;
use crate::cli::BodyCheck;
use crate::error::{Error, ResourceError};
use crate::output::{Console, Verbosity};
use crate::plan::{Compared, RequestPlan};

/// The bodies of one run that were compared: the same one may be sent to many addresses.
#[derive(Debug, Default)]
pub(crate) struct BodyChecks {
    said: HashSet<String>,
}

impl BodyChecks {
    /// Compares the body of a planned request, and says what does not fit.
    ///
    /// # Errors
    /// With `--check`, what does not fit.
    pub(crate) fn check(&mut self, plan: &RequestPlan, console: Console) -> Result<(), Error> {
        if plan.body_check == BodyCheck::Off {
            return Ok(());
        }
        let compared = match plan.compare_body() {
            Ok(compared) => compared,
            Err(error) => {
                console.trace(Verbosity::Verbose, format!("body: not checked: {error}"));
                return Ok(());
            }
        };
        let report = match compared {
            Compared::Not => return Ok(()),
            Compared::TooLarge => {
                let text = "body: not checked: it is larger than Resource Manager accepts";
                console.trace(Verbosity::Verbose, text);
                return Ok(());
            }
            Compared::Unknown { type_name } => {
                let text = format!("body: not checked: no body of `{type_name}` is known");
                console.trace(Verbosity::Verbose, text);
                return Ok(());
            }
            Compared::With(report) => report,
        };
        console.trace(
            Verbosity::Verbose,
            format!(
                "body: compared with that of `{}` {}",
                report.type_name, report.version
            ),
        );
        if report.remarks.is_empty() {
            return Ok(());
        }
        if plan.body_check == BodyCheck::Error {
            return Err(ResourceError::UnfitBody(Box::new(report)).into());
        }
        self.say(&report, console);
        Ok(())
    }

    /// Says each thing once.
    fn say(&mut self, report: &BodyReport, console: Console) {
        let mut is_new = false;
        for remark in &report.remarks {
            let line = remark.to_string();
            if self.said.insert(line.clone()) {
                console.warning(line);
                is_new = true;
            }
        }
        if !is_new {
            return;
        }
        if report.more > 0 {
            console.warning(format!("and {} more", report.more));
        }
        if report.is_other_version {
            console.note(format!(
                "the body was compared with that of api-version {}, which is not that of the request",
                report.version
            ));
        }
    }
}
