//! The logins that the user's own settings of docker hold, for servers that are not Azure's: in a store, which another
//! program opens, or in the settings themselves. What is there: `tools::docker_config`.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::app::terminal::stdout::print;
use crate::env::Env;
use crate::error::{Error, HelperError};
use crate::file;
use crate::program;
use crate::tools::{DockerAction, DockerConfig, StoredLogin};

/// The settings of docker have some KiB.
const MAX_SETTINGS: u64 = 4 << 20;
/// This program as a store, behind which there is no other one.
const OWN_STORE: &str = "arm";

/// The logins of the user.
pub(super) struct OtherLogins<'a> {
    settings: DockerConfig,
    env: &'a Env,
}

impl<'a> OtherLogins<'a> {
    /// Reads the settings; those that cannot be read hold no login.
    pub(super) fn of(settings: Option<&Path>, env: &'a Env) -> Self {
        let text = settings.and_then(|path| file::read(path, MAX_SETTINGS).ok());
        let settings = text.and_then(|text| DockerConfig::read(&text.bytes));
        Self {
            settings: settings.unwrap_or_default(),
            env,
        }
    }

    /// Answers what docker asks about a server.
    pub(super) async fn ask(
        &self,
        action: DockerAction,
        server: &str,
        input: &[u8],
    ) -> Result<(), Error> {
        let server = || server.to_owned();
        match (self.settings.login_for(&server()), action) {
            (StoredLogin::Store(name), _) if name != OWN_STORE => {
                let store = self.run(&name, action, input).await?;
                print(&store.stdout)?;
                store.ended()
            }
            (StoredLogin::Here(login), DockerAction::Get) => print(&login.answer()),
            (StoredLogin::Store(_) | StoredLogin::Nowhere, DockerAction::Get) => {
                Err(HelperError::NoLogin { server: server() }.into())
            }
            (StoredLogin::Store(_) | StoredLogin::Nowhere, DockerAction::Erase) => Ok(()),
            (_, _) => Err(HelperError::KeepsNoLogin { server: server() }.into()),
        }
    }

    /// Lists the servers that there are logins for.
    pub(super) async fn list(&self) -> Result<(), Error> {
        let mut servers: BTreeMap<String, String> = self.settings.servers().into_iter().collect();
        if let Some(name) = self.settings.store().filter(|name| *name != OWN_STORE) {
            let store = self.run(name, DockerAction::List, &[]).await?;
            let listed: BTreeMap<String, String> =
                serde_json::from_str(&store.stdout).unwrap_or_default();
            store.ended()?;
            servers.extend(listed);
        }
        let text = serde_json::to_string(&servers).unwrap_or_default();
        print(&format!("{text}\n"))
    }

    /// Runs the program of a store to its end.
    async fn run(&self, name: &str, action: DockerAction, input: &[u8]) -> Result<Store, Error> {
        let program = format!("docker-credential-{name}");
        let failed = |message: String| HelperError::Store {
            program: program.clone(),
            message,
        };
        let found = program::find(self.env, &program);
        let found = found.ok_or_else(|| failed("it is not on the PATH".to_owned()))?;
        let mut child = Command::new(found)
            .arg(action.name())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| failed(error.to_string()))?;
        if let Some(mut stdin) = child.stdin.take() {
            // A program that does not read its input has a reason, and says it.
            let _unread = stdin.write_all(input).await;
        }
        let output = child.wait_with_output().await;
        let output = output.map_err(|error| failed(error.to_string()))?;
        let code = output.status.code().map_or(1, i32::cast_unsigned);
        Ok(Store {
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            program,
            code,
        })
    }
}

/// What came of the program of a store.
struct Store {
    program: String,
    stdout: String,
    code: u32,
}

impl Store {
    fn ended(self) -> Result<(), Error> {
        let Self { program, code, .. } = self;
        match code {
            0 => Ok(()),
            code => Err(HelperError::StoreEnded { program, code }.into()),
        }
    }
}
