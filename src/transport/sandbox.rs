//! The sandbox with its state in one file: what `--sandbox` and `arm sandbox serve` talk to. The rules of ARM are in the
//! module `crate::sandbox`.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use bytes::Bytes;
use http::Method;

use super::error::{Error, ErrorKind};
use super::message::{Body, Request, Response};
use super::retry::Attempts;
use crate::file::{self, is_absent, persist};
use crate::sandbox::Sandbox;

/// The offline ARM of one state file.
#[derive(Debug, Clone)]
pub struct SandboxTransport {
    base_url: String,
    state_file: Option<PathBuf>,
    now: SystemTime,
}

/// What a request does to the state file.
#[derive(Debug)]
enum Change {
    None,
    Replaced(Vec<u8>),
    Removed,
}

impl SandboxTransport {
    /// An offline ARM whose links begin with `base_url`. Without a file, every run starts again.
    pub fn new(base_url: &str, state_file: Option<PathBuf>, now: SystemTime) -> Self {
        Self {
            base_url: base_url.to_owned(),
            state_file,
            now,
        }
    }

    /// Names the state file in a state folder.
    pub fn state_file_in(state_dir: &Path) -> PathBuf {
        state_dir.join("sandbox.json")
    }

    /// Forgets every change, and says whether there was one.
    pub fn reset(state_file: &Path) -> io::Result<bool> {
        match fs::remove_file(state_file) {
            Ok(()) => Ok(true),
            Err(error) if is_absent(&error) => Ok(false),
            Err(error) => Err(error),
        }
    }

    pub(super) fn send(&self, request: &Request) -> Result<Response, Error> {
        let mut asked = http::Request::new(request.body.clone());
        *asked.method_mut() = request.method.clone();
        *asked.headers_mut() = request.headers.clone();
        let uri = request.url.as_str().parse::<http::Uri>();
        *asked.uri_mut() = uri.map_err(|error| self.failed("the address", &error))?;
        let (head, body) = self.answer(&asked, self.now)?.into_parts();
        Ok(Response {
            url: request.url.clone(),
            version: head.version,
            status: head.status,
            headers: head.headers,
            attempts: Attempts::default(),
            body: Body::of(body),
        })
    }

    /// Answers one request at the time `now`. A change is in the file before the answer is out.
    pub fn answer(
        &self,
        request: &http::Request<Bytes>,
        now: SystemTime,
    ) -> Result<http::Response<Bytes>, Error> {
        let Some(path) = &self.state_file else {
            return Ok(Sandbox::new(&self.base_url, now).handle(request));
        };
        if matches!(*request.method(), Method::GET | Method::HEAD) {
            // A reader needs no lock: the file is replaced as a whole. Only one who asks about an operation changes
            // something, and is answered again under the lock.
            let (response, change) = self.answer_from(path, request, now)?;
            if matches!(change, Change::None) {
                return Ok(response);
            }
        }
        let _lock = lock(path).map_err(|error| self.failed("its folder", &error))?;
        let (response, change) = self.answer_from(path, request, now)?;
        let kept = match change {
            Change::None => Ok(()),
            Change::Replaced(state) => replace(path, &state),
            Change::Removed => fs::remove_file(path),
        };
        kept.map_err(|error| self.failed("the file", &error))?;
        Ok(response)
    }

    /// Answers a request for a token or for the description of the cloud, as a sandbox that nobody has written to;
    /// `None` if it is for another address.
    pub fn sign_in(
        &self,
        request: &http::Request<Bytes>,
        now: SystemTime,
    ) -> Option<http::Response<Bytes>> {
        Sandbox::new(&self.base_url, now).sign_in(request)
    }

    /// Answers from what the file holds, and says what becomes of the file.
    fn answer_from(
        &self,
        path: &Path,
        request: &http::Request<Bytes>,
        now: SystemTime,
    ) -> Result<(http::Response<Bytes>, Change), Error> {
        let mut sandbox = Sandbox::new(&self.base_url, now);
        let before = match fs::read(path) {
            Ok(bytes) => Some(bytes),
            Err(error) if is_absent(&error) => None,
            Err(error) => return Err(self.failed("the file", &error)),
        };
        if let Some(state) = &before {
            sandbox
                .restore(state)
                .map_err(|error| self.failed("the file", &error))?;
        }
        let response = sandbox.handle(request);
        let change = match (before, sandbox.state()) {
            (before, Some(after)) if before.as_ref() != Some(&after) => Change::Replaced(after),
            (Some(_), None) => Change::Removed,
            (_, _) => Change::None,
        };
        Ok((response, change))
    }

