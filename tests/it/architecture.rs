//! The laws of the source tree: who imports whom, which file owns which outside crate, what every
//! file says about itself. Style is clippy's and rustfmt's business.

use crate::support::imports::Imports;
use crate::support::source::{Source, paths, sources};

/// Folders of `src/` and the folders that each may import. A folder that is added needs a row.
const IMPORTS: [(&str, &[&str]); 27] = [
    ("app", ALL),
    ("azure", &[]),
    ("cli", &["azure", "json", "shell"]),
    (
        "client",
        &["azure", "credential", "har", "json", "transport"],
    ),
    ("config", &["azure"]),
    (
        "credential",
        &["azure", "env", "file", "program", "transport"],
    ),
    ("endpoint", &["azure"]),
    ("env", &["azure", "config", "har"]),
    ("error", ALL),
    ("file", &[]),
    // For the fuzzer and the tests alone.
    ("fuzz", ALL),
    ("har", &["azure", "json"]),
    ("json", &[]),
    ("lib", &["azure", "cli", "credential", "query", "transport"]),
    ("main", &["app", "env"]),
    ("mcp", &["azure"]),
    (
        "output",
        &[
            "azure", "env", "file", "json", "query", "shell", "startup", "stream",
        ],
    ),
    ("plan", &["azure", "cli", "env", "json"]),
    ("program", &["env"]),
    ("query", &["azure", "json"]),
    ("sandbox", &["azure"]),
    ("serve", &["azure", "env"]),
    ("shell", &["azure", "env"]),
    ("startup", &[]),
    ("stream", &["startup"]),
    ("tools", &["azure"]),
    ("transport", &["azure", "env", "file", "sandbox"]),
];

/// All but `main`.
const ALL: &[&str] = &[
    "azure",
    "cli",
    "client",
    "config",
    "credential",
    "endpoint",
    "env",
    "error",
    "file",
    "har",
    "json",
    "mcp",
    "output",
    "plan",
    "program",
    "query",
    "sandbox",
    "serve",
    "shell",
    "startup",
    "stream",
    "tools",
    "transport",
];

/// Outside crates and modules with few owners, by the paths below `src/` that may name them.
const OWNERS: [(&str, &[&str]); 39] = [
    ("aes", &["credential/certificate/encryption.rs"]),
    ("anstyle_query", &["env.rs"]),
    ("cbc", &["credential/certificate/encryption.rs"]),
    ("chrono", &["app/command/token.rs", "azure/calendar.rs"]),
    ("clap", &["cli/"]),
    ("colored_json", &["output/color.rs"]),
    ("yansi", &["output/color.rs"]),
    ("ctor_lite", &["startup.rs"]),
    ("des", &["credential/certificate/encryption.rs"]),
    ("dlmalloc", &["main.rs"]),
    ("etcetera", &["env.rs"]),
    (
        "flate2",
        &["azure/schema/pack.rs", "transport/content_coding.rs"],
    ),
    ("h2", &["transport/wire.rs"]),
    (
        "http_body_util",
        &["serve/", "transport/wire.rs", "transport/wire_body.rs"],
    ),
    (
        "hyper",
        &[
            "serve/",
            "transport/connector.rs",
            "transport/wire.rs",
            "transport/wire_body.rs",
        ],
    ),
    (
        "hyper_util",
        &["serve/", "transport/connector.rs", "transport/wire.rs"],
    ),
    ("jsonpath_rust", &["query/jsonpath.rs"]),
    (
        "openssl_probe",
        &["transport/authorities.rs", "transport/system_bundle.rs"],
    ),
    (
        "pem",
        &[
            "credential/certificate/contents.rs",
            "transport/authorities.rs",
        ],
    ),
    ("rc2", &["credential/certificate/encryption.rs"]),
    ("rcgen", &["serve/"]),
    ("reqwest", &["transport/wire.rs", "transport/wire_body.rs"]),
    (
        "ring",
        &[
            "app/endpoint/random_secret.rs",
            "credential/",
            "sandbox/authority/",
        ],
    ),
    (
        "rustls",
        &[
            "serve/",
            "transport/authorities.rs",
            "transport/connector.rs",
            "transport/tls.rs",
        ],
    ),
    ("rpassword", &["app/terminal/password.rs"]),
    (
        "rustix",
        &[
            "app/endpoint/child.rs",
            "app/terminal/password.rs",
            "app/terminal/signals.rs",
            "credential/azure_cli/profile.rs",
            "credential/cache/",
            "credential/private_file.rs",
            "credential/process.rs",
            "env.rs",
            "output/replaced_file.rs",
            "serve/sock_diag.rs",
            "startup.rs",
            "stream.rs",
        ],
    ),
    ("rustls_platform_verifier", &["transport/tls.rs"]),
    (
        "std::process",
        &[
            "app/command/credential/other_logins.rs",
            "app/command/login/browser.rs",
            "app/command/mcp/child.rs",
            "app/endpoint/child.rs",
            "app/terminal/editor.rs",
            "app/terminal/pager.rs",
            "app/terminal/signals.rs",
            "credential/process.rs",
            "main.rs",
        ],
    ),
    (
        "tempfile",
        &[
            "app/endpoint/preparation/folder.rs",
            "credential/cache/",
            "credential/private_file.rs",
            "file.rs",
            "output/replaced_file.rs",
            "transport/sandbox.rs",
        ],
    ),
    (
        "tokio::process",
        &[
            "app/command/credential/other_logins.rs",
            "app/command/login/browser.rs",
            "app/command/mcp/child.rs",
            "app/endpoint/child.rs",
            "app/terminal/editor.rs",
            "app/terminal/pager.rs",
            "app/terminal/signals.rs",
            "credential/process.rs",
        ],
    ),
    ("saphyr_parser", &["plan/body/yaml.rs"]),
    ("signal_hook", &["app/terminal/signals.rs"]),
    ("terminal_size", &["env.rs"]),
    ("tokio_rustls", &["serve/", "transport/connector.rs"]),
    ("toml", &["config/"]),
    ("tower_service", &["transport/connector.rs"]),
    ("unicode_width", &["cli/help/layout.rs", "output/table.rs"]),
    ("windows_dpapi", &["credential/sealed.rs"]),
    ("wide", &["json/walk.rs"]),
];

