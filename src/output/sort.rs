//! `--sort`: keeps values until all have come, and puts them in order. Who writes them then: `rows` those of a table,
//! `results` what a query finds, `renderer` the items of a list.

use std::cmp::Ordering;

use super::column::Column;

/// What values are sorted by, and how many of them are wanted.
#[derive(Debug, Clone, Default)]
pub struct Sorting {
    /// What they are sorted by, the first first. Without any they stay as they come.
    pub keys: Vec<SortKey>,
    /// The most of those that are sorted.
    pub limit: Option<u64>,
}

/// One of the values that others are sorted by.
#[derive(Debug, Clone)]
pub struct SortKey {
    /// Where it is.
    pub column: Column,
    /// Whether the largest comes first.
    pub is_descending: bool,
}

/// Values that wait for the last one.
#[derive(Debug, Default)]
pub(super) struct Sorter {
    sorting: Sorting,
    waiting: Vec<String>,
    bytes: usize,
    left_out: u64,
    missed: Vec<String>,
}

impl Sorter {
    pub(super) fn new(sorting: Sorting) -> Self {
        Self {
            sorting,
            ..Self::default()
        }
    }

    /// Tells whether values are to be sorted.
    pub(super) fn sorts(&self) -> bool {
        !self.sorting.keys.is_empty()
    }

    /// The values that it sorts by may be among these columns, too.
    pub(super) fn look_among(&mut self, known: &[Column]) {
        for key in &mut self.sorting.keys {
            key.column = key.column.clone().or_among(known);
        }
    }

    /// Keeps a value, which is JSON.
    pub(super) fn add(&mut self, value: &str) {
        self.bytes += value.len() + size_of::<String>();
        self.waiting.push(value.to_owned());
    }

    /// How many bytes are kept.
    pub(super) fn held(&self) -> usize {
        self.bytes
    }

    /// Hands out those that are wanted, in order, and sorts no more.
    pub(super) fn take(&mut self) -> Vec<String> {
        let keys = std::mem::take(&mut self.sorting.keys);
        let mut values = std::mem::take(&mut self.waiting);
        self.bytes = 0;
        if !values.is_empty() {
            let missed = keys.iter().filter(|SortKey { column, .. }| {
                let mut all = values.iter();
                !all.any(|value| column.cell(value).append(&mut Vec::new()))
            });
            let names = missed.map(|SortKey { column, .. }| column.name().to_owned());
            self.missed.extend(names);
        }
        values.sort_by(|one, other| compare(&keys, one, other));
        let limit = self.sorting.limit.map(usize::try_from);
        let limit = limit.and_then(Result::ok).unwrap_or(usize::MAX);
        self.left_out += values.len().saturating_sub(limit) as u64;
        values.truncate(limit);
        values
    }

    /// How many were left out because of the limit.
    pub(super) fn left_out(&self) -> u64 {
        self.left_out
    }

    /// The names of what nothing had a value for.
    pub(super) fn missed(&self) -> &[String] {
        &self.missed
    }
}

/// Compares values by what they are sorted by: numbers by their size, texts without regard to case. What has no value
/// comes last, whatever the direction.
fn compare(keys: &[SortKey], one: &str, other: &str) -> Ordering {
    let key = |column: &Column, row: &str| {
        let mut text = Vec::new();
        let is_there = column.cell(row).append(&mut text);
        is_there.then(|| String::from_utf8(text).unwrap_or_default().to_lowercase())
    };
    let orders = keys.iter().map(
        |SortKey {
             column,
             is_descending,
         }| {
            match (key(column, one), key(column, other)) {
                (None, None) => Ordering::Equal,
                (None, Some(_)) => Ordering::Greater,
                (Some(_), None) => Ordering::Less,
                (Some(one), Some(other)) => {
                    let numbers = one.parse::<f64>().ok().zip(other.parse::<f64>().ok());
                    let order = match numbers {
                        Some((one, other)) => one.total_cmp(&other),
                        None => one.cmp(&other),
                    };
                    if *is_descending {
                        order.reverse()
                    } else {
                        order
                    }
                }
            }
        },
    );
    orders.fold(Ordering::Equal, Ordering::then)
}
