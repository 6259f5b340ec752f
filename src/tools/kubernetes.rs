//! The protocol of kubectl's credential plugins: `KUBERNETES_EXEC_INFO` in, an `ExecCredential` out (kubernetes.io,
//! "client-go credential plugins"). The file that names the plugin: `kubeconfig`.

use std::time::SystemTime;

use serde::Deserialize;
use serde_json::json;

use super::input::HelperInputError;
use crate::azure::{Secret, rfc3339};

/// What the protocol was called before it was settled.
const FIRST_VERSION: &str = "client.authentication.k8s.io/v1beta1";

/// What kubectl asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecRequest {
    api_version: String,
    /// The cluster, if the kubeconfig lets kubectl tell it.
    pub cluster: Option<Cluster>,
}

/// A cluster, as the kubeconfig has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Cluster {
    /// Its address.
    pub server: String,
    /// The name that its certificate must be for, in place of its host.
    #[serde(default)]
    pub tls_server_name: String,
    /// Whether anybody may pass for it.
    #[serde(default)]
    pub insecure_skip_tls_verify: bool,
}

impl ExecRequest {
    /// Reads the text of `KUBERNETES_EXEC_INFO`.
    pub fn read(info: &str) -> Result<Self, HelperInputError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Info {
            api_version: Option<String>,
            #[serde(default)]
            spec: Spec,
        }
        #[derive(Default, Deserialize)]
        struct Spec {
            cluster: Option<Cluster>,
        }
        let malformed = |reason| HelperInputError::Malformed {
            program: "kubectl",
            reason,
        };
        let info: Info = serde_json::from_str(info)
            .map_err(|_| malformed("`KUBERNETES_EXEC_INFO` is not an `ExecCredential` in JSON"))?;
        let api_version = info.api_version.filter(|version| !version.is_empty());
        let api_version = api_version.unwrap_or_else(|| FIRST_VERSION.to_owned());
        if !api_version.starts_with("client.authentication.k8s.io/v1") {
            return Err(malformed(
                "its `apiVersion` is not one of `client.authentication.k8s.io`",
            ));
        }
        Ok(Self {
            api_version,
            cluster: info.spec.cluster,
        })
    }

    /// Gives a token.
    pub fn answer(&self, token: &Secret, expires_on: Option<SystemTime>) -> String {
        let mut status = json!({ "token": token.expose() });
        if let (Some(end), Some(members)) = (expires_on, status.as_object_mut()) {
            members.insert("expirationTimestamp".to_owned(), rfc3339(end).into());
        }
        let answer = json!({
            "kind": "ExecCredential",
            "apiVersion": self.api_version,
            "status": status,
        });
        format!("{answer}\n")
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::ExecRequest;
    use crate::azure::Secret;

    #[test]
    fn kubectl_is_answered_in_its_own_version() {
        let end = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_328_808);
        for (info, version, server) in [
            (
                r#"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"cluster":{"server":"https://a"},"interactive":false}}"#,
                "v1",
                Some("https://a"),
            ),
            (
                r#"{"apiVersion":"client.authentication.k8s.io/v1beta1","spec":{}}"#,
                "v1beta1",
                None,
            ),
            ("{}", "v1beta1", None),
        ] {
            let request = ExecRequest::read(info).unwrap();
            let found = request
                .cluster
                .as_ref()
                .map(|cluster| cluster.server.as_str());
            assert_eq!(found, server);
            let answer: serde_json::Value =
                serde_json::from_str(&request.answer(&Secret::new("t"), Some(end))).unwrap();
            let expected = serde_json::json!({
                "kind": "ExecCredential",
                "apiVersion": format!("client.authentication.k8s.io/{version}"),
                "status": {"token": "t", "expirationTimestamp": "2026-11-22T06:26:48Z"},
            });
            assert_eq!(answer, expected);
        }
        for info in [
            "",
            "[]",
            "null",
            r#"{"apiVersion":"v1"}"#,
            r#"{"spec":{"cluster":7}}"#,
        ] {
            assert!(ExecRequest::read(info).is_err(), "{info}");
        }
    }
}
