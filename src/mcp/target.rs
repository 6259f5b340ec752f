//! What a plan would send, as `--dry-run` shows it: one request, whose answer hands out no secret. What is carried out must
//! be what was shown. Who asks: `app/command/mcp`.

use url::Url;

use super::tools::WriteMethod;
use crate::azure::gives_secrets;

/// Words in the names of actions that answer with a secret.
const WORDS: [&str; 7] = [
    "callbackurl",
    "connectionstring",
    "credential",
    "key",
    "password",
    "secret",
    "token",
];

/// Why a request is not planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// `*` stands for many.
    #[error("refused to plan many requests: a plan is one, and `*` stands for many")]
    Many,
    /// Several requests in one, of which each would have to be looked at.
    #[error("refused to plan a batch: a plan is one request")]
    Batch,
    /// Its answer is a secret.
    #[error("refused to plan what hands out a secret: agents get none")]
    Secret,
    /// What was shown has no request.
    #[error("there is no request in what was shown")]
    Unknown,
}

impl TargetError {
    /// What would help.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Many => "plan each by its own path",
            Self::Batch => "plan each request of it",
            Self::Secret => "the owner of this server can send it with `arm`",
            Self::Unknown => "plan it again with arm_plan",
        }
    }
}

/// Returns the method and the URL of a request as it was shown.
///
/// # Errors
/// It is not one request, or its answer is a secret.
pub fn target_of(shown: &str, method: WriteMethod) -> Result<String, TargetError> {
    let (facts, request) = shown.split_once("\n\n").ok_or(TargetError::Unknown)?;
    if facts.lines().any(|line| line.starts_with("*:")) {
        return Err(TargetError::Many);
    }
    let line = request.lines().next().unwrap_or_default();
    let url = line
        .strip_prefix(method.as_str())
        .and_then(|url| Url::parse(url.trim()).ok())
        .ok_or(TargetError::Unknown)?;
    let last = crate::azure::decode(
        url.path()
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or_default(),
    );
    let last = last.to_ascii_lowercase();
    let is_action = method == WriteMethod::Post;
    if is_action && ["batch", "$batch"].contains(&last.as_str()) {
        return Err(TargetError::Batch);
    }
    let is_named = is_action && WORDS.iter().any(|word| last.contains(word));
    if is_named || method != WriteMethod::Delete && gives_secrets(&url) {
        return Err(TargetError::Secret);
    }
    Ok(line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{TargetError, target_of};
    use crate::mcp::tools::WriteMethod::{self, Delete, Post, Put};

    fn target(method: WriteMethod, facts: &str, path: &str) -> Result<String, TargetError> {
        let name = method.as_str();
        let shown = format!(
            "cloud: x\n{facts}\n{name} https://management.azure.com{path}?api-version=1\naccept: a\n\n*: b\n"
        );
        target_of(&shown, method)
    }

    #[test]
    fn a_target_is_one_request_without_a_secret() {
        let group = "/subscriptions/s/resourceGroups/g";
        let provider = |rest: &str| format!("{group}/providers/Microsoft.{rest}");
        assert_eq!(
            target(Delete, "", group),
            Ok(format!(
                "DELETE https://management.azure.com{group}?api-version=1"
            ))
        );
        for (method, path) in [
            (Post, provider("Compute/virtualMachines/v/restart")),
            (Post, provider("Network/networkManagers/n/disassociate")),
            (Put, provider("KeyVault/vaults/v/secrets/s")),
            (Put, provider("Compute/sshPublicKeys/k")),
            (Delete, provider("Network/connections/c/sharedkey")),
        ] {
            assert!(target(method, "", &path).is_ok(), "{path}");
        }
        for (method, path) in [
            (Post, provider("Storage/storageAccounts/a/listKeys")),
            (Post, provider("Storage/storageAccounts/a/regenerateKey")),
            (Post, provider("Storage/storageAccounts/a/list%4beys/")),
            (Post, provider("Unheard/things/t/rotateTokens")),
            (Post, provider("Compute/disks/d/beginGetAccess")),
            (Put, provider("Network/connections/c/sharedkey")),
        ] {
            assert_eq!(
                target(method, "", &path),
                Err(TargetError::Secret),
                "{path}"
            );
        }
        assert_eq!(target(Post, "", "/batch"), Err(TargetError::Batch));
        assert_eq!(
            target(Delete, "*: every group\n", group),
            Err(TargetError::Many)
        );
        assert_eq!(target_of("", Post), Err(TargetError::Unknown));
        assert_eq!(
            target_of("a: b\n\nGET https://x/", Post),
            Err(TargetError::Unknown)
        );
    }
}
