//! Where answers wait for their turn: whoever is at turn prints, the others keep what they have, up to a limit for all
//! of them. Asks for nothing.

use std::cell::Cell;

use bytes::Bytes;
use tokio::sync::{Mutex, Notify};

use crate::app::exchange::printer::Printer;
use crate::app::fan_out::progress::Progress;
use crate::client::{IndexedPage, ItemLimit, PageConsumer as _};
use crate::error::Error;
use crate::json::{MemberPath, PageEvent};
use crate::transport::{BodyPrefix, Response};

/// Answers that wait for their turn take at most so many bytes, all together; then nothing more is asked for.
pub(crate) const MOST_WAITING: usize = 4 << 20;
/// What a page of unknown length is expected to take, until a larger one was seen.
const USUAL_PAGE: usize = 256 << 10;
/// What a part of a page costs beside its text.
const PART_COST: usize = 48;
/// What an answer costs that waits without a page.
const ANSWER_COST: usize = 512;
/// Where the items stand in the document, if the first answer is no list.
const ITEMS: &str = "\"value\"";

/// The order in which answers are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// That of the lists, page after page.
    AsListed,
    /// That in which pages come.
    AsTheyCome,
}

/// The pages of one answer that wait for its turn.
#[derive(Debug, Default)]
pub(crate) struct BufferedPages {
    pages: Vec<IndexedPage>,
    bytes: usize,
}

/// The place where answers are printed one after the other.
#[derive(Debug)]
pub(crate) struct ReorderBuffer {
    printer: Mutex<Printer>,
    order: Order,
    /// The number of the answer that is at turn.
    turn: Cell<usize>,
    /// Bytes that wait for their turn, or are on their way.
    waiting: Cell<usize>,
    /// The largest page that was seen.
    largest: Cell<usize>,
    has_begun: Cell<bool>,
    is_full: Cell<bool>,
    /// Whether it was full before the page that came last.
    was_full: Cell<bool>,
    has_left_out: Cell<bool>,
    dropped: Cell<u64>,
    /// Tells who waits that something of this has changed.
    changed: Notify,
    pub(crate) progress: Progress,
}

/// Room for a page that is on its way.
#[derive(Debug)]
pub(crate) struct Room<'a> {
    desk: &'a ReorderBuffer,
    bytes: usize,
}

impl Drop for Room<'_> {
    fn drop(&mut self) {
        self.desk.free(self.bytes);
    }
}

impl ReorderBuffer {
    pub(crate) fn new(printer: Printer, order: Order, progress: Progress) -> Self {
        let order = if printer.needs_whole() {
            Order::AsListed
        } else {
            order
        };
        Self {
            printer: Mutex::new(printer),
            order,
            turn: Cell::new(0),
            waiting: Cell::new(0),
            largest: Cell::new(USUAL_PAGE),
            has_begun: Cell::new(false),
            is_full: Cell::new(false),
            was_full: Cell::new(false),
            has_left_out: Cell::new(false),
            dropped: Cell::new(0),
            changed: Notify::new(),
            progress,
        }
    }

    /// Tells whether an answer may be printed now.
    pub(crate) fn is_at_turn(&self, number: usize) -> bool {
        self.order == Order::AsTheyCome || self.turn.get() == number
    }

    /// Tells whether more may be asked for.
    pub(crate) fn has_room(&self) -> bool {
        self.waiting.get() < MOST_WAITING
    }

    /// Tells whether the limit of items is reached.
    pub(crate) fn is_full(&self) -> bool {
        self.is_full.get()
    }

    /// Tells whether the limit was reached before the page that came last.
    pub(crate) fn was_full(&self) -> bool {
        self.was_full.get()
    }

    /// Tells whether answers are printed in the order in which they come.
    pub(crate) fn is_as_they_come(&self) -> bool {
        self.order == Order::AsTheyCome
    }

    /// Takes note that something behind the limit was left out.
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

    /// Comes to its end when something has changed since it was called.
    pub(crate) async fn change(&self) {
        self.changed.notified().await;
    }

    /// Waits until an answer is at turn.
    pub(crate) async fn turn_of(&self, number: usize) {
        loop {
            let changed = self.changed.notified();
            if self.is_at_turn(number) {
                return;
            }
            changed.await;
        }
    }

    /// Waits until an answer is at turn, or there is room for more of it.
    pub(crate) async fn room_for_more(&self, number: usize) {
        loop {
            let changed = self.changed.notified();
            if self.is_at_turn(number) || self.has_room() {
                return;
            }
            changed.await;
        }
    }