    fn failed(&self, what: &str, error: &dyn std::fmt::Display) -> Error {
        let path = self.state_file.as_deref().map(Path::display);
        let place = path.map_or_else(String::new, |path| format!(" (`{path}`)"));
        Error {
            kind: ErrorKind::State,
            origin: "the sandbox".to_owned(),
            detail: format!("{what}{place}: {error}"),
        }
    }
}

/// Locks next to the file, because the file itself is replaced. The lock ends with the value.
fn lock(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path.with_extension("lock"))?;
    file::wait_for_lock(&file)?;
    Ok(file)
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    persist(file, path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use bytes::Bytes;
    use http::Request;

    use super::SandboxTransport;
    use crate::sandbox;

    fn group() -> String {
        let subscription = sandbox::default_subscription_id();
        format!("/subscriptions/{subscription}/resourceGroups/a?api-version=2021-04-01")
    }

    fn ask(offline: &SandboxTransport, method: &str, body: &'static str) -> u16 {
        send(offline, method, &group(), body).status().as_u16()
    }

    fn send(
        offline: &SandboxTransport,
        method: &str,
        path: &str,
        body: &'static str,
    ) -> http::Response<Bytes> {
        let token = sandbox::issue("https://management.azure.com/", SystemTime::UNIX_EPOCH).token;
        let request = Request::builder()
            .method(method)
            .uri(format!("https://management.azure.com{path}"))
            .header("authorization", format!("Bearer {}", token.expose()))
            .header("content-type", "application/json")
            .body(Bytes::from_static(body.as_bytes()))
            .unwrap();
        offline.answer(&request, SystemTime::UNIX_EPOCH).unwrap()
    }

    #[test]
    fn what_is_written_is_there_in_the_next_run() {
        let folder = tempfile::tempdir().unwrap();
        let path = SandboxTransport::state_file_in(&folder.path().join("arm"));
        let base_url = "https://management.azure.com";
        let run = || SandboxTransport::new(base_url, Some(path.clone()), SystemTime::UNIX_EPOCH);
        assert_eq!(ask(&run(), "GET", ""), 404);
        assert!(!path.exists());
        assert_eq!(ask(&run(), "PUT", "{\"location\":\"westeurope\"}"), 201);
        assert_eq!(ask(&run(), "GET", ""), 200);
        assert_eq!(ask(&run(), "DELETE", ""), 202);
        assert_eq!(ask(&run(), "GET", ""), 200, "it is being deleted");
        assert!(SandboxTransport::reset(&path).unwrap());
        assert_eq!(ask(&run(), "GET", ""), 404);
    }

    #[test]
    fn an_operation_goes_on_in_the_next_run() {
        let folder = tempfile::tempdir().unwrap();
        let path = SandboxTransport::state_file_in(folder.path());
        let run = || {
            let base_url = "https://management.azure.com";
            SandboxTransport::new(base_url, Some(path.clone()), SystemTime::UNIX_EPOCH)
        };
        ask(&run(), "PUT", "{\"location\":\"westeurope\"}");
        let accepted = send(&run(), "DELETE", &group(), "");
        let monitor = accepted.headers()["location"].to_str().unwrap();
        let monitor = monitor
            .strip_prefix("https://management.azure.com")
            .unwrap();
        let polled = [(); 4].map(|()| send(&run(), "GET", monitor, "").status().as_u16());
        assert_eq!(polled, [202, 202, 200, 200]);
        assert_eq!(ask(&run(), "GET", ""), 404);
    }

    #[test]
    fn a_damaged_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = SandboxTransport::state_file_in(folder.path());
        std::fs::write(&path, "no state").unwrap();
        let offline = SandboxTransport::new("https://x", Some(path), SystemTime::UNIX_EPOCH);
        let error = offline.answer(&Request::new(Bytes::new()), SystemTime::UNIX_EPOCH);
        assert!(error.unwrap_err().to_string().contains("sandbox.json"));
    }
}
