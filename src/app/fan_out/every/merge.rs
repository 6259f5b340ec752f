//! Where the pages of many lists wait for their turn: the list whose turn it is prints, the others keep what they have,
//! up to a limit for all of them. Who fetches the pages: `list_task`.

use std::cell::Cell;

use bytes::Bytes;
use tokio::sync::{Mutex, Notify};

use crate::app::exchange::answer_writer::AnswerWriter;
use crate::app::fan_out::progress::Progress;
use crate::client::{IndexedPage, ItemLimit, PageConsumer as _};
use crate::error::Error;
use crate::json::{MemberPath, PageEvent};
use crate::transport::{BodyPrefix, Response};

/// The most bytes that pages take together while they wait for their turn; then nothing more is requested.
pub(crate) const MOST_WAITING: usize = 4 << 20;
/// What a page of unknown length is expected to take, until a larger one was seen.
const USUAL_PAGE: usize = 256 << 10;
/// What a part of a page costs in addition to its text.
const PART_COST: usize = 48;
/// What a list costs that waits without a page.
const LIST_COST: usize = 512;
/// From this number of rows on, a table takes its widths from those that have come, and flows: the first lists may be
/// short ones.
const ENOUGH_FOR_WIDTHS: u64 = 50;
/// Where the items are in the document, if the first response is not a list.
const ITEMS: &str = "\"value\"";

/// The order in which lists are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// One list after the other.
    AsListed,
    /// That in which pages arrive.
    OnArrival,
}

/// The pages of one list that wait for its turn.
#[derive(Debug, Default)]
pub(crate) struct BufferedPages {
    pages: Vec<IndexedPage>,
    bytes: usize,
}

/// Puts the pages of lists that are fetched in parallel into one order.
#[derive(Debug)]
pub(crate) struct ReorderBuffer {
    writer: Mutex<AnswerWriter>,
    order: Order,
    /// The number of the list whose turn it is.
    turn: Cell<usize>,
    /// Bytes that wait for their turn, or are on their way.
    waiting: Cell<usize>,
    /// The largest page that was seen.
    largest: Cell<usize>,
    has_begun: Cell<bool>,
    /// How many items were printed, and how many are enough, if not all are wanted.
    items: Cell<u64>,
    enough: Cell<Option<u64>>,
    is_answered: Cell<bool>,
    is_full: Cell<bool>,
    /// Whether it was full before the page that came last.
    was_full: Cell<bool>,
    has_left_out: Cell<bool>,
    dropped: Cell<u64>,
    /// Wakes those who wait for a change of this.
    changed: Notify,
    pub(crate) progress: Progress,
}

/// Memory set aside for a page that is on its way.
#[derive(Debug)]
pub(crate) struct Reservation<'a> {
    buffer: &'a ReorderBuffer,
    bytes: usize,
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        self.buffer.free(self.bytes);
    }
}

impl ReorderBuffer {
    pub(crate) fn new(writer: AnswerWriter, order: Order, progress: Progress) -> Self {
        let order = if writer.needs_whole() {
            Order::AsListed
        } else {
            order
        };
        let enough = writer.items_enough();
        Self {
            writer: Mutex::new(writer),
            order,
            turn: Cell::new(0),
            waiting: Cell::new(0),
            largest: Cell::new(USUAL_PAGE),
            has_begun: Cell::new(false),
            items: Cell::new(0),
            enough: Cell::new(enough),
            is_answered: Cell::new(false),
            is_full: Cell::new(false),
            was_full: Cell::new(false),
            has_left_out: Cell::new(false),
            dropped: Cell::new(0),
            changed: Notify::new(),
            progress,
        }
    }

    /// Tells whether a list may be printed now.
    pub(crate) fn is_at_turn(&self, number: usize) -> bool {
        self.order == Order::OnArrival || self.turn.get() == number
    }

    /// Tells whether more may be requested.
    pub(crate) fn has_room(&self) -> bool {
        self.waiting.get() < MOST_WAITING
    }

    /// Tells whether a query has its answer, whatever comes after.
    pub(crate) fn is_answered(&self) -> bool {
        self.is_answered.get()
    }

