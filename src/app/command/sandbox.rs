//! `arm sandbox`: the offline ARM on a socket, or a recording in its place, and resetting it. How ARM answers:
//! `sandbox`; how a recording does: `har`.

use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use http::{Request, Response, StatusCode};

use crate::app::naming::memory::NameMemory;
use crate::app::session::listeners::Ports;
use crate::app::terminal::stdout::print;
use crate::azure::Cloud;
use crate::cli::arguments::{SandboxCommand, ServeArgs, Tls};
use crate::client::Clock;
use crate::credential::private_file::{self, Durability};
use crate::endpoint::{self, AllowedNames};
use crate::env::Env;
use crate::error::Error;
use crate::file;
use crate::har::{Archive, Played, Player};
use crate::output::Console;
use crate::sandbox::{Delivery, Faults, Quotas};
use crate::serve::{self, Certificate, Handler, Reply};
use crate::shell::Shell;
use crate::transport::SandboxTransport;

/// The largest recording that is read: it is held in memory.
const MAX_ARCHIVE: u64 = 512 << 20;

/// Runs a command of `arm sandbox`.
pub(crate) async fn run(command: SandboxCommand, env: &Env) -> Result<(), Error> {
    match command {
        SandboxCommand::Serve(args) => serve(args, env).await,
        SandboxCommand::Reset => reset(env),
    }
}

fn reset(env: &Env) -> Result<(), Error> {
    let path =
        SandboxTransport::state_file_in(env.state_dir.as_deref().ok_or(Error::NoStateFolder)?);
    let failed = |error: std::io::Error| Error::Folder {
        path: path.clone(),
        message: error.to_string(),
    };
    let note = if SandboxTransport::reset(&path).map_err(failed)? {
        "the sandbox is back in its initial state"
    } else {
        "the sandbox was already in its initial state"
    };
    // Names of what is no longer there are of no use.
    NameMemory::of(&Cloud::sandbox(), None, env).forget_all();
    Console::of(env).note(note);
    Ok(())
}

async fn serve(args: ServeArgs, env: &Env) -> Result<(), Error> {
    let faults = match &args.faults {
        None => Faults::default(),
        Some(path) => read_faults(path)?,
    };
    let archive = args.replay.as_deref().map(read_archive).transpose()?;
    let certificate = match &args.tls {
        Tls::No => None,
        Tls::SelfMade => Some(Certificate::self_made()?),
        Tls::Files { cert, key } => Some(Certificate::from_files(cert, key)?),
    };
    let Ports { listeners, port } =
        Ports::at(Ipv4Addr::LOCALHOST.into(), args.port.unwrap_or(0)).await?;

    let authority = certificate
        .as_ref()
        .and_then(|made| made.authority.as_deref());
    let ca_file = match (authority, env.state_dir.as_deref()) {
        (Some(authority), Some(folder)) => Some(write_authority(authority, folder, port)?),
        (Some(_), None) => return Err(Error::NoStateFolder),
        (None, _) => None,
    };
    let (base_url, names) = match certificate {
        Some(_) => (format!("https://localhost:{port}"), AllowedNames::Any),
        None => (
            format!("http://127.0.0.1:{port}"),
            AllowedNames::OfThisMachine,
        ),
    };
    announce(Shell::of(env), &base_url, ca_file.as_deref())?;
    let state_file = env
        .state_dir
        .as_deref()
        .map(SandboxTransport::state_file_in);
    let offline = SandboxTransport::new(&base_url, state_file, env.now);
    let tls = certificate.map(|certificate| certificate.config);
    let player = archive.map(|archive| Player::new(archive, &base_url));
    if let (Some(player), Some(path)) = (&player, &args.replay) {
        tell(player, path, Console::of(env));
    }
    let shown = Shown {
        offline,
        player: player.map(Mutex::new),
        base_url,
        names,
        faults: Mutex::new(faults),
        quotas: Mutex::new(Quotas::default()),
        clock: Clock::at(env.now),
    };
    let handler: Handler = Arc::new(move |request| shown.answer(request));
    match serve::listen(listeners, tls, handler).await {}
}

fn read_faults(path: &Path) -> Result<Faults, Error> {
    let failed = |error: &dyn std::fmt::Display| Error::Folder {
        path: path.to_owned(),
        message: error.to_string(),
    };
    let script = std::fs::read(path).map_err(|error| failed(&error))?;
    Faults::parse(&script).map_err(|error| failed(&error))
}

