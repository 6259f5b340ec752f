//! The exit codes, and which of two is the worse. Which error has which: `exit_code_table`.

/// The exit codes, as `arm help exit-codes` lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitCode {
    /// The service did what was asked, and all of it was printed.
    Done,
    /// A failure on this machine: a file, memory, the program.
    Local,
    /// Arguments, expression, body or URL cannot be understood.
    Usage,
    /// A redirect that was not followed.
    Redirect,
    /// HTTP 4xx.
    Client,
    /// HTTP 5xx.
    Server,
    /// No token.
    SignIn,
    /// No connection.
    Network,
    /// The time is up.
    TimedOut,
    /// A part of the answer is missing.
    Incomplete,
    /// The operation ended Failed or Canceled.
    OperationFailed,
    /// `--exit-status`: nothing matched.
    NothingFound,
    /// Refused for safety.
    Refused,
    /// Ended by Ctrl-C.
    Interrupted,
    /// What the command of `arm exec` ended with.
    Command(u32),
}

impl From<ExitCode> for u32 {
    fn from(code: ExitCode) -> Self {
        match code {
            ExitCode::Done => 0,
            ExitCode::Local => 1,
            ExitCode::Usage => 2,
            ExitCode::Redirect => 3,
            ExitCode::Client => 4,
            ExitCode::Server => 5,
            ExitCode::SignIn => 6,
            ExitCode::Network => 7,
            ExitCode::TimedOut => 8,
            ExitCode::Incomplete => 9,
            ExitCode::OperationFailed => 10,
            ExitCode::NothingFound => 11,
            ExitCode::Refused => 12,
            ExitCode::Interrupted => 130,
            ExitCode::Command(code) => code,
        }
    }
}

impl ExitCode {
    /// Returns the worse of two: what ended the run, then this machine and the network, then the service, then the
    /// request.
    #[must_use]
    pub fn or_worse(self, other: Self) -> Self {
        const WORST_FIRST: [ExitCode; 14] = [
            ExitCode::Interrupted,
            ExitCode::TimedOut,
            ExitCode::Local,
            ExitCode::SignIn,
            ExitCode::Refused,
            ExitCode::Network,
            ExitCode::Server,
            ExitCode::OperationFailed,
            ExitCode::Incomplete,
            ExitCode::Usage,
            ExitCode::Client,
            ExitCode::Redirect,
            ExitCode::NothingFound,
            ExitCode::Done,
        ];
        let found = WORST_FIRST
            .into_iter()
            .find(|code| *code == self || *code == other);
        found.unwrap_or(self)
    }
}