    /// How many lists may be under way, `settled` of them having been printed: no more than are likely to be needed if
    /// not all items are wanted.
    pub(crate) fn most_ahead(&self, settled: usize) -> usize {
        match self.enough.get() {
            Some(enough) => lists_needed(enough, self.items.get(), settled),
            None => usize::MAX,
        }
    }

    /// Tells whether the limit of items is reached.
    pub(crate) fn is_full(&self) -> bool {
        self.is_full.get()
    }

    /// Tells whether the limit was reached before the page that came last.
    pub(crate) fn was_full(&self) -> bool {
        self.was_full.get()
    }

    /// Tells whether pages are printed in the order in which they arrive.
    pub(crate) fn prints_on_arrival(&self) -> bool {
        self.order == Order::OnArrival
    }

    /// Takes note that something after the limit was left out.
    pub(crate) fn leave_out(&self) {
        self.has_left_out.set(true);
    }

    /// Tells whether anything was left out because of the limit, as far as it was seen.
    pub(crate) fn has_left_out(&self) -> bool {
        self.has_left_out.get() || self.dropped.get() > 0
    }

    /// Tells whether any part of the document was taken.
    pub(crate) fn has_begun(&self) -> bool {
        self.has_begun.get()
    }

    /// Completes when something has changed.
    pub(crate) async fn change(&self) {
        self.changed.notified().await;
    }

    /// Waits until it is a list's turn.
    pub(crate) async fn wait_for_turn(&self, number: usize) {
        loop {
            let changed = self.changed.notified();
            if self.is_at_turn(number) {
                return;
            }
            changed.await;
        }
    }

    /// Waits until it is a list's turn, or there is room for more of it.
    pub(crate) async fn wait_for_room(&self, number: usize) {
        loop {
            let changed = self.changed.notified();
            if self.is_at_turn(number) || self.has_room() {
                return;
            }
            changed.await;
        }
    }

