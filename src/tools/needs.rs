//! What a program needs in addition to variables, by its name. Programs that are not listed get only the variables:
//! they do no harm. Who prepares it: `app/endpoint`.

use std::ffi::OsStr;

/// What is prepared for a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// A configuration folder of az in which the account of the endpoint is signed in.
    AzureCliFolder,
    /// Settings of docker in which this program has the logins of registries.
    DockerConfig,
    /// A kubeconfig in which this program has the tokens of clusters.
    Kubeconfig,
    /// The password of a database.
    PostgresPassword,
}

/// The programs, by what they need.
const ROWS: [(&[&str], &[Need]); 5] = [
    // The Functions Core Tools take the tokens of az.
    (&["az", "func"], &[Need::AzureCliFolder]),
    (
        &[
            "docker",
            "docker-buildx",
            "docker-compose",
            "buildah",
            "cosign",
            "crane",
            "nerdctl",
            "oras",
            "podman",
            "skopeo",
        ],
        &[Need::DockerConfig],
    ),
    (
        &[
            "kubectl", "k9s", "flux", "stern", "kubectx", "kubens", "istioctl", "velero",
        ],
        &[Need::Kubeconfig],
    ),
    (
        &["helm", "helmfile", "skaffold", "tilt"],
        &[Need::Kubeconfig, Need::DockerConfig],
    ),
    (
        &[
            "psql",
            "pg_dump",
            "pg_restore",
            "pgbench",
            "createdb",
            "dropdb",
            "vacuumdb",
        ],
        &[Need::PostgresPassword],
    ),
];

/// Returns the name of a program without its folder and the ending that Windows gives it.
pub fn program_name(program: &OsStr) -> String {
    let text = program.to_string_lossy();
    let name = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let endings = [".exe", ".cmd", ".bat", ".com"];
    let lower = name.to_ascii_lowercase();
    let ending = endings.iter().find(|ending| lower.ends_with(**ending));
    let length = name.len() - ending.map_or(0, |ending| ending.len());
    name.get(..length).unwrap_or(name).to_owned()
}

/// Returns what a program needs in addition to variables.
pub fn needs_of(program: &OsStr) -> &'static [Need] {
    let name = program_name(program);
    let mut rows = ROWS.iter();
    let row = rows.find(|(names, _)| names.iter().any(|own| own.eq_ignore_ascii_case(&name)));
    row.map_or(&[], |(_, needs)| needs)
}

#[cfg(test)]
mod tests {
    use super::{Need, needs_of};

    #[test]
    fn a_program_is_known_by_its_name() {
        let kubernetes = &[Need::Kubeconfig][..];
        for (program, needs) in [
            ("kubectl", kubernetes),
            ("/usr/bin/kubectl", kubernetes),
            ("C:\\tools\\kubectl.EXE", kubernetes),
            ("az.cmd", &[Need::AzureCliFolder]),
            ("./az", &[Need::AzureCliFolder]),
            ("helm", &[Need::Kubeconfig, Need::DockerConfig]),
            ("docker", &[Need::DockerConfig]),
            ("psql", &[Need::PostgresPassword]),
            ("terraform", &[]),
            ("git", &[]),
            ("sh", &[]),
            ("env", &[]),
            ("kubectl-wrapper", &[]),
            ("/usr/bin/", &[]),
            ("", &[]),
        ] {
            assert_eq!(needs_of(program.as_ref()), needs, "{program}");
        }
    }
}
