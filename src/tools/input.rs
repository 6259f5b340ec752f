//! What a program says to a credential helper on standard input, if it is not what the protocol has.

/// The most bytes that a program says.
pub const MOST_INPUT: u64 = 64 << 10;

/// Why an input is not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HelperInputError {
    /// It is not of the protocol.
    #[error("standard input does not hold what {program} says to a credential helper: {reason}")]
    Malformed {
        /// Whose protocol it is.
        program: &'static str,
        /// What is wrong.
        reason: &'static str,
    },
    /// kubectl does not say which cluster the token is for.
    #[error("kubectl does not say which cluster the token is for")]
    NoCluster,
    /// kubectl was not the one who asked.
    #[error("there is no `KUBERNETES_EXEC_INFO`: kubectl sets it when it asks for a token")]
    NoExecInfo,
}
