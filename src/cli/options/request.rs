//! The options of every command that sends a request to a URL. `plan` carries them as they are; what a command adds to
//! them is in `arguments`.

use clap::Args;

use crate::cli::options::headers::HeaderOptions;
use crate::cli::options::network::NetworkOptions;
use crate::cli::options::output::{ExitOptions, OutputOptions};
use crate::cli::options::paging::PagingOptions;
use crate::cli::options::query::QueryOptions;
use crate::cli::options::sign_in::{SignInOptions, TargetOptions};

/// What can be said about a request, apart from its method, its URL and its items.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct RequestOptions {
    /// Its header fields.
    #[command(flatten)]
    pub headers: HeaderOptions,
    /// `$filter` and the like, and the api-version.
    #[command(flatten)]
    pub query: QueryOptions,
    /// Who signs in.
    #[command(flatten)]
    pub sign_in: SignInOptions,
    /// Where a token may go, and what placeholders stand for.
    #[command(flatten)]
    pub target: TargetOptions,
    /// How much of a list is fetched.
    #[command(flatten)]
    pub paging: PagingOptions,
    /// What is printed.
    #[command(flatten)]
    pub output: OutputOptions,
    /// What counts as success.
    #[command(flatten)]
    pub exit: ExitOptions,
    /// Time and repetition.
    #[command(flatten)]
    pub network: NetworkOptions,
}

impl RequestOptions {
    /// Makes a JMESPath about an array one about the items of the answer, which are in this member.
    pub(in crate::cli) fn make_query_about(&mut self, member: &'static str) {
        // With `--each` it is about the item already.
        self.output.items_member = (!self.paging.each).then_some(member);
    }
}