    /// Waits until there is room for the body of a response, or it is its list's turn: then it is printed at once.
    pub(crate) async fn reserve(&self, number: usize, response: &Response) -> Reservation<'_> {
        let length = response
            .header("content-length")
            .and_then(|text| text.parse().ok());
        let is_packed = response.headers.contains_key("content-encoding");
        let bytes = length
            .filter(|_| !is_packed)
            .unwrap_or_else(|| self.largest.get());
        let bytes = bytes.min(BodyPrefix::WHOLE);
        loop {
            let changed = self.changed.notified();
            if self.is_at_turn(number) {
                return Reservation {
                    buffer: self,
                    bytes: 0,
                };
            }
            if self.waiting.get() + bytes <= MOST_WAITING {
                self.waiting.set(self.waiting.get() + bytes);
                return Reservation {
                    buffer: self,
                    bytes,
                };
            }
            changed.await;
        }
    }

    fn free(&self, bytes: usize) {
        self.waiting.set(self.waiting.get().saturating_sub(bytes));
        self.changed.notify_waiters();
    }

    /// Takes a page: prints it if it is its list's turn, else keeps it.
    pub(crate) async fn take(
        &self,
        number: usize,
        page: IndexedPage,
        buffered: &mut BufferedPages,
    ) -> Result<(), Error> {
        self.largest.set(
            self.largest
                .get()
                .max(page.bytes.len())
                .min(BodyPrefix::WHOLE),
        );
        self.progress.add(items_in(&page));
        if self.is_at_turn(number) {
            self.flush(buffered).await?;
            return self.print(page).await;
        }
        let IndexedPage { bytes, index } = page;
        // What the connection has read into may be larger than the page.
        let bytes = Bytes::copy_from_slice(&bytes);
        let cost = bytes.len() + index.len() * PART_COST;
        buffered.bytes += cost;
        self.waiting.set(self.waiting.get() + cost);
        buffered.pages.push(IndexedPage { bytes, index });
        Ok(())
    }

    /// Prints the pages that were kept of a list, as far as the limit goes.
    pub(crate) async fn flush(&self, buffered: &mut BufferedPages) -> Result<(), Error> {
        for page in std::mem::take(&mut buffered.pages) {
            if self.is_full() {
                self.was_full.set(true);
                self.leave_out();
                break;
            }
            self.print(page).await?;
        }
        self.free(std::mem::take(&mut buffered.bytes));
        Ok(())
    }

    /// Counts what it costs to keep a list that has ended before its turn.
    pub(crate) fn hold(&self, buffered: &mut BufferedPages) {
        buffered.bytes += LIST_COST;
        self.waiting.set(self.waiting.get() + LIST_COST);
    }

    /// Gives the turn to the next list, and returns its number.
    pub(crate) fn next_turn(&self) -> usize {
        self.turn.set(self.turn.get() + 1);
        self.changed.notify_waiters();
        self.turn.get()
    }

    /// Returns the writer for a page, and says that the page begins.
    pub(crate) async fn lock_writer(&self) -> tokio::sync::MutexGuard<'_, AnswerWriter> {
        let mut writer = self.writer.lock().await;
        self.progress.make_way();
        if writer.has_begun() {
            writer.next_page();
        }
        self.has_begun.set(true);
        self.was_full.set(self.is_full());
        writer
    }

    /// Takes note of what the writer has printed.
    pub(crate) fn sync_counters(&self, writer: &AnswerWriter) {
        self.items.set(writer.items());
        self.enough.set(writer.items_enough());
        self.is_answered.set(writer.is_answered());
        self.is_full
            .set(writer.is_answered() || writer.limit_after(0) != ItemLimit::Open);
        self.dropped.set(writer.dropped());
    }

    async fn print(&self, page: IndexedPage) -> Result<(), Error> {
        let IndexedPage { bytes, index } = &page;
        let says_none = index.has_null(bytes, &[MemberPath::of(["value"])]);
        if !index.is_list() && says_none {
            return Ok(());
        }
        let mut writer = self.lock_writer().await;
        if index.is_list() {
            writer.page(Some(&page))?;
            if writer.items() >= ENOUGH_FOR_WIDTHS {
                writer.flow()?;
            } else {
                writer.end_page()?;
            }
        } else {
            print_item(&mut writer, bytes)?;
        }
        self.sync_counters(&writer);
        Ok(())
    }

    /// Ends the printing: the writer, with a list of nothing in it if nothing was printed.
    pub(crate) fn into_writer(self) -> Result<AnswerWriter, Error> {
        self.progress.end();
        let mut writer = self.writer.into_inner();
        if !writer.has_begun() {
            for part in [
                PageEvent::Object,
                PageEvent::Items { name: Some(ITEMS) },
                PageEvent::ItemsEnd,
            ] {
                writer.part(part)?;
            }
        }
        Ok(writer)
    }
}

/// Prints a response that is not a list: it is an item of the document.
fn print_item(writer: &mut AnswerWriter, bytes: &Bytes) -> Result<(), Error> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    // The page was checked: it is text.
    let text = std::str::from_utf8(text).unwrap_or_default().trim();
    if !writer.has_begun() {
        writer.part(PageEvent::Object)?;
        writer.part(PageEvent::Items { name: Some(ITEMS) })?;
    }
    writer.part(PageEvent::Item(text))?;
    writer.end_page()
}

/// So many lists are asked in parallel while all before were empty.
const MOST_GUESSED: usize = 4;

/// How many lists to ask in parallel for the items that are missing: as many as it takes if they are like those before,
/// a few while those were empty.
pub(crate) fn lists_needed(enough: u64, items: u64, settled: usize) -> usize {
    let missing = enough.saturating_sub(items);
    let lists = match items {
        0 => u64::try_from(settled.min(MOST_GUESSED - 1)).unwrap_or(0) + 1,
        items => {
            let settled = u64::try_from(settled).unwrap_or(u64::MAX);
            missing.saturating_mul(settled).div_ceil(items)
        }
    };
    usize::try_from(lists).unwrap_or(usize::MAX).max(1)
}

/// How many items a page adds to the document.
fn items_in(page: &IndexedPage) -> u64 {
    if page.index.is_list() {
        page.index.count()
    } else {
        1
    }
}
