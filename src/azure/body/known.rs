//! Shapes that were looked up, each once: a list of ten thousand objects has one shape. What a shape is: `schema`.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::azure::schema::{Kind, Member, Shape};

/// The shapes of one body, by their names.
#[derive(Debug, Default)]
pub(super) struct KnownShapes<'a> {
    shapes: HashMap<&'a str, Rc<KnownShape<'a>>>,
}

/// A shape whose lines were read.
#[derive(Debug)]
pub(super) struct KnownShape<'a> {
    pub(super) shape: Shape<'a>,
    pub(super) members: Vec<KnownMember<'a>>,
}

/// A member, and what it holds once that was asked for.
#[derive(Debug)]
pub(super) struct KnownMember<'a> {
    pub(super) member: Member<'a>,
    kind: OnceCell<Rc<Kind<'a>>>,
}

impl<'a> KnownShapes<'a> {
    pub(super) fn read(&mut self, shape: Shape<'a>) -> Rc<KnownShape<'a>> {
        let known = self.shapes.entry(shape.name()).or_insert_with(|| {
            let members = shape.members().map(KnownMember::new).collect();
            Rc::new(KnownShape { shape, members })
        });
        Rc::clone(known)
    }
}

impl<'a> KnownMember<'a> {
    fn new(member: Member<'a>) -> Self {
        Self {
            member,
            kind: OnceCell::new(),
        }
    }

    pub(super) fn kind(&self) -> Rc<Kind<'a>> {
        Rc::clone(self.kind.get_or_init(|| Rc::new(self.member.kind())))
    }
}

impl<'a> KnownShape<'a> {
    /// Finds a member by its name, whatever its case, and says where it is.
    pub(super) fn find(&self, name: &str) -> Option<(usize, &KnownMember<'a>)> {
        let exact = |one: &KnownMember<'_>| one.member.name == name;
        let alike = |one: &KnownMember<'_>| one.member.name.eq_ignore_ascii_case(name);
        let members = &self.members;
        let at = members.iter().position(exact);
        let at = at.or_else(|| members.iter().position(alike))?;
        members.get(at).map(|found| (at, found))
    }

    /// Returns the same with the members of all its branches, for a discriminator of which no value is known.
    pub(super) fn with_all_branches(&self) -> Self {
        let members = self.shape.all_members().into_iter();
        Self {
            shape: self.shape,
            members: members.map(KnownMember::new).collect(),
        }
    }
}
