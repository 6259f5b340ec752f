//! Applies the steps of a query to a table, one after the other. What the table does not have is refused
//! before any row is looked at.

use std::cmp::Ordering;
use std::collections::HashMap;

use serde_json::Value;

use crate::sandbox::graph::error::QueryError;
use crate::sandbox::graph::kql::syntax::{Column, Expression, Key, Step};
use crate::sandbox::graph::kql::values::{Kind, Table, holds, kind_of, order, value_of};

impl Table {
    /// Refuses expressions that read columns which are not there.
    fn check<'e>(
        &self,
        expressions: impl IntoIterator<Item = &'e Expression>,
    ) -> Result<(), QueryError> {
        let mut names: Vec<String> = Vec::new();
        for expression in expressions {
            expression.each_column(&mut |name| {
                if self.column(name).is_none() && !names.iter().any(|known| known == name) {
                    names.push(name.to_owned());
                }
            });
        }
        if names.is_empty() {
            return Ok(());
        }
        Err(QueryError::Columns { names })
    }

    /// Refuses keys that are dynamic.
    fn check_scalar<'e>(
        &self,
        operator: &'static str,
        keys: impl IntoIterator<Item = &'e Expression>,
    ) -> Result<(), QueryError> {
        let mut keys = keys.into_iter();
        match keys.find(|key| kind_of(key, self) == Kind::Dynamic) {
            None => Ok(()),
            Some(key) => Err(QueryError::Dynamic {
                operator,
                name: key.path_with(".").unwrap_or_default(),
            }),
        }
    }

    /// Applies the steps of a query.
    pub(crate) fn apply(mut self, steps: &[Step]) -> Result<Self, QueryError> {
        for step in steps {
            self = self.step(step)?;
        }
        Ok(self)
    }

    fn step(mut self, step: &Step) -> Result<Self, QueryError> {
        match step {
            Step::Where(condition) => {
                self.check([condition])?;
                let mut rows = std::mem::take(&mut self.rows);
                rows.retain(|row| holds(condition, &self, row));
                self.rows = rows;
                Ok(self)
            }
            Step::Project(columns) => {
                self.check(columns.iter().map(|column| &column.value))?;
                Ok(self.computed(columns))
            }
            Step::Extend(columns) => self.extend(columns),
            Step::Summarize { counts, by } => self.summarize(counts, by),
            Step::Order(keys) => self.sort(keys),
            Step::Take(count) => {
                self.rows.truncate(*count);
                Ok(self)
            }
            Step::Count => Ok(Self {
                columns: vec![("Count".to_owned(), Kind::Integer)],
                rows: vec![vec![self.rows.len().into()]],
            }),
            Step::Distinct(columns) => {
                self.check(columns.iter().map(|column| &column.value))?;
                self.check_scalar("distinct", columns.iter().map(|column| &column.value))?;
                let mut made = self.computed(columns);
                let mut seen = std::collections::HashSet::new();
                made.rows.retain(|row| seen.insert(key_of(row)));
                Ok(made)
            }
        }
    }

    /// The table that has these columns, and a row for each of this one.
    fn computed(&self, columns: &[Column]) -> Self {
        let kinds = columns
            .iter()
            .map(|column| (column.name.clone(), kind_of(&column.value, self)));
        let row = |row: &Vec<Value>| {
            let values = columns
                .iter()
                .map(|column| value_of(&column.value, self, row));
            values.collect()
        };
        Self {
            columns: kinds.collect(),
            rows: self.rows.iter().map(row).collect(),
        }
    }

    /// Adds columns, or puts them in place of those that have their names. Each may read those before it.
    fn extend(mut self, columns: &[Column]) -> Result<Self, QueryError> {
        for column in columns {
            self.check([&column.value])?;
            let made = self.computed(std::slice::from_ref(column));
            let kind = kind_of(&column.value, &self);
            let place = self.column(&column.name).map(|(index, _)| index);
            match place.and_then(|index| self.columns.get_mut(index)) {
                Some(known) => known.1 = kind,
                None => self.columns.push((column.name.clone(), kind)),
            }
            for (row, value) in self.rows.iter_mut().zip(made.rows.into_iter().flatten()) {
                match place.and_then(|index| row.get_mut(index)) {
                    Some(known) => *known = value,
                    None => row.push(value),
                }
            }
        }
        Ok(self)
    }

    /// Counts rows by their keys, in the order in which the keys come up.
    fn summarize(self, counts: &[String], by: &[Column]) -> Result<Self, QueryError> {
        self.check(by.iter().map(|column| &column.value))?;
        self.check_scalar("summarize", by.iter().map(|column| &column.value))?;
        let keys = self.computed(by);
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut groups: Vec<(Vec<Value>, usize)> = Vec::new();
        for row in keys.rows {
            let next = groups.len();
            let place = *places.entry(key_of(&row)).or_insert(next);
            match groups.get_mut(place) {
                Some((_, count)) => *count += 1,
                None => groups.push((row, 1)),
            }
        }
        if by.is_empty() && groups.is_empty() {
            groups.push((Vec::new(), 0));
        }
        let mut columns = keys.columns;
        columns.extend(counts.iter().map(|name| (name.clone(), Kind::Integer)));
        let rows = groups.into_iter().map(|(mut row, count)| {
            row.extend(counts.iter().map(|_| Value::from(count)));
            row
        });
        Ok(Self {
            columns,
            rows: rows.collect(),
        })
    }

    fn sort(mut self, keys: &[Key]) -> Result<Self, QueryError> {
        self.check(keys.iter().map(|key| &key.value))?;
        self.check_scalar("order by", keys.iter().map(|key| &key.value))?;
        let rows = std::mem::take(&mut self.rows);
        let mut keyed: Vec<(Vec<Value>, Vec<Value>)> = rows
            .into_iter()
            .map(|row| {
                let values = keys.iter().map(|key| value_of(&key.value, &self, &row));
                (values.collect(), row)
            })
            .collect();
        keyed.sort_by(|(one, _), (other, _)| {
            let pairs = keys.iter().zip(one.iter().zip(other));
            let orders = pairs.map(|(key, (one, other))| key_order(key, one, other));
            orders.fold(Ordering::Equal, Ordering::then)
        });
        self.rows = keyed.into_iter().map(|(_, row)| row).collect();
        Ok(self)
    }
}

fn key_order(key: &Key, one: &Value, other: &Value) -> Ordering {
    match (one.is_null(), other.is_null()) {
        (true, true) => Ordering::Equal,
        (true, false) if key.nulls_first => Ordering::Less,
        (true, false) => Ordering::Greater,
        (false, true) if key.nulls_first => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => {
            let order = order(one, other).unwrap_or(Ordering::Equal);
            if key.is_ascending {
                order
            } else {
                order.reverse()
            }
        }
    }
}

/// The text that two rows share if they are equal.
fn key_of(row: &[Value]) -> String {
    row.iter()
        .map(Value::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}