/// What is allowed only in tests, and why.
const BANNED: [(&str, &str); 3] = [
    (".unwrap()", "it ends the process with a backtrace"),
    ("process::abort", "the process ends by its exit code"),
    (
        "std::process::Command",
        "it blocks the thread: `tokio::process` does not",
    ),
];

/// The files that may take a secret out of its wrapping: those that send it, check it, or print it because that is what
/// was asked for. `docs/security.md` mentions them.
const EXPOSERS: [&str; 31] = [
    "app/endpoint/preparation/postgres.rs",
    "app/naming/sandbox_groups.rs",
    "app/endpoint/variables.rs",
    "app/command/token.rs",
    "azure/secret.rs",
    "client/authorization.rs",
    "client/policy_token.rs",
    "credential/given_token.rs",
    "credential/assertion.rs",
    "credential/cache/entry.rs",
    "credential/certificate/encryption.rs",
    "credential/entra.rs",
    "credential/managed_identity/endpoint.rs",
    "credential/federated/issuer.rs",
    "credential/identity.rs",
    "credential/login/authorization.rs",
    "credential/login/sign_in.rs",
    "credential/login/principal.rs",
    "credential/login/record.rs",
    "credential/mod.rs",
    "credential/sandbox.rs",
    "endpoint/response.rs",
    "endpoint/guard.rs",
    // They look for it in what is shown.
    "credential/fuzz.rs",
    "fuzz/answers.rs",
    "fuzz/servers.rs",
    "sandbox/authority/cloud_shell.rs",
    "tools/docker.rs",
    "tools/git.rs",
    "tools/kubernetes.rs",
    "tools/registry.rs",
];

#[test]
fn actions_of_the_pipeline_are_named_by_their_commit() {
    let workflows = [
        include_str!("../../.github/workflows/ci.yml"),
        include_str!("../../.github/workflows/release.yml"),
    ];
    let lines = workflows.iter().flat_map(|text| text.lines());
    let commits: Vec<&str> = lines
        .filter_map(|line| line.split_once("uses: "))
        .map(|(_, action)| {
            action
                .split_once('@')
                .map_or(action, |(_, version)| version)
        })
        .collect();
    assert!(!commits.is_empty());
    for version in commits {
        let commit = version.split(' ').next().unwrap_or_default();
        let is_commit = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
        assert!(is_commit, "`{version}` can come to mean another one");
    }
}

#[test]
fn folders_import_only_what_their_row_allows() {
    check(|source| {
        let Some((_, allowed)) = IMPORTS
            .iter()
            .find(|(folder, _)| *folder == source.folder())
        else {
            return vec![format!("`{}` has no row in the table", source.folder())];
        };
        let mut imported = source.imported_folders();
        imported.retain(|folder| {
            folder != source.folder() && IMPORTS.iter().any(|(one, _)| one == folder)
        });
        imported.retain(|folder| !allowed.contains(&folder.as_str()));
        imported
            .iter()
            .map(|folder| format!("must not import `{folder}`"))
            .collect()
    });
}

#[test]
fn every_folder_of_the_table_exists() {
    let sources = sources();
    for (folder, allowed) in IMPORTS {
        assert!(
            sources.iter().any(|source| source.folder() == folder),
            "`{folder}` is gone"
        );
        for import in allowed {
            assert!(
                IMPORTS.iter().any(|(one, _)| one == import),
                "`{import}` is not a folder of the table"
            );
        }
    }
}

