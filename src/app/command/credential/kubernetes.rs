//! `arm credential kubernetes`: a token for the cluster that kubectl asks, if it is one of Azure's. The protocol:
//! `tools::kubernetes`.

use crate::app::command::token;
use crate::app::session::cloud;
use crate::app::session::command_context::CommandContext;
use crate::app::terminal::stdout::print;
use crate::azure::{AllowedHost, Audience, Cloud, ToolService, parse_url};
use crate::cli::arguments::KubernetesArgs;
use crate::error::{Error, HelperError};
use crate::plan;
use crate::tools::{ExecRequest, HelperInputError};

/// Answers kubectl.
pub(super) async fn run(args: KubernetesArgs, context: CommandContext<'_>) -> Result<(), Error> {
    let parse = |text: &String| {
        AllowedHost::parse(text).map_err(|error| plan::Error::AllowedHost { error })
    };
    let allowed: Result<Vec<_>, _> = args.allow_host.iter().map(parse).collect();
    let info = context.env.get("KUBERNETES_EXEC_INFO");
    let info = info.ok_or(HelperError::Input(HelperInputError::NoExecInfo))?;
    let request = ExecRequest::read(info).map_err(HelperError::from)?;
    let mut sign_in = args.common.sign_in;
    let cloud = cloud::choose(&sign_in, cloud::NetworkUse::None, context.env).await?;
    let audience = audience_for(&request, &allowed?, &cloud)?;
    sign_in.audience = Some(audience.to_string());
    let token = token::obtain(&sign_in, None, context).await?.token;
    print(&request.answer(&token.token, token.expires_on))
}

/// The audience of the tokens for a cluster, if it may get one: kubectl sends it there.
fn audience_for(
    request: &ExecRequest,
    allowed: &[AllowedHost],
    cloud: &Cloud,
) -> Result<Audience, HelperError> {
    let cluster = request.cluster.as_ref();
    let cluster = cluster.ok_or(HelperInputError::NoCluster)?;
    let host = host_and_port(&cluster.server);
    if cluster.insecure_skip_tls_verify {
        return Err(HelperError::Unverified { host });
    }
    let foreign = |host: &str| HelperError::ForeignHost {
        host: host.to_owned(),
        service: ToolService::Kubernetes.words(),
        cloud: cloud.name.to_string(),
    };
    let url = parse_url(&cluster.server).map_err(|_| foreign(&host))?;
    if url.scheme() == "https" && allowed.iter().any(|host| host.matches(&url)) {
        return Ok(ToolService::audience_of_clusters());
    }
    // The name in the certificate is who answers.
    let name = cluster.tls_server_name.as_str();
    let is_own = |name: &str| ToolService::Kubernetes.audience_at(cloud, name).is_some();
    if !name.is_empty() && !is_own(name) {
        return Err(foreign(name));
    }
    ToolService::Kubernetes
        .audience_of_url(cloud, &url)
        .ok_or_else(|| foreign(&host))
}

/// The host of a server as `--allow-host` takes it.
fn host_and_port(server: &str) -> String {
    let rest = server.split_once("://").map_or(server, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    host.rsplit('@').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{AllowedHost, Cloud, ExecRequest, audience_for};

    fn check(server: &str, allowed: &[&str], expected: bool) {
        let cluster = serde_json::json!({"server": server});
        check_cluster(&cluster, allowed, expected);
    }

    #[track_caller]
    fn check_cluster(cluster: &serde_json::Value, allowed: &[&str], expected: bool) {
        let info = serde_json::json!({"spec": {"cluster": cluster}});
        let request = ExecRequest::read(&info.to_string()).unwrap();
        let allowed = allowed.iter().map(|text| AllowedHost::parse(text).unwrap());
        let allowed: Vec<_> = allowed.collect();
        let found = audience_for(&request, &allowed, &Cloud::public());
        assert_eq!(found.is_ok(), expected, "{cluster} {found:?}");
    }

    #[test]
    fn a_token_is_for_a_cluster_of_azure() {
        check("https://a.hcp.westeurope.azmk8s.io:443", &[], true);
        check("https://a.privatelink.westeurope.azmk8s.io", &[], true);
        check("http://a.hcp.westeurope.azmk8s.io:443", &[], false);
        check("https://a.hcp.westeurope.azmk8s.io:6443", &[], false);
        check("https://evil.example", &[], false);
        check("https://a.azmk8s.io@evil.example", &[], false);
        check("https://evil.example/a.azmk8s.io", &[], false);
        check("https://127.0.0.1:6443", &[], false);
        check("https://127.0.0.1:6443", &["127.0.0.1:6443"], true);
        check("https://127.0.0.1:6444", &["127.0.0.1:6443"], false);
        check("http://127.0.0.1:6443", &["127.0.0.1:6443"], false);
        check("", &[], false);
        let server = "https://a.hcp.westeurope.azmk8s.io";
        for (name, expected) in [
            ("a.hcp.westeurope.azmk8s.io", true),
            ("b.privatelink.westeurope.azmk8s.io", true),
            ("evil.example", false),
        ] {
            let cluster = serde_json::json!({"server": server, "tls-server-name": name});
            check_cluster(&cluster, &[], expected);
            check_cluster(&cluster, &["a.hcp.westeurope.azmk8s.io"], true);
        }
        for allowed in [&[][..], &["a.hcp.westeurope.azmk8s.io"]] {
            let cluster = serde_json::json!({"server": server, "insecure-skip-tls-verify": true});
            check_cluster(&cluster, allowed, false);
        }
    }
}
