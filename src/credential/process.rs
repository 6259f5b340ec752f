//! Another program, run for its answer: by its arguments, never through a shell, with an end to its
//! time and to its output. Knows no program in particular.

use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::process::Command;

use super::{Error, Source};
use crate::env::Env;

/// A token is a few KiB; what says more is none.
const MAX_OUTPUT: u64 = 1 << 20;
/// A cold start takes seconds; a minute is a hang.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A program to run.
#[derive(Debug, Clone)]
pub(super) struct Program {
    /// The source that it stands for, as errors name it.
    pub(super) source: Source,
    /// The name that the user knows it by.
    pub(super) name: &'static str,
    /// Where it is.
    pub(super) path: PathBuf,
}

/// What a program left behind. Its output may hold a token.
pub(super) struct Finished {
    /// How it ended.
    pub(super) status: ExitStatus,
    /// What it answered.
    pub(super) stdout: Vec<u8>,
    /// What it told the user.
    pub(super) stderr: Vec<u8>,
}

impl Program {
    /// Looks for a program by one of its file names, in the absolute folders of the PATH alone, so
    /// that no file of the current folder is run.
    pub(super) fn find(
        env: &Env,
        source: Source,
        name: &'static str,
        file_names: &[&str],
    ) -> Option<Self> {
        let path = std::env::split_paths(env.get("PATH")?)
            .filter(|folder| folder.is_absolute())
            .flat_map(|folder| file_names.iter().map(move |name| folder.join(name)))
            .find(|path| path.is_file())?;
        Some(Self { source, name, path })
    }

    /// Runs the program to its end. It cannot ask for input, and does not outlive the run.
    ///
    /// # Errors
    /// Where it does not start, does not end in a minute, or says more than 1 MiB.
    pub(super) async fn run(
        &self,
        arguments: &[String],
        variables: &[(&str, &str)],
    ) -> Result<Finished, Error> {
        let mut command = Command::new(&self.path);
        command
            .args(arguments)
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        match tokio::time::timeout(TIMEOUT, output_of(&mut command)).await {
            Ok(Ok(Some(finished))) => Ok(finished),
            Ok(Ok(None)) => Err(self.malformed("it goes on after 1 MiB")),
            Ok(Err(error)) => Err(self.refused(format!("`{}` does not start: {error}", self.name))),
            Err(_) => Err(self.refused(format!("no answer within {} seconds", TIMEOUT.as_secs()))),
        }
    }

    /// The error of a program that has no token to give.
    pub(super) fn refused(&self, message: String) -> Error {
        Error::Refused {
            source_name: self.source,
            code: self.name.to_owned(),
            message,
        }
    }

    /// The error of a program whose answer cannot be read.
    pub(super) fn malformed(&self, detail: &str) -> Error {
        Error::Malformed {
            source_name: self.source,
            detail: detail.to_owned(),
        }
    }
}

impl Finished {
    /// Says how the program ended, where it gave no reason for its failure.
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

/// Runs a command to its end; nothing where it says too much.
async fn output_of(command: &mut Command) -> std::io::Result<Option<Finished>> {
    let mut child = command.spawn()?;
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
    match read.await {
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

/// Tells whether a word may stand in the arguments of another program. It is passed without a
/// shell, but what the program does with it, or a batch file of Windows, is not known: only what
/// scopes, tenants and ids are made of goes through (the rule of the Azure SDKs).
pub(super) fn is_plain(word: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/".contains(&byte);
    !word.is_empty() && word.bytes().all(is_allowed)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::{Error, Program, Source, is_plain};

    fn program(path: &str) -> Program {
        Program {
            source: Source::AzureCli,
            name: "az",
            path: path.into(),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn ends_what_hangs() {
        let found = program("/bin/sleep").run(&["3600".to_owned()], &[]).await;
        let Err(error @ Error::Refused { .. }) = found else {
            panic!("it ended")
        };
        assert_eq!(error.to_string(), "az: no answer within 60 seconds");
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
