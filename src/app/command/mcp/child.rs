//! Runs this program for a call: in a process of its own, which ends with a call that is cancelled, and which can do nothing
//! but what the command line can. Which command line: `mcp::call`.

use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, BufReader,
};
use tokio::process::Command;

use crate::mcp::{ChildRun, Effect, Finished};

/// The most bytes that are kept of what a run says on stderr.
const MOST_MESSAGES: usize = 1 << 20;

/// Runs a command line to its end, and passes on what it says meanwhile.
pub(super) async fn run(
    program: &PathBuf,
    run: &ChildRun,
    mut tell: impl FnMut(&Value),
) -> std::io::Result<Finished> {
    let mut command = Command::new(program);
    command
        .args(&run.arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.stdin(if run.input.is_some() {
        Stdio::piped()
    } else {
        Stdio::null()
    });
    // A run that reads ends with its call. One that writes is never ended: nobody would know what became of it.
    command.kill_on_drop(run.effect == Effect::ReadOnly);
    if run.effect == Effect::ReadOnly {
        command.env("ARMCLI_READ_ONLY", "1");
    }
    let mut child = command.spawn()?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let input = async {
        if let (Some(mut stdin), Some(input)) = (stdin, &run.input) {
            // A run that does not want its input has a reason, and says it.
            let _unread = stdin.write_all(input.as_bytes()).await;
        }
    };
    let output = async {
        match stdout {
            Some(stdout) => read_up_to(stdout, run.most_bytes).await,
            None => Vec::new(),
        }
    };
    let messages = async {
        let mut kept = Vec::new();
        let Some(stderr) = stderr else {
            return kept;
        };
        let (mut lines, mut left) = (BufReader::new(stderr).lines(), MOST_MESSAGES);
        while let Ok(Some(line)) = lines.next_line().await {
            let Ok(message) = serde_json::from_str::<Value>(&line) else {
                continue;
            };
            tell(&message);
            if let Some(rest) = left.checked_sub(line.len()) {
                left = rest;
                kept.push(message);
            }
        }
        kept
    };
    let ((), output, messages) = tokio::join!(input, output, messages);
    let status = child.wait().await?;
    Ok(Finished {
        code: status.code(),
        output: String::from_utf8_lossy(&output).into_owned(),
        messages,
    })
}

/// Reads a pipe to its end, and keeps its beginning.
async fn read_up_to(mut pipe: impl AsyncRead + Unpin, most: u64) -> Vec<u8> {
    let mut kept = Vec::new();
    let _read = (&mut pipe).take(most).read_to_end(&mut kept).await;
    let _rest = tokio::io::copy(&mut pipe, &mut tokio::io::sink()).await;
    kept
}
