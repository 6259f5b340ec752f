//! Runs this program for a call: in a process of its own, which ends with a call that is cancelled, and which can do
//! only what the command line can. Which command line: `mcp::call`.

use std::path::PathBuf;
use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, BufReader,
};
use tokio::process::Command;

use crate::mcp::{ChildRun, Effect, Finished};

/// The most bytes that are kept of what a run says on stderr.
const MOST_MESSAGES: usize = 1 << 20;
/// The most characters of an error that is longer than that.
const MOST_TEXT: usize = 1000;

/// Runs a command line to its end, and passes on what it says in the meantime.
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
    #[cfg(unix)]
    if run.effect == Effect::Writes {
        // Nor by a key of the terminal, or by a client that ends the whole group.
        command.process_group(0);
    }
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
            } else if message.get("exit").is_some() {
                kept.push(shortened(&message));
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

/// An error that repeats a long text of its call: what it is, and how it begins.
fn shortened(error: &Value) -> Value {
    let text = error.get("message").and_then(Value::as_str);
    let begin: String = text.unwrap_or_default().chars().take(MOST_TEXT).collect();
    let of = |name: &str| error.get(name).cloned().unwrap_or_default();
    json!({"exit": of("exit"), "code": of("code"), "status": of("status"), "message": format!("{begin}…")})
}

/// Reads a pipe to its end, and keeps its beginning.
async fn read_up_to(mut pipe: impl AsyncRead + Unpin, most: u64) -> Vec<u8> {
    let mut kept = Vec::new();
    let _read = (&mut pipe).take(most).read_to_end(&mut kept).await;
    let _rest = tokio::io::copy(&mut pipe, &mut tokio::io::sink()).await;
    kept
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{MOST_TEXT, shortened};

    #[test]
    fn a_long_error_keeps_what_it_is() {
        let error = json!({"exit": 4, "code": "TooLong", "message": "é".repeat(MOST_TEXT * 3)});
        let short = shortened(&error);
        assert_eq!(
            (&short["exit"], &short["code"]),
            (&json!(4), &json!("TooLong"))
        );
        assert_eq!(short["message"], json!("é".repeat(MOST_TEXT) + "…"));
    }
}
