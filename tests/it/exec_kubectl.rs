//! `arm exec -- kubectl`: the real kubectl gets tokens for clusters of Azure, and for no other ones. The other tools:
//! `exec_tools`.

use crate::exec_git::audience_of;
use crate::support::answer::Answer;
use crate::support::home::find_program;
use crate::support::run::Run;
use crate::support::tls_proxy::TlsProxy;

const CLUSTER: &str = "shop-1.hcp.westeurope.azmk8s.io";

/// A kubeconfig as `az aks get-credentials --format exec` writes it, with a second cluster of somebody else.
fn kubeconfig(proxy: &str) -> String {
    format!(
        "apiVersion: v1
kind: Config
current-context: shop
clusters:
- name: shop
  cluster: {{server: 'https://{CLUSTER}:443', proxy-url: '{proxy}', certificate-authority: authority.pem}}
- name: evil
  cluster: {{server: 'https://evil.example:443', proxy-url: '{proxy}', certificate-authority: authority.pem}}
contexts:
- name: shop
  context: {{cluster: shop, user: clusterUser_rg-shop_shop}}
- name: evil
  context: {{cluster: evil, user: clusterUser_rg-shop_shop}}
users:
- name: clusterUser_rg-shop_shop
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: kubelogin
      args: [get-token, --environment, AzurePublicCloud, --server-id, 6dae42f8-4368-4678-94ff-3960e28e3630,
             --client-id, 80faf920-1908-4b52-b5ef-a8e7bedfc67a, --login, devicecode]
      env: null
      provideClusterInfo: false
"
    )
}

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test must say so")]
fn kubectl_gets_tokens_for_clusters_of_azure() {
    let Some(kubectl) = find_program("kubectl") else {
        eprintln!("skipped: there is no kubectl");
        return;
    };
    let proxy = TlsProxy::start(
        &["*.hcp.westeurope.azmk8s.io", "evil.example"],
        |_, request| {
            if request.target.starts_with("/version") {
                Answer::json(r#"{"major":"1","minor":"32","gitVersion":"v1.32.0"}"#)
            } else {
                Answer::json(r#"{"kind":"Status","apiVersion":"v1","status":"Success"}"#)
            }
        },
    );
    let script = r#"
        "$ARM" --sandbox exec -- kubectl get --raw /shop; echo
        "$ARM" --sandbox exec --for kubectl -- sh -c 'kubectl get --raw /shop' >/dev/null; echo $?
        "$ARM" --sandbox exec -- kubectl --context evil get --raw /shop 2>said; echo $?
        grep -o 'refused to give `evil.example:443` a token of Azure Kubernetes Service' said | head -1
"#;
    let outcome = Run::bash(script)
        .file("authority.pem", proxy.authority())
        .file(
            "home/.kube/config",
            kubeconfig(&proxy.url()).replace("authority.pem", "../../authority.pem"),
        )
        .env(
            "PATH",
            format!("{}:/usr/bin:/bin", kubectl.parent().unwrap().display()),
        )
        .run();
    assert_eq!(
        outcome.text(),
        "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Success\"}\n0\n1\n\
         refused to give `evil.example:443` a token of Azure Kubernetes Service\n",
        "{}",
        outcome.stderr
    );
    let requests = proxy.requests();
    let asked = |wanted: &str| {
        let of_host = requests.iter().filter(|(host, _)| host == wanted);
        let audiences = of_host.map(|(_, request)| audience_of(request.header("authorization")));
        audiences.collect::<Vec<_>>()
    };
    let own = asked(CLUSTER);
    let shop = own
        .iter()
        .filter(|audience| *audience == "6dae42f8-4368-4678-94ff-3960e28e3630");
    assert!(shop.count() >= 2, "{own:?}");
    assert!(
        asked("evil.example")
            .iter()
            .all(|audience| audience == "none")
    );
}

#[test]
fn a_plugin_says_which_cluster_it_needs_to_know() {
    let run = |info: Option<&str>, arguments: &[&str]| {
        let run = Run::arm(["credential", "kubernetes", "--sandbox"]).args(arguments);
        match info {
            Some(info) => run.env("KUBERNETES_EXEC_INFO", info),
            None => run,
        }
    };
    let v1 = r#"{"apiVersion":"client.authentication.k8s.io/v1","spec":{"cluster":{"server":"SERVER"}}}"#;
    let azure = v1.replace("SERVER", "https://shop-1.hcp.westeurope.azmk8s.io:443");
    let outcome = run(Some(&azure), &[]).prints_a_token().run().exits(0);
    let answer = outcome.json();
    assert_eq!(answer["apiVersion"], "client.authentication.k8s.io/v1");
    assert!(
        answer["status"]["expirationTimestamp"]
            .as_str()
            .unwrap()
            .ends_with('Z')
    );
    let token = format!("Bearer {}", answer["status"]["token"].as_str().unwrap());
    assert_eq!(
        audience_of(Some(&token)),
        "6dae42f8-4368-4678-94ff-3960e28e3630"
    );
    let own = v1.replace("SERVER", "https://127.0.0.1:6443");
    run(Some(&own), &["--allow-host", "127.0.0.1:6443"])
        .prints_a_token()
        .run()
        .exits(0);
    for (info, code, words) in [
        (
            Some(own.as_str()),
            12,
            "add `--allow-host 127.0.0.1:6443` to the arguments",
        ),
        (None, 2, "there is no `KUBERNETES_EXEC_INFO`"),
        (Some("{}"), 2, "hint: put `provideClusterInfo: true`"),
        (Some("junk"), 2, "is not an `ExecCredential` in JSON"),
    ] {
        run(info, &[])
            .run()
            .exits(code)
            .prints_nothing()
            .says(&[words]);
    }
}
