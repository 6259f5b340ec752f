//! Walks a path over a tree, node by node in the order of RFC 9535. Each node is passed on as it is found, and the
//! caller may stop the walk.

use std::ops::ControlFlow;

use super::node::{Kind, Node};
use super::path::{Origin, Path, Reach, Segment, Selector};

/// What takes the nodes; [`ControlFlow::Break`] ends the walk.
pub(super) type Visit<'v, 't, 'j> = &'v mut dyn FnMut(&'t Node<'j>) -> ControlFlow<()>;

/// A walk over one document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Walk<'t, 'j> {
    /// What `$` means.
    pub(super) root: &'t Node<'j>,
}

impl<'t, 'j> Walk<'t, 'j> {
    /// Visits the nodes of a path, where `current` is what `@` means.
    pub(super) fn path(
        self,
        path: &Path,
        current: &'t Node<'j>,
        visit: Visit<'_, 't, 'j>,
    ) -> ControlFlow<()> {
        let start = match path.origin {
            Origin::Root => self.root,
            Origin::Current => current,
        };
        self.segments(&path.segments, start, visit)
    }

    /// Visits the nodes that the segments reach from a node.
    ///
    /// Going down before going on gives the order of RFC 9535: the nodes of a segment are those of
    /// its first input node, then those of its second.
    pub(super) fn segments(
        self,
        segments: &[Segment],
        node: &'t Node<'j>,
        visit: Visit<'_, 't, 'j>,
    ) -> ControlFlow<()> {
        let Some((segment, rest)) = segments.split_first() else {
            return visit(node);
        };
        match segment.reach {
            Reach::Child => self.children(segment, rest, node, visit),
            Reach::Descendant => self.descendants(segment, rest, node, visit),
        }
    }

    fn descendants(
        self,
        segment: &Segment,
        rest: &[Segment],
        node: &'t Node<'j>,
        visit: Visit<'_, 't, 'j>,
    ) -> ControlFlow<()> {
        self.children(segment, rest, node, visit)?;
        node.children()
            .try_for_each(|child| self.descendants(segment, rest, child, visit))
    }

    fn children(
        self,
        segment: &Segment,
        rest: &[Segment],
        node: &'t Node<'j>,
        visit: Visit<'_, 't, 'j>,
    ) -> ControlFlow<()> {
        for selector in &segment.selectors {
            let mut go = |child: &'t Node<'j>| self.segments(rest, child, visit);
            match selector {
                Selector::Name(name) => node.member(name).map_or(ControlFlow::Continue(()), go),
                Selector::Index(index) => {
                    element(node, *index).map_or(ControlFlow::Continue(()), go)
                }
                Selector::Wildcard => node.children().try_for_each(go),
                Selector::Slice { start, end, step } => slice(node, *start, *end, *step, &mut go),
                Selector::Filter(condition) => node
                    .children()
                    .filter(|child| self.holds(condition, child))
                    .try_for_each(go),
            }?;
        }
        ControlFlow::Continue(())
    }
}

fn element<'t, 'j>(node: &'t Node<'j>, index: i64) -> Option<&'t Node<'j>> {
    let elements = node.elements();
    let distance = usize::try_from(index.unsigned_abs()).ok()?;
    let position = if index < 0 {
        elements.len().checked_sub(distance)?
    } else {
        distance
    };
    elements.get(position)
}

/// Visits a slice (RFC 9535, 2.3.4.2.2).
fn slice<'t, 'j>(
    node: &'t Node<'j>,
    start: Option<i64>,
    end: Option<i64>,
    step: i64,
    visit: Visit<'_, 't, 'j>,
) -> ControlFlow<()> {
    let Kind::Array(elements) = &node.kind else {
        return ControlFlow::Continue(());
    };
    let length = i64::try_from(elements.len()).unwrap_or(i64::MAX);
    let place = |bound: i64| {
        if bound < 0 {
            length.saturating_add(bound)
        } else {
            bound
        }
    };
    let (mut at, last) = if step < 0 {
        (
            start.map_or(length - 1, |start| place(start).clamp(-1, length - 1)),
            end.map_or(-1, |end| place(end).clamp(-1, length - 1)),
        )
    } else {
        (
            start.map_or(0, |start| place(start).clamp(0, length)),
            end.map_or(length, |end| place(end).clamp(0, length)),
        )
    };
    // A step of 0 selects nothing.
    while (step > 0 && at < last) || (step < 0 && at > last) {
        if let Some(element) = usize::try_from(at).ok().and_then(|at| elements.get(at)) {
            visit(element)?;
        }
        at = at.saturating_add(step);
    }
    ControlFlow::Continue(())
}