    /// Waits until there is room for the body of an answer, or it is at turn: then it is printed at once.
    pub(crate) async fn room_for(&self, number: usize, response: &Response) -> Room<'_> {
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
                return Room {
                    desk: self,
                    bytes: 0,
                };
            }
            if self.waiting.get() + bytes <= MOST_WAITING {
                self.waiting.set(self.waiting.get() + bytes);
                return Room { desk: self, bytes };
            }
            changed.await;
        }
    }

    fn free(&self, bytes: usize) {
        self.waiting.set(self.waiting.get().saturating_sub(bytes));
        self.changed.notify_waiters();
    }

    /// Takes a page: prints it if it is at turn, else keeps it in the hand of its answer.
    pub(crate) async fn take(
        &self,
        number: usize,
        page: IndexedPage,
        hand: &mut BufferedPages,
    ) -> Result<(), Error> {
        self.largest.set(
            self.largest
                .get()
                .max(page.bytes.len())
                .min(BodyPrefix::WHOLE),
        );
        self.progress.add(items_in(&page));
        if self.is_at_turn(number) {
            self.lay_down(hand).await?;
            return self.print(page).await;
        }
        let IndexedPage { bytes, index } = page;
        // What the connection has read into may be larger than the page.
        let bytes = Bytes::copy_from_slice(&bytes);
        let cost = bytes.len() + index.len() * PART_COST;
        hand.bytes += cost;
        self.waiting.set(self.waiting.get() + cost);
        hand.pages.push(IndexedPage { bytes, index });
        Ok(())
    }

    /// Prints the pages in a hand, as far as the limit goes.
    pub(crate) async fn lay_down(&self, hand: &mut BufferedPages) -> Result<(), Error> {
        for page in std::mem::take(&mut hand.pages) {
            if self.is_full() {
                self.was_full.set(true);
                self.leave_out();
                break;
            }
            self.print(page).await?;
        }
        self.free(std::mem::take(&mut hand.bytes));
        Ok(())
    }

    /// Keeps an answer that has ended before its turn.
    pub(crate) fn put_by(&self, hand: &mut BufferedPages) {
        hand.bytes += ANSWER_COST;
        self.waiting.set(self.waiting.get() + ANSWER_COST);
    }

    /// Gives the turn to the next answer, and returns its number.
    pub(crate) fn next_turn(&self) -> usize {
        self.turn.set(self.turn.get() + 1);
        self.changed.notify_waiters();
        self.turn.get()
    }

    /// Lends the printer for a page that is too large for the memory, and says that a page begins.
    pub(crate) async fn lend(&self) -> tokio::sync::MutexGuard<'_, Printer> {
        let mut printer = self.printer.lock().await;
        self.progress.make_way();
        if printer.has_begun() {
            printer.next_page();
        }
        self.has_begun.set(true);
        self.was_full.set(self.is_full());
        printer
    }

    /// Takes note of what a lent printer has printed.
    pub(crate) fn give_back(&self, printer: &Printer) {
        self.is_full.set(printer.limit_after(0) != ItemLimit::Open);
        self.dropped.set(printer.dropped());
    }

    async fn print(&self, page: IndexedPage) -> Result<(), Error> {
        let IndexedPage { bytes, index } = &page;
        let says_none = index.has_null(bytes, &[MemberPath::of(["value"])]);
        if !index.is_list() && says_none {
            return Ok(());
        }
        let mut printer = self.lend().await;
        if index.is_list() {
            printer.page(Some(&page))?;
        } else {
            print_item(&mut printer, bytes)?;
        }
        self.give_back(&printer);
        Ok(())
    }

    /// Ends the printing: the printer, with a list of nothing in it if nothing was printed.
    pub(crate) fn into_printer(self) -> Result<Printer, Error> {
        self.progress.end();
        let mut printer = self.printer.into_inner();
        if !printer.has_begun() {
            for part in [
                PageEvent::Object,
                PageEvent::Items { name: Some(ITEMS) },
                PageEvent::ItemsEnd,
            ] {
                printer.part(part)?;
            }
        }
        Ok(printer)
    }
}

/// Prints an answer that is no list: it is an item of the document.
fn print_item(printer: &mut Printer, bytes: &Bytes) -> Result<(), Error> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    // The page was checked: it is text.
    let text = std::str::from_utf8(text).unwrap_or_default().trim();
    if !printer.has_begun() {
        printer.part(PageEvent::Object)?;
        printer.part(PageEvent::Items { name: Some(ITEMS) })?;
    }
    printer.part(PageEvent::Item(text))?;
    printer.flush()
}

/// How many items a page adds to the document.
fn items_in(page: &IndexedPage) -> u64 {
    if page.index.is_list() {
        page.index.count()
    } else {
        1
    }
}
