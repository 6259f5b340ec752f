//! How far a run over many is, in one line of the terminal, if it is seen and does not end up in the answer. Who counts
//! failures: `summary`.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use crate::client::Clock;
use crate::output::Console;

/// The line changes at most this often.
const PAUSE: Duration = Duration::from_millis(100);

/// Where the line can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Visibility {
    /// Nowhere: stderr is not a terminal.
    Nowhere,
    /// On the terminal, until the answer begins to be written there too.
    UntilTheAnswer,
    /// On the terminal, to the end.
    ToTheEnd,
}

/// What is counted.
#[derive(Debug)]
pub(crate) struct Progress {
    visibility: Cell<Visibility>,
    console: Console,
    clock: Clock,
    /// `subscriptions`.
    noun: &'static str,
    total: usize,
    done: Cell<usize>,
    items: Cell<u64>,
    shown_at: RefCell<Option<Duration>>,
}

impl Progress {
    pub(crate) fn new(
        visibility: Visibility,
        console: Console,
        clock: Clock,
        noun: &'static str,
        total: usize,
    ) -> Self {
        Self {
            visibility: Cell::new(visibility),
            console,
            clock,
            noun,
            total,
            done: Cell::new(0),
            items: Cell::new(0),
            shown_at: RefCell::new(None),
        }
    }

    /// Counts items.
    pub(crate) fn add(&self, items: u64) {
        self.items.set(self.items.get() + items);
        self.show();
    }

    /// Counts a list that has ended.
    pub(crate) fn one_more(&self) {
        self.done.set(self.done.get() + 1);
        self.show();
    }

    fn show(&self) {
        if self.visibility.get() == Visibility::Nowhere {
            return;
        }
        let now = self.clock.elapsed();
        let mut shown_at = self.shown_at.borrow_mut();
        if shown_at.is_some_and(|shown_at| now < shown_at + PAUSE) {
            return;
        }
        *shown_at = Some(now);
        let (done, items) = (self.done.get(), self.items.get());
        self.console
            .progress(words_of(done, self.total, self.noun, items));
    }

    /// Says that the answer is about to be written.
    pub(crate) fn make_way(&self) {
        if self.visibility.get() == Visibility::UntilTheAnswer {
            self.end();
        }
    }

    /// Takes the line away, because something else is there next.
    pub(crate) fn clear(&self) {
        if self.shown_at.borrow_mut().take().is_some() {
            self.console.end_progress();
        }
    }

    /// Takes the line away for good.
    pub(crate) fn end(&self) {
        self.clear();
        self.visibility.set(Visibility::Nowhere);
    }
}

fn words_of(done: usize, total: usize, noun: &str, items: u64) -> String {
    let (done, total) = (grouped(done as u64), grouped(total as u64));
    format!("{done} of {total} {noun}, {}", count_of(items, "item"))
}

/// Writes how many there are of something.
pub(crate) fn count_of(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(count))
}

/// Writes a number with a comma before every three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::words_of;

    #[test]
    fn says_how_far_it_is() {
        for (done, total, items, expected) in [
            (12, 50, 3_400, "12 of 50 subscriptions, 3,400 items"),
            (0, 10_000, 1, "0 of 10,000 subscriptions, 1 item"),
            (
                1_000,
                1_234_567,
                999,
                "1,000 of 1,234,567 subscriptions, 999 items",
            ),
        ] {
            assert_eq!(words_of(done, total, "subscriptions", items), expected);
        }
    }
}
