//! The kubeconfig that comes before the user's: the users that sign in to Entra (by kubelogin) get their tokens from
//! this program. It holds no secret, and nothing else of the user's. The protocol between the two: `kubernetes`.

use std::ffi::{OsStr, OsString};

use serde_json::{Value, json};

/// The plugin of Azure Kubernetes Service (Azure/kubelogin).
const PLUGIN: &str = "kubelogin";

/// Makes the kubeconfig that comes before `own`, which are those of the user, the first of a name counting. Nothing if
/// no user signs in to Entra.
pub fn overlay(own: &[Value], command: &str, arguments: &[String]) -> Option<String> {
    let mut users: Vec<(&str, &Value)> = Vec::new();
    for entry in own
        .iter()
        .filter_map(|config| config.get("users")?.as_array())
        .flatten()
    {
        let found = entry
            .get("name")
            .and_then(Value::as_str)
            .zip(entry.get("user"));
        if let Some((name, user)) = found
            && !users.iter().any(|(other, _)| *other == name)
        {
            users.push((name, user));
        }
    }
    let users: Vec<Value> = users
        .into_iter()
        .filter_map(|(name, user)| {
            let exec = user.get("exec").filter(|exec| is_plugin(exec))?;
            let version = exec.get("apiVersion").and_then(Value::as_str);
            let exec = json!({
                "apiVersion": version.unwrap_or("client.authentication.k8s.io/v1beta1"),
                "command": command,
                "args": arguments,
                "interactiveMode": "Never",
                "provideClusterInfo": true,
            });
            Some(json!({ "name": name, "user": { "exec": exec } }))
        })
        .collect();
    if users.is_empty() {
        return None;
    }
    let config = json!({ "apiVersion": "v1", "kind": "Config", "users": users });
    Some(format!("{config:#}\n"))
}

fn is_plugin(exec: &Value) -> bool {
    let command = exec
        .get("command")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let name = command.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = name.strip_suffix(".exe").unwrap_or(name);
    let arguments = exec.get("args").and_then(Value::as_array);
    let has = |wanted: &dyn Fn(&str) -> bool| {
        let mut words = arguments.into_iter().flatten().filter_map(Value::as_str);
        words.any(wanted)
    };
    // There is a plugin of the same name for other issuers, which has no `--server-id` (int128/kubelogin).
    name == PLUGIN
        && has(&|word| word == "get-token")
        && has(&|word| word.starts_with("--server-id"))
}

/// Returns the file that a program is told to read instead of what `KUBECONFIG` names.
pub fn reads_only(arguments: &[OsString]) -> Option<&OsStr> {
    let mut words = arguments.iter().take_while(|word| *word != "--");
    while let Some(word) = words.next() {
        if word == "--kubeconfig" {
            return words.next().map(OsString::as_os_str);
        }
        if let Some(file) = word
            .to_str()
            .and_then(|word| word.strip_prefix("--kubeconfig="))
        {
            return Some(OsStr::new(file));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{overlay, reads_only};

    fn users(own: &[Value]) -> Vec<String> {
        let text = overlay(
            own,
            "/bin/arm",
            &["credential".to_owned(), "kubernetes".to_owned()],
        );
        let config: Value = text.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap());
        let users = config["users"].as_array().cloned().unwrap_or_default();
        let users = users.iter().map(|user| {
            assert_eq!(user["user"]["exec"]["command"], "/bin/arm");
            assert_eq!(user["user"]["exec"]["provideClusterInfo"], true);
            format!(
                "{} {}",
                user["name"].as_str().unwrap(),
                user["user"]["exec"]["apiVersion"]
            )
        });
        users.collect()
    }

    fn user(name: &str, command: &str, arguments: &[&str]) -> Value {
        let exec = json!({"apiVersion": "client.authentication.k8s.io/v1", "command": command, "args": arguments});
        json!({"name": name, "user": {"exec": exec}})
    }

    #[test]
    fn only_users_of_entra_are_given_tokens() {
        let get = [
            "get-token",
            "--login",
            "devicecode",
            "--server-id",
            "6dae42f8",
        ];
        let own = json!({"users": [
            user("a", "kubelogin", &get),
            user("b", "/usr/local/bin/kubelogin", &get),
            user("w", "C:\\tools\\kubelogin.exe", &get),
            user("oidc", "kubelogin", &["get-token", "--oidc-issuer-url=https://issuer.example"]),
            user("c", "kubelogin", &["remove-tokens", "--server-id=x"]),
            user("d", "aws", &["get-token", "--server-id=x"]),
            json!({"name": "e", "user": {"token": "t"}}),
            json!({"name": "f"}),
            json!(7),
        ]});
        let version = "\"client.authentication.k8s.io/v1\"";
        let expected: Vec<String> = ["a", "b", "w"]
            .iter()
            .map(|name| format!("{name} {version}"))
            .collect();
        assert_eq!(users(&[own]), expected);
        for own in [
            json!({}),
            json!({"users": []}),
            json!({"users": 7}),
            Value::Null,
        ] {
            assert_eq!(overlay(&[own], "arm", &[]), None);
        }
    }

    #[test]
    fn the_first_user_of_a_name_counts() {
        let get = ["get-token", "--server-id=x"];
        let first = json!({"users": [json!({"name": "a", "user": {"token": "t"}})]});
        let second = json!({"users": [user("a", "kubelogin", &get), user("b", "kubelogin", &get)]});
        assert_eq!(
            users(&[first, second]),
            ["b \"client.authentication.k8s.io/v1\""]
        );
    }

    #[test]
    fn a_file_that_is_named_is_read_alone() {
        for (words, expected) in [
            (&["get", "pods"][..], None),
            (&["--kubeconfig", "x", "get"], Some("x")),
            (&["get", "--kubeconfig=y"], Some("y")),
            (&["exec", "p", "--", "--kubeconfig", "x"], None),
            (&["--kubeconfig"], None),
        ] {
            let words: Vec<_> = words.iter().map(Into::into).collect();
            assert_eq!(reads_only(&words), expected.map(AsRef::as_ref), "{words:?}");
        }
    }
}
