//! The expression as it is asked: parsed once, run on a document or on one item after another. Who reads the text:
//! `jsonpath`; who runs it: `plan`.

use super::error::{Error, Language, SyntaxError};
use super::jsonpath;
use super::path::{Condition, Path, Reach, Segment, Selector};
use super::plan::ExecutionPlan;

/// A parsed query.
///
/// Names select the last of several members with the same name; wildcards and `..` see them all.
#[derive(Debug, Clone)]
pub struct Query {
    pub(super) path: Path,
    pub(super) way: ExecutionPlan,
}

/// What is left of a query for one item of the member `value`, see [`Query::per_item`].
#[derive(Debug, Clone)]
pub struct ItemQuery {
    pub(super) way: ExecutionPlan,
}

impl Query {
    /// Parses an expression. It is not trimmed: whitespace around a path is a fault.
    ///
    /// Exactly RFC 9535 is understood. Expressions of more than 64 KiB, 64 nested brackets, 4 nested functions or 256
    /// steps in a row are refused as `Error::Syntax`.
    pub fn parse(expression: &str) -> Result<Self, Error> {
        let syntax = |SyntaxError { at, message }| Error::Syntax {
            language: Language::JsonPath,
            expression: expression.to_owned(),
            at,
            message,
        };
        if !expression.starts_with('$') {
            let message = if expression.trim_start().starts_with('$') {
                "whitespace before the path"
            } else {
                "a path begins with `$`"
            };
            return Err(syntax(SyntaxError::new(0, message)));
        }
        let path = jsonpath::parse(expression).map_err(syntax)?;
        let way = ExecutionPlan::of(&path.segments);
        Ok(Self { path, way })
    }

    /// Says whether the query yields at most one node whatever the document (RFC 9535, 2.3.5.1).
    pub fn is_singular(&self) -> bool {
        self.path.is_singular()
    }

    /// Returns the query to run on each item of `value`, if running it item by item gives exactly
    /// the nodes, in the order, of the whole document whose member `value` is an array.
    ///
    /// That is so if the query starts with `$.value[*]` or `$.value[?…]` and no filter reads `$`.
    /// An index or slice of `value` needs the whole document.
    pub fn per_item(&self) -> Option<ItemQuery> {
        let [value, items, rest @ ..] = self.path.segments.as_slice() else {
            return None;
        };
        let filter = match (selected(value)?, selected(items)?) {
            (Selector::Name(name), Selector::Wildcard) if name == "value" => None,
            (Selector::Name(name), Selector::Filter(filter)) if name == "value" => Some(filter),
            _ => return None,
        };
        let mut conditions = rest.iter().flat_map(Segment::conditions).chain(filter);
        if conditions.any(Condition::reads_root) {
            return None;
        }
        Some(ItemQuery {
            way: ExecutionPlan::filtered(filter, rest),
        })
    }

    /// Returns how many of the first items of a list decide what the query finds, where the items are below these
    /// names; `None` where every item may count. `$.value[0].id` needs one, `$.count` none.
    pub fn items_needed(&self, names: &[String]) -> Option<u64> {
        let segments = self.path.segments.as_slice();
        if segments
            .iter()
            .flat_map(Segment::conditions)
            .any(Condition::reads_root)
        {
            return None;
        }
        let mut segments = segments.iter();
        for name in names {
            match selected(segments.next()?)? {
                Selector::Name(own) if own == name => {}
                // The list is not looked at.
                Selector::Name(_) => return Some(0),
                Selector::Wildcard
                | Selector::Index(_)
                | Selector::Slice { .. }
                | Selector::Filter(_) => return None,
            }
        }
        let items = segments
            .next()
            .filter(|items| items.reach == Reach::Child)?;
        let ends = items.selectors.iter().map(end_of);
        ends.collect::<Option<Vec<_>>>()?.into_iter().max()
    }

    /// Hands the nodes of a document to `found`, in the order of RFC 9535, as slices of it.
    ///
    /// The document is one JSON text that has been validated; any other text gets an answer too,
    /// perhaps a wrong one. If a tree is needed, what it holds may nest
    /// 512 levels (`Error::TooDeep`). After an error `found` has not been called.
    pub fn select<'j>(&self, json: &'j str, found: &mut dyn FnMut(&'j str)) -> Result<(), Error> {
        self.way.select(json)?.into_iter().for_each(found);
        Ok(())
    }
}

impl ItemQuery {
    /// Hands the nodes below one item of `value` to `found`, see [`Query::select`].
    pub fn select<'j>(&self, item: &'j str, found: &mut dyn FnMut(&'j str)) -> Result<(), Error> {
        self.way.select(item)?.into_iter().for_each(found);
        Ok(())
    }
}

/// Returns how many of the first elements of an array a selector looks at; `None` if that depends on the array.
fn end_of(selector: &Selector) -> Option<u64> {
    match selector {
        Selector::Index(index) => u64::try_from(*index).ok()?.checked_add(1),
        Selector::Slice { start, end, step }
            if *step > 0 && start.is_none_or(|start| start >= 0) =>
        {
            u64::try_from((*end)?).ok()
        }
        // A name selects nothing of an array.
        Selector::Name(_) => Some(0),
        Selector::Slice { .. } | Selector::Wildcard | Selector::Filter(_) => None,
    }
}

/// Returns the one selector of a child segment.
fn selected(segment: &Segment) -> Option<&Selector> {
    match (segment.reach, segment.selectors.as_slice()) {
        (Reach::Child, [selector]) => Some(selector),
        _ => None,
    }
}
