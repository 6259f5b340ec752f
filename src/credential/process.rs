//! Another program, run for its answer: by its arguments, never through a shell, with limits on its time and its
//! output. Which programs: `azure_cli`, `azure_developer_cli`, `powershell`.

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, Command};

use super::{Error, Source, SourceErrorKind};
use crate::azure::secret_variables;
use crate::env::Env;
use crate::program;

/// A token is a few KiB; longer output is not one.
const MAX_OUTPUT: u64 = 1 << 20;
/// A cold start takes seconds; a minute is a hang.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A launcher, its interpreter, and what that starts.
#[cfg(target_os = "linux")]
const MOST_GENERATIONS: u32 = 8;

/// How long the pipes of a program may stay open after its end, because a program that it started
/// holds them.
const PIPES_AFTER_END: Duration = Duration::from_secs(1);
/// Where Windows has its own files.
const WINDOWS: &str = "SystemRoot";
/// Folders that may be relative to the folder of this program, which the other one does not share.
const FOLDERS: [&str; 2] = ["AZURE_CONFIG_DIR", "AZD_CONFIG_DIR"];

/// A program to run.
#[derive(Debug, Clone)]
pub(super) struct Program {
    /// The source that it stands for, as errors name it.
    pub(super) source: Source,
    /// The name that the user knows it by.
    pub(super) name: &'static str,
    /// Where it is.
    path: PathBuf,
    /// Where it runs.
    folder: PathBuf,
    /// Folders of settings, whole.
    settings: Vec<(&'static str, PathBuf)>,
}

/// The outcome of a program. Its output may hold a token.
pub(super) struct Finished {
    /// How it ended.
    pub(super) status: ExitStatus,
    /// What it answered.
    pub(super) stdout: Vec<u8>,
    /// What it told the user.
    pub(super) stderr: Vec<u8>,
}

impl Program {
    /// Looks for a program.
    pub(super) fn find(env: &Env, source: Source, name: &'static str) -> Option<Self> {
        let path = program::find(env, name)?;
        Some(Self {
            source,
            name,
            path,
            folder: neutral_folder(env),
            settings: whole_folders(env),
        })
    }

    /// Runs the program to its end. It cannot ask for input, and does not outlive the run.
    ///
    /// It runs in a folder of the system: the launchers of az are `python -m azure.cli`, which looks
    /// for its modules in the current folder first, where a repository could have put others.
    ///
    /// # Errors
    /// If it does not start, does not end in a minute, or says more than 1 MiB.
    pub(super) async fn run(
        &self,
        arguments: &[String],
        variables: &[(&str, &str)],
    ) -> Result<Finished, Error> {
        let mut command = Command::new(&self.path);
        for name in secret_variables() {
            // It has no use for the secrets of the other sources.
            command.env_remove(name);
        }
        command
            .args(arguments)
            .current_dir(&self.folder)
            .envs(self.settings.iter().map(|(name, folder)| (name, folder)))
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        #[cfg(all(unix, not(target_os = "linux")))]
        command.process_group(0);
        let started = command.spawn();
        let run = async {
            let mut child = started?;
            let family = Family::of(&child, &self.folder);
            let finished = output_of(&mut child).await;
            if matches!(finished, Ok(Some(_))) {
                family.stays();
            }
            finished
        };
        match tokio::time::timeout(TIMEOUT, run).await {
            Ok(Ok(Some(finished))) => Ok(finished),
            Ok(Ok(None)) => Err(self.malformed("its output is longer than 1 MiB")),
            Ok(Err(error)) => Err(self.refused(format!("`{}` does not start: {error}", self.name))),
            Err(_) => Err(self.refused(format!("no answer within {} seconds", TIMEOUT.as_secs()))),
        }
    }

    /// The error of a program that has no token to give.
    pub(super) fn refused(&self, message: String) -> Error {
        SourceErrorKind::Refused {
            code: self.name.to_owned(),
            message,
        }
        .of(self.source)
    }