/// Reads a recording.
fn read_archive(path: &Path) -> Result<Archive, Error> {
    let failed = |error: &dyn std::fmt::Display| Error::Folder {
        path: path.to_owned(),
        message: error.to_string(),
    };
    let file = file::read(path, MAX_ARCHIVE).map_err(|error| failed(&error))?;
    Archive::parse(&file.bytes).map_err(|error| failed(&error))
}

/// Says what is answered from.
fn tell(player: &Player, path: &Path, console: Console) {
    let count = player.count();
    let noun = if count == 1 { "request" } else { "requests" };
    let hosts: Vec<&str> = player.hosts().collect();
    let hosts = match hosts.as_slice() {
        [] => "no service".to_owned(),
        [host] => (*host).to_owned(),
        [first, ..] => format!("{first} and {} more hosts", hosts.len() - 1),
    };
    console.note(format!(
        "answers come from `{}`: {count} {noun} to {hosts}",
        path.display()
    ));
}

/// A sandbox that is served, the faults that it shows, and what is left to its callers.
struct Shown {
    offline: SandboxTransport,
    /// The recording that answers in its place; tokens are the sandbox's all the same.
    player: Option<Mutex<Player>>,
    base_url: String,
    names: AllowedNames,
    faults: Mutex<Faults>,
    quotas: Mutex<Quotas>,
    clock: Clock,
}

impl Shown {
    fn answer(&self, request: &Request<Bytes>) -> Reply {
        if let Some(refused) = endpoint::refuse_stranger(request, self.names) {
            return refused.into();
        }
        let now: SystemTime = self.clock.now();
        let fault = held(&self.faults).next_fault(request);
        let played = match &self.player {
            None => None,
            Some(player) => match self.offline.sign_in(request, now) {
                Some(response) => Some(response),
                None => match held(player).answer(request) {
                    Played::Reset => return Reply::Reset,
                    Played::Answer(response) => Some(response),
                },
            },
        };
        let answer = || match played {
            Some(response) => response,
            None => held(&self.quotas).answer(request, now, || self.of_sandbox(request, now)),
        };
        let Some(fault) = fault else {
            return answer().into();
        };
        match fault.deliver(request, now, &self.base_url, answer) {
            Delivery::Whole(response) => response.into(),
            Delivery::Cut { response, after } => Reply::Cut { response, after },
            Delivery::Reset => Reply::Reset,
            Delivery::Slow { response, delay } => Reply::Slow { response, delay },
        }
    }

    fn of_sandbox(&self, request: &Request<Bytes>, now: SystemTime) -> Response<Bytes> {
        self.offline.answer(request, now).unwrap_or_else(|error| {
            let mut response = Response::new(Bytes::from(error.to_string()));
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            response
        })
    }
}

/// What a mutex guards is only counted: it is whole even if a thread ended while it had it.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Prints the variables by which this program and every SDK find the server.
fn announce(shell: Shell, base_url: &str, ca_file: Option<&Path>) -> Result<(), Error> {
    if shell != Shell::Posix {
        let address = |path: &str| format!("{base_url}{path}");
        let mut variables = vec![
            ("ARMCLI_ENDPOINT", address("")),
            ("MSI_ENDPOINT", address("/oauth2/token")),
            ("AZURE_AUTHORITY_HOST", address("")),
        ];
        let path = ca_file.map(|path| path.display().to_string());
        variables.extend(path.iter().flat_map(|path| {
            ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"].map(|name| (name, path.clone()))
        }));
        let lines = variables.iter();
        let lines = lines.map(|(name, value)| shell.assignment(name, value) + "\n");
        return print(&lines.collect::<String>());
    }
    let mut text = format!(
        "export ARMCLI_ENDPOINT={base_url} MSI_ENDPOINT={base_url}/oauth2/token\nexport AZURE_AUTHORITY_HOST={base_url}\n"
    );
    if let Some(path) = ca_file {
        let path = path.display().to_string().replace('\'', "'\\''");
        text.push_str(&format!(
            "export SSL_CERT_FILE='{path}' REQUESTS_CA_BUNDLE='{path}'\n"
        ));
    }
    print(&text)
}

/// Writes the authority's certificate; a file for each port, so that two servers do not collide.
fn write_authority(authority: &str, folder: &Path, port: u16) -> Result<std::path::PathBuf, Error> {
    let path = folder.join(format!("sandbox-ca-{port}.pem"));
    let written = private_file::make_folder(folder)
        .and_then(|()| private_file::replace(&path, authority.as_bytes(), Durability::Quick));
    written.map_err(|error| Error::Folder {
        path: path.clone(),
        message: error.to_string(),
    })?;
    Ok(path)
}
