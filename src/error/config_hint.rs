//! What helps against a fault in `config.toml`. Prints nothing.

use crate::azure::catalogue;
use crate::config::Fault;

/// Returns what helps.
pub(super) fn hint_of(fault: &Fault) -> String {
    match fault {
        Fault::Syntax { .. } => {
            "names with `/` or `.` stand in quotation marks: \"Microsoft.Compute/disks\" = \"2025-01-02\"".to_owned()
        }
        Fault::UnknownKey { known, .. } => {
            let known: Vec<String> = known.iter().map(|key| format!("`{key}`")).collect();
            format!("known are {}; see `arm help config`", known.join(" and "))
        }
        Fault::Kind { .. } | Fault::NoType { .. } => "see `arm help config`".to_owned(),
        Fault::Twice { .. } => "leave one of them out: the case of letters does not count".to_owned(),
        Fault::Version { .. } => {
            "write a version such as \"2024-07-01\", or \"stable\" or \"preview\"".to_owned()
        }
        Fault::Type { name } => match catalogue::nearest(name).first() {
            Some(name) => format!("did you mean `{name}`?"),
            None => "write its full name in quotation marks: \"Microsoft.Compute/disks\"".to_owned(),
        },
        Fault::Word { .. } => {
            "an alias is of letters, digits, `-` and `_`, and begins with a letter or digit".to_owned()
        }
    }
}
