//! How a query is carried out: as far as names, indices and wildcards lead on the bytes (`byte_path`), then on one tree
//! for each value found there (`walk`). So `$.value[?@.a].b` never holds more than the tree of one item.

use std::ops::ControlFlow;

use super::byte_path::{self, Step};
use super::error::Error;
use super::node::Node;
use super::path::{Condition, Reach, Segment, Selector};
use super::walk::Walk;

/// A way, worked out once for a query.
#[derive(Debug, Clone)]
pub(super) struct ExecutionPlan {
    /// The part on the bytes.
    steps: Vec<Step>,
    /// What the values found there must meet; `@` and `$` are the value itself.
    filter: Option<Condition>,
    /// The part below them.
    rest: Vec<Segment>,
}

impl ExecutionPlan {
    /// Works out the fastest way.
    pub(super) fn of(segments: &[Segment]) -> Self {
        if segments
            .iter()
            .flat_map(Segment::conditions)
            .any(Condition::reads_root)
        {
            return Self::on_one_tree(segments);
        }
        let mut steps = Vec::new();
        let mut rest = segments;
        while let Some((segment, below)) = rest.split_first() {
            let Some(step) = byte_path::step(segment) else {
                break;
            };
            steps.push(step);
            rest = below;
        }
        let filter = match rest.split_first() {
            Some((segment, below)) => only_filter(segment).inspect(|_| {
                // A filter asks the children, each for itself.
                steps.push(Step::Wildcard);
                rest = below;
            }),
            None => None,
        };
        Self {
            steps,
            filter: filter.cloned(),
            rest: rest.to_vec(),
        }
    }

    /// The way that is always right: everything on a tree of the whole document.
    pub(super) fn on_one_tree(segments: &[Segment]) -> Self {
        Self {
            steps: Vec::new(),
            filter: None,
            rest: segments.to_vec(),
        }
    }

    /// The way for a value that must meet a filter first.
    pub(super) fn filtered(filter: Option<&Condition>, rest: &[Segment]) -> Self {
        match filter {
            Some(filter) => Self {
                filter: Some(filter.clone()),
                ..Self::on_one_tree(rest)
            },
            None => Self::of(rest),
        }
    }

    /// Finds the nodes, in the order of RFC 9535.
    pub(super) fn select<'j>(&self, json: &'j str) -> Result<Vec<&'j str>, Error> {
        let reached = byte_path::select(json, &self.steps)?;
        if self.filter.is_none() && self.rest.is_empty() {
            return Ok(reached);
        }
        let mut found = Vec::new();
        for value in reached {
            self.select_below(value, &mut found)?;
        }
        Ok(found)
    }

    fn select_below<'j>(&self, value: &'j str, found: &mut Vec<&'j str>) -> Result<(), Error> {
        let root = Node::parse(value)?;
        let walk = Walk { root: &root };
        if self
            .filter
            .as_ref()
            .is_some_and(|filter| !walk.holds(filter, &root))
        {
            return Ok(());
        }
        let _: ControlFlow<()> = walk.segments(&self.rest, &root, &mut |node| {
            found.push(node.text);
            ControlFlow::Continue(())
        });
        Ok(())
    }
}

fn only_filter(segment: &Segment) -> Option<&Condition> {
    match (segment.reach, segment.selectors.as_slice()) {
        (Reach::Child, [Selector::Filter(condition)]) => Some(condition),
        _ => None,
    }
}
