//! Members of JSON whose values are secrets. What is done about them: `body`, `pairs`.

use super::names::is_secret_name;

/// Members of bodies that hold secrets under names of the user's, or whole texts with secrets in them. Beside those
/// whose names mean a secret everywhere.
const MEMBERS: [&str; 12] = [
    "appsettings",
    "customdata",
    "kubeconfig",
    "kubeconfigs",
    "parameters",
    "protectedparameters",
    "protectedsettings",
    "secrettext",
    "secureobject",
    "securevalue",
    "sharedaccesssignature",
    "userdata",
];

/// Tells whether the value of a member is a secret.
pub(super) fn is_secret_member(name: &str) -> bool {
    is_secret_name(name)
        || is_secret_name(name.trim_end_matches(['s', 'S']))
        || MEMBERS
            .iter()
            .any(|member| member.eq_ignore_ascii_case(name))
}
