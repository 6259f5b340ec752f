//! What a run over the recordings has compared, in numbers. Who compares: `recordings`.

#![expect(clippy::print_stderr, reason = "the numbers are the result")]

/// What was compared.
#[derive(Debug, Default)]
pub(crate) struct Count {
    /// Files that were played.
    pub(crate) files: u32,
    /// Exchanges in them.
    pub(crate) recorded: usize,
    /// Exchanges that were played.
    pub(crate) exchanges: usize,
    /// Answers of JSON.
    pub(crate) documents: u32,
    /// Answers that are lists.
    pub(crate) lists: u32,
    /// Pages of the longest list.
    pub(crate) most_pages: usize,
    /// Lists whose next page was not recorded.
    pub(crate) cut_lists: u32,
    /// Pages of lists whose links work at their own host only.
    pub(crate) relative_to_a_host: u32,
    /// Answers that are errors.
    pub(crate) errors: u32,
    /// What differed from the recording.
    pub(crate) faults: Vec<String>,
}

impl Count {
    /// The sum of two counts.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.files += other.files;
        self.recorded += other.recorded;
        self.exchanges += other.exchanges;
        self.documents += other.documents;
        self.lists += other.lists;
        self.most_pages = self.most_pages.max(other.most_pages);
        self.cut_lists += other.cut_lists;
        self.relative_to_a_host += other.relative_to_a_host;
        self.errors += other.errors;
        self.faults.extend(other.faults);
        self
    }

    /// Writes the numbers, and what they do not cover, to stderr.
    pub(crate) fn report(&self) {
        let Self {
            files,
            recorded,
            exchanges,
            documents,
            lists,
            most_pages,
            ..
        } = self;
        let Self {
            cut_lists,
            errors,
            faults,
            ..
        } = self;
        eprintln!(
            "recordings: {exchanges} of {recorded} exchanges in {files} files replayed, {} at \
             fault: {documents} JSON documents, {lists} lists of up to {most_pages} pages \
             ({cut_lists} whose next page was not recorded), {errors} errors",
            faults.len()
        );
        eprintln!(
            "recordings: {} pages of the directory graph replayed one by one, not as a list: their \
             links start behind the tenant of graph.windows.net, which no loopback address is",
            self.relative_to_a_host
        );
        eprintln!("recordings: `:443` in links is not shown: the player rewrites hosts");
    }
}