    /// The error of a program whose answer cannot be read.
    pub(super) fn malformed(&self, detail: &str) -> Error {
        SourceErrorKind::Malformed {
            detail: detail.to_owned(),
        }
        .of(self.source)
    }
}

impl Finished {
    /// Says how the program ended, if it gave no reason for its failure.
    pub(super) fn end(&self) -> String {
        #[cfg(unix)]
        {
            use std::os::unix::process::ExitStatusExt as _;

            if let Some(signal) = self.status.signal() {
                return format!("it was ended by signal {signal}");
            }
        }
        match self.status.code() {
            Some(code) => format!("it gave no reason (exit code {code})"),
            None => "it gave no reason".to_owned(),
        }
    }
}

/// A folder in which only the system puts files.
fn neutral_folder(env: &Env) -> PathBuf {
    if cfg!(windows) {
        return PathBuf::from(env.get(WINDOWS).unwrap_or(r"C:\Windows"));
    }
    PathBuf::from("/")
}

/// The folders of settings as the program gets them: in full.
fn whole_folders(env: &Env) -> Vec<(&'static str, PathBuf)> {
    let whole = |name| Some((name, std::path::absolute(env.path(name)?).ok()?));
    FOLDERS.into_iter().filter_map(whole).collect()
}

/// What a program has started. The launcher of az is a shell that waits for Python: to end the one
/// would leave the other. It is ended with its program, unless that came to its own end.
struct Family<'a> {
    /// The program, as long as it runs.
    parent: Option<u32>,
    /// Where it runs: a folder of the system.
    folder: &'a Path,
}

impl<'a> Family<'a> {
    fn of(child: &Child, folder: &'a Path) -> Self {
        let parent = child.id();
        Self { parent, folder }
    }

    /// Lets it live: programs that still run then were meant to.
    fn stays(mut self) {
        self.parent = None;
    }
}

impl Drop for Family<'_> {
    fn drop(&mut self) {
        if let Some(parent) = self.parent {
            end_family(parent, self.folder);
        }
    }
}

#[cfg(target_os = "linux")]
fn end_family(parent: u32, _folder: &Path) {
    end_children(parent, MOST_GENERATIONS);
}

