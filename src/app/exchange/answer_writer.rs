//! Writes an answer to its destination: what `output::Renderer` makes of the parts of pages goes, with the head before it,
//! through the paint into the sink. Who fetches the pages: `client::List`.

use crate::app::naming::seen::Seen;
use crate::client::{IndexedPage, ItemLimit, Page, PageConsumer};
use crate::error::Error;
use crate::json::PageEvent;
use crate::output::{End, Finished, Paint, RenderOptions, Renderer, Sink};

/// Within a page, bytes are written in portions of at least this many: few system calls, and memory that stays in the
/// processor's cache.
const PORTION: usize = 64 * 1024;

/// An answer on its way to its destination. What it looks like is decided by the [`Renderer`], which writes nothing.
#[derive(Debug)]
pub(crate) struct AnswerWriter {
    renderer: Renderer,
    limit: Option<u64>,
    max_memory: usize,
    begun: bool,
    /// What comes before the answer, until the answer begins.
    head: String,
    out: Vec<u8>,
    paint: Paint,
    sink: Sink,
    /// Whether nothing is written before all is there, because its end may be cut.
    is_held: bool,
    /// What the items show that is worth remembering.
    seen: Option<Seen>,
}

impl AnswerWriter {
    pub(crate) fn new(options: RenderOptions, head: String, paint: Paint, sink: Sink) -> Self {
        Self {
            limit: options.limit,
            is_held: options.room.is_some(),
            max_memory: options.max_memory,
            renderer: Renderer::new(options),
            begun: false,
            head,
            out: Vec::new(),
            paint,
            sink,
            seen: None,
        }
    }

    /// Notes what the items show.
    pub(crate) fn note_seen(mut self, seen: Option<Seen>) -> Self {
        self.seen = seen;
        self
    }

    /// What the items have shown, once.
    pub(crate) fn take_seen(&mut self) -> Option<Seen> {
        self.seen.take()
    }

    /// Tells whether any part of the answer was taken.
    pub(crate) fn has_begun(&self) -> bool {
        self.begun
    }

    /// Tells whether nothing is printed of a list that is incomplete.
    pub(crate) fn needs_whole(&self) -> bool {
        self.renderer.needs_whole()
    }

    /// How many of the first items decide the answer, if not all do.
    pub(crate) fn items_needed(&self) -> Option<u64> {
        self.renderer.items_needed()
    }

    /// How many items are enough, if not all are wanted: by the limit, or by the query.
    pub(crate) fn items_enough(&self) -> Option<u64> {
        self.limit.into_iter().chain(self.items_needed()).min()
    }

    /// Tells whether no further page changes the answer.
    pub(crate) fn is_answered(&self) -> bool {
        self.renderer.is_answered()
    }

    /// How many items were taken so far.
    pub(crate) fn items(&self) -> u64 {
        self.renderer.items()
    }

    /// How many items were left out so far.
    pub(crate) fn dropped(&self) -> u64 {
        self.renderer.dropped()
    }

    /// How the number of items compares with the limit, with this many items more.
    pub(crate) fn limit_after(&self, more: u64) -> ItemLimit {
        let items = self.renderer.items() + more;
        match self.limit {
            _ if self.renderer.dropped() > 0 || self.is_out_of_room() => ItemLimit::Exceeded,
            Some(limit) if items > limit => ItemLimit::Exceeded,
            Some(limit) if items == limit => ItemLimit::Reached,
            Some(_) | None => ItemLimit::Open,
        }
    }

    /// Tells whether no further item has room.
    pub(crate) fn is_out_of_room(&self) -> bool {
        self.renderer.is_out_of_room()
    }

    /// How many items of a page are wanted.
    pub(crate) fn count_of(&self, page: &Page) -> u64 {
        match &page.content {
            Some(content) if !self.renderer.takes_all() => self.renderer.count(content.parts()),
            Some(_) | None => page.count(),
        }
    }

    /// Says that what follows is a later page.
    pub(crate) fn next_page(&mut self) {
        self.renderer.next_page();
    }

    /// Takes a page that is in memory.
    pub(crate) fn page(&mut self, page: Option<&IndexedPage>) -> Result<(), Error> {
        let Some(page) = page else {
            return Ok(());
        };
        self.begun = true;
        for part in page.parts() {
            self.part(part)?;
        }
        Ok(())
    }

    /// Writes what a page leaves: its reader need not wait for the next one.
    pub(crate) fn end_page(&mut self) -> Result<(), Error> {
        if self.out.is_empty() {
            return Ok(());
        }
        self.write()
    }

    /// Writes what the renderer would hold until the next page comes.
    pub(crate) fn flow(&mut self) -> Result<(), Error> {
        if self.is_held {
            return Ok(());
        }
        self.renderer.flow(&mut self.out);
        self.end_page()
    }

    fn write(&mut self) -> Result<(), Error> {
        if self.is_held {
            return Ok(());
        }
        self.sink.write(std::mem::take(&mut self.head).as_bytes())?;
        Ok(self.paint.write(&mut self.out, &mut self.sink)?)
    }

    /// Ends the answer and makes it visible; a file only if the answer is complete. Returns what was printed.
    pub(crate) fn finish(self, end: End<'_>) -> Result<Finished, Error> {
        let Self {
            renderer,
            head,
            mut out,
            mut paint,
            mut sink,
            ..
        } = self;
        let finished = renderer.finish(end, &mut out)?;
        sink.write(head.as_bytes())?;
        paint.write(&mut out, &mut sink)?;
        paint.finish(&mut sink)?;
        match end {
            End::Complete | End::Limited(_) => sink.finish()?,
            End::Partial | End::Failed(_) => sink.give_up()?,
        }
        Ok(finished)
    }
}

impl PageConsumer for AnswerWriter {
    type Error = Error;

    fn max_memory(&self) -> usize {
        self.max_memory
    }

    fn indents_items(&self) -> bool {
        self.renderer.indents_items()
    }

    fn part(&mut self, part: PageEvent<'_>) -> Result<(), Error> {
        self.begun = true;
        if let (Some(seen), PageEvent::Item(item) | PageEvent::Indented { item, .. }) =
            (&mut self.seen, part)
        {
            seen.item(item);
        }
        self.renderer.part(part, &mut self.out)?;
        if self.out.len() >= PORTION {
            self.write()?;
        }
        Ok(())
    }
}