#[test]
fn outside_crates_have_one_owner() {
    check(|source| {
        let paths = paths(&source.code);
        let names = |owned: &str| {
            let below = format!("{owned}::");
            paths
                .iter()
                .any(|path| path == owned && owned.contains('_') || path.starts_with(&below))
        };
        let foreign = OWNERS.iter().filter(|(owned, owners)| {
            !owners.iter().any(|owner| source.path.starts_with(owner)) && names(owned)
        });
        foreign
            .map(|(owned, owners)| format!("names `{owned}`, which is for {owners:?}"))
            .collect()
    });
}

#[test]
fn nothing_banned_is_used() {
    check(|source| {
        let found = BANNED.iter().filter(|(text, _)| source.code.contains(text));
        found
            .map(|(text, reason)| format!("holds `{text}`: {reason}"))
            .collect()
    });
}

#[test]
fn secrets_are_taken_out_where_they_are_needed_only() {
    check(|source| {
        let exposes = source.code.contains(".expose()") || source.code.contains("fn expose");
        match (exposes, EXPOSERS.contains(&source.path.as_str())) {
            (true, false) => vec!["takes a secret out, and is not in the list".to_owned()],
            (false, true) => vec!["takes no secret out any more: strike it off".to_owned()],
            (true, true) | (false, false) => Vec::new(),
        }
    });
}

#[test]
fn every_file_says_what_it_is_for() {
    check(|source| {
        let says = source.text.starts_with("//! ");
        let fault = (!says).then(|| "does not begin with `//!`".to_owned());
        fault.into_iter().collect()
    });
}

#[test]
fn every_error_type_says_that_it_is_one() {
    let mut found = 0;
    for source in sources() {
        for name in error_types(&source.text) {
            found += 1;
            let is_named = name.ends_with("Error") || name.ends_with("ErrorKind");
            assert!(is_named, "src/{}: {name}", source.path);
        }
    }
    assert!(found > 40, "the error types were not found");
}

/// Finds the types that implement `std::error::Error`, by derivation or by hand.
fn error_types(text: &str) -> Vec<&str> {
    let derived = text.split("thiserror::Error)]").skip(1).filter_map(|rest| {
        let (_, name) = rest
            .lines()
            .find_map(|line| line.split_once("struct ").or(line.split_once("enum ")))?;
        Some(name)
    });
    let by_hand = text.split("impl std::error::Error for ").skip(1);
    derived
        .chain(by_hand)
        .filter_map(|rest| rest.split(|letter: char| !letter.is_alphanumeric()).next())
        .collect()
}

#[test]
fn every_variable_that_is_read_stands_in_the_help() {
    let topics = ["environment", "token-endpoint"].map(arm::parts::Topic::named);
    let help = topics.map(|topic| topic.unwrap().text()).concat();
    let words: Vec<&str> = help
        .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .collect();
    let mut found = 0;
    let mut missing = Vec::new();
    for source in sources() {
        for name in variables(&source.text) {
            found += 1;
            if !OF_OTHER_PROGRAMS.contains(&name) && !words.contains(&name) {
                missing.push(format!("src/{}: `{name}`", source.path));
            }
        }
    }
    assert!(found > 15, "the variables were not found");
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// Variables that are not read, but set for another program, or kept from it.
const OF_OTHER_PROGRAMS: [&str; 6] = [
    "AZURE_CORE_NO_COLOR",
    "AZURE_CORE_ONLY_SHOW_ERRORS",
    "AZURE_DEVOPS_EXT_PAT",
    "AZURE_STORAGE_CONNECTION_STRING",
    "AZURE_STORAGE_KEY",
    "AZURE_STORAGE_SAS_TOKEN",
];

/// Finds the names of variables in a source: those that it asks for (one letter is a test's own),
/// and others by their prefix.
fn variables(text: &str) -> Vec<&str> {
    let is_name = |word: &str| {
        word.len() > 1
            && word
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
    };
    let pieces: Vec<&str> = text.split('"').collect();
    pieces
        .windows(2)
        .filter_map(|pair| <[&str; 2]>::try_from(pair).ok())
        .filter(|[before, name]| {
            let is_asked = before.ends_with(".get(");
            let is_ours = name.starts_with("ARMCLI_") || name.starts_with("AZURE_");
            is_name(name) && (is_asked || is_ours)
        })
        .map(|[_, name]| name)
        .collect()
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let sources = sources();
    let imports = Imports::of(&sources);
    let circles = imports.circles();
    let words: Vec<String> = circles
        .iter()
        .map(|circle| imports.describe(circle))
        .collect();
    assert!(
        circles.is_empty(),
        "{} circles\n{}",
        circles.len(),
        words.concat()
    );
}

/// Applies a law to every file and reports all that break it.
#[track_caller]
fn check(law: impl Fn(&Source) -> Vec<String>) {
    let sources = sources();
    assert!(sources.len() > 50, "the sources were not found");
    let broken: Vec<String> = sources
        .iter()
        .flat_map(|source| {
            law(source)
                .into_iter()
                .map(|fault| format!("src/{} {fault}", source.path))
        })
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