/// Ends the children of a process, as Linux lists them (proc(5), `children`).
#[cfg(target_os = "linux")]
fn end_children(parent: u32, generations: u32) {
    use rustix::process::{Pid, Signal, kill_process};

    let Ok(threads) = std::fs::read_dir(format!("/proc/{parent}/task")) else {
        return;
    };
    for thread in threads.flatten() {
        let children = std::fs::read_to_string(thread.path().join("children"));
        let children = children.unwrap_or_default();
        for child in children.split_whitespace().flat_map(str::parse::<i32>) {
            if let (Ok(own), Some(generations)) = (child.try_into(), generations.checked_sub(1)) {
                end_children(own, generations);
            }
            if let Some(child) = Pid::from_raw(child) {
                let _gone = kill_process(child, Signal::KILL);
            }
        }
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
fn end_family(parent: u32, _folder: &Path) {
    end_group(parent);
}

/// Ends the group that the program was started as the head of, where children cannot be listed.
#[cfg(all(unix, any(test, not(target_os = "linux"))))]
fn end_group(parent: u32) {
    use rustix::process::{Pid, Signal, kill_process_group};

    if let Some(group) = i32::try_from(parent).ok().and_then(Pid::from_raw) {
        let _gone = kill_process_group(group, Signal::KILL);
    }
}

/// Has the system end the program with all that it has started: `az` is a batch file there, which waits for Python.
#[cfg(not(unix))]
fn end_family(parent: u32, folder: &Path) {
    let program = folder.join(r"System32\taskkill.exe");
    let mut command = Command::new(program);
    command.args(["/F", "/T", "/PID", &parent.to_string()]);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command.stderr(Stdio::null());
    // It is waited for: without the program at its head the family would not be found.
    let _gone = command.into_std().status();
}

/// Runs a program to its end; nothing if it says too much.
async fn output_of(child: &mut Child) -> std::io::Result<Option<Finished>> {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let streams = (child.stdout.take(), child.stderr.take());
    let (Some(out), Some(err)) = streams else {
        return Err(std::io::ErrorKind::BrokenPipe.into());
    };
    let (mut out, mut err) = (out.take(MAX_OUTPUT), err.take(MAX_OUTPUT));
    let read = async {
        let both = tokio::try_join!(whole(&mut out, &mut stdout), whole(&mut err, &mut stderr));
        both.map(|_| ())
    };
    let read = {
        let mut read = std::pin::pin!(read);
        // Programs that it has started may keep its pipes open; its own output is in them by then.
        tokio::select! {
            read = &mut read => read,
            ended = child.wait() => match ended {
                Ok(_) => tokio::time::timeout(PIPES_AFTER_END, read).await.unwrap_or(Ok(())),
                Err(error) => Err(error),
            },
        }
    };
    match read {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::FileTooLarge => {
            child.kill().await?;
            return Ok(None);
        }
        Err(error) => return Err(error),
    }
    let status = child.wait().await?;
    Ok(Some(Finished {
        status,
        stdout,
        stderr,
    }))
}

/// Reads a stream to its end, or to the limit, which is an error: the other stream need not be
/// waited for.
async fn whole<R: tokio::io::AsyncRead + Unpin>(
    stream: &mut tokio::io::Take<R>,
    bytes: &mut Vec<u8>,
) -> std::io::Result<()> {
    stream.read_to_end(bytes).await?;
    if stream.limit() == 0 {
        return Err(std::io::ErrorKind::FileTooLarge.into());
    }
    Ok(())
}

/// Tells whether a word may be in the arguments of another program. It is passed without a shell, but what the program
/// does with it, or a batch file of Windows, is not known: only what scopes, tenants and ids are made of goes through
/// (the rule of the Azure SDKs).
pub(super) fn is_plain(word: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/".contains(&byte);
    !word.is_empty() && word.bytes().all(is_allowed)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::{Env, Error, Program, Source, SourceErrorKind, is_plain, whole_folders};
    use crate::credential::SourceError;

    fn program(path: &str) -> Program {
        Program {
            source: Source::AzureCli,
            name: "az",
            path: path.into(),
            folder: "/".into(),
            settings: Vec::new(),
        }
    }

    #[test]
    fn folders_of_settings_are_whole() {
        let env = Env::with_variables([("AZURE_CONFIG_DIR", "a/b"), ("AZD_CONFIG_DIR", "/c")]);
        let here = std::env::current_dir().unwrap();
        let expected = [
            ("AZURE_CONFIG_DIR", here.join("a/b")),
            ("AZD_CONFIG_DIR", "/c".into()),
        ];
        assert_eq!(whole_folders(&env), expected);
    }

    #[tokio::test(start_paused = true)]
    async fn ends_what_hangs() {
        let found = program("/bin/sleep").run(&["3600".to_owned()], &[]).await;
        let Err(
            error @ Error::Source(SourceError {
                kind: SourceErrorKind::Refused { .. },
                ..
            }),
        ) = found
        else {
            panic!("it ended")
        };
        assert_eq!(error.to_string(), "az: no answer within 60 seconds");
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn ends_what_a_launcher_has_started() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("id");
        let script = format!("sh -c 'sleep 3600 & echo $! > {}; wait'; :", file.display());
        let (launcher, arguments) = (program("/bin/sh"), ["-c".to_owned(), script]);
        let id = tokio::select! {
            _ = launcher.run(&arguments, &[]) => panic!("it ended"),
            id = written(&file) => id,
        };
        assert!(ends(&id), "it lives");
    }

    /// What systems do that do not list the children of a process.
    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn ends_the_group_of_a_launcher() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("id");
        let script = format!("sh -c 'sleep 3600 & echo $! > {}; wait'; :", file.display());
        let mut launcher = tokio::process::Command::new("/bin/sh");
        launcher.args(["-c", &script]).process_group(0);
        let mut launcher = launcher.spawn().unwrap();
        let id = written(&file).await;
        super::end_group(launcher.id().unwrap());
        assert!(ends(&id), "it lives");
        assert!(!launcher.wait().await.unwrap().success());
    }

    /// Waits for a line in a file.
    #[cfg(target_os = "linux")]
    async fn written(file: &std::path::Path) -> String {
        loop {
            match std::fs::read_to_string(file) {
                Ok(line) if line.ends_with('\n') => return line.trim().to_owned(),
                Ok(_) | Err(_) => tokio::task::yield_now().await,
            }
        }
    }

    /// Tells whether a process ends in a while: it is gone, or waits for init to take note of it.
    #[cfg(target_os = "linux")]
    fn ends(id: &str) -> bool {
        let state = format!("/proc/{id}/stat");
        let lives = || std::fs::read_to_string(&state).is_ok_and(|stat| !stat.contains(") Z "));
        (0..1_000_000).any(|_| !lives())
    }

    #[tokio::test]
    async fn does_not_wait_for_who_keeps_the_pipes() {
        let script = ["-c", "echo said; sleep 3600 & echo $! >&2"].map(str::to_owned);
        let found = program("/bin/sh").run(&script, &[]).await;
        let Ok(finished) = found else {
            panic!("it failed")
        };
        let sleeper = String::from_utf8_lossy(&finished.stderr);
        let kill = std::process::Command::new("kill")
            .arg(sleeper.trim())
            .status();
        assert!(kill.is_ok_and(|status| status.success()));
        assert_eq!(finished.stdout, b"said\n");
        assert!(finished.status.success());
    }

    #[test]
    fn lets_plain_words_through() {
        for word in [
            "https://management.azure.com//.default",
            "499b84ac-1321-427f-aa17-267ca6975798/.default",
            "api://a_b.c",
            "contoso.onmicrosoft.com",
        ] {
            assert!(is_plain(word), "{word}");
        }
        for word in [
            "", "a b", "a;b", "a&b", "$(x)", "a\"b", "a%b", "a'b", "a\nb", "é", "a^b",
        ] {
            assert!(!is_plain(word), "{word}");
        }
    }
}
