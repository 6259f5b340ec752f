//! What is in the cells of a row: the columns that were asked for, else those that fit the first row. Rows are laid out
//! by `rows` and `table`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::azure::{MachineStatus, ResourceId};
use crate::json::{self, PageEvent, PageLayout, PageParser, string_of};
use crate::query::{self, Query};

/// The name of the column of power states.
const POWER: &str = "power";

/// A column of a table.
#[derive(Debug, Clone)]
pub struct Column {
    name: String,
    query: Query,
    of_id: Option<OfId>,
    /// The power states of machines, if an item does not show its own.
    power: Option<PowerStates>,
    /// The column that is shown under this name, for items without such a member.
    shown: Option<Box<Self>>,
    /// Whether the user asked for it.
    is_asked: bool,
}

/// What the `id` of a resource says of it, if the resource itself does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OfId {
    ResourceGroup,
    SubscriptionId,
}

/// The power states of virtual machines, by their IDs in lower case. A second list has them, so they come in while the
/// first one is printed.
#[derive(Debug, Clone, Default)]
pub struct PowerStates(Rc<RefCell<HashMap<String, String>>>);

impl PowerStates {
    /// Takes the states that a list shows.
    pub fn add(&self, machines: impl IntoIterator<Item = MachineStatus>) {
        let states = machines.into_iter().filter_map(|machine| {
            let power = machine.power()?.to_owned();
            Some((machine.id?.to_ascii_lowercase(), power))
        });
        self.0.borrow_mut().extend(states);
    }

    /// The state of a machine: the one that it shows, else the one of the list.
    fn of(&self, machine: &str) -> Option<String> {
        let machine = MachineStatus::read(machine)?;
        let own = machine.power().map(str::to_owned);
        own.or_else(|| {
            let id = machine.id?.to_ascii_lowercase();
            self.0.borrow().get(&id).cloned()
        })
    }
}

/// Which columns a table has.
#[derive(Debug, Clone)]
pub enum Columns {
    /// These.
    Given(Vec<Column>),
    /// These where the first row is a resource; where there are none, or it is none, what is found in
    /// it.
    Usual(Vec<Column>),
    /// The usual ones, and these.
    Added {
        /// The columns of [`Columns::Usual`].
        usual: Vec<Column>,
        /// Those that were asked for.
        more: Vec<Column>,
    },
}

/// The columns of a table whose first row is known.
#[derive(Debug)]
pub(super) enum Chosen {
    /// Those that were asked for.
    Given(Vec<Column>),
    /// Those that fit the first row.
    Fitting(Vec<Column>),
    /// The elements of arrays, and how many the first row has.
    Elements(usize),
    /// A value that is neither object nor array.
    Value,
}

/// What is in a cell.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Cell<'j> {
    /// A value, as JSON.
    Json(&'j str),
    /// A text.
    Text(String),
    /// No value, or `null`.
    Nothing,
}

impl Column {
    /// Reads a column: its name, and the path to its value. Without a name it has the last one in
    /// the path.
    ///
    /// `resourceGroup` and `subscriptionId` are read from the `id` if an item has no such member.
    pub fn parse(name: Option<&str>, path: &str) -> Result<Self, query::Error> {
        let query = Query::one(path)?;
        let name = name.or(query.last_name()).unwrap_or(path).to_owned();
        Ok(Self::of(name, query))
    }

    /// The column of just the member of this name.
    pub fn named(name: String) -> Self {
        Self {
            query: Query::named(&name),
            name,
            of_id: None,
            power: None,
            shown: None,
            is_asked: false,
        }
    }

    /// The column of the power states of machines.
    pub fn power(states: PowerStates) -> Self {
        Self {
            power: Some(states),
            ..Self::named(POWER.to_owned())
        }
    }

    /// Tells whether it may be [`Self::power`] that is asked for.
    pub fn asks_for_power(&self) -> bool {
        let name = self.query.only_name();
        name.is_some_and(|name| name.eq_ignore_ascii_case(POWER))
    }

    fn of(name: String, query: Query) -> Self {
        let of_id = match query.only_name() {
            Some("resourceGroup") => Some(OfId::ResourceGroup),
            Some("subscriptionId") => Some(OfId::SubscriptionId),
            Some(_) | None => None,
        };
        Self {
            name,
            query,
            of_id,
            power: None,
            shown: None,
            is_asked: false,
        }
    }

    /// The same column as one that was asked for: where an item has no member of its name, it shows what the one of
    /// this name shows among those that are known, whatever the case of its letters.
    #[must_use]
    pub fn asked_among(mut self, known: &[Self]) -> Self {
        let name = self.query.only_name();
        let shown =
            name.and_then(|name| known.iter().find(|one| one.name.eq_ignore_ascii_case(name)));
        self.shown = shown.cloned().map(Box::new);
        self.is_asked = true;
        self
    }

    /// Its name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Its name, if it was asked for.
    pub(super) fn asked_name(&self) -> Option<&str> {
        self.is_asked.then_some(self.name.as_str())
    }

    /// The same column: if nothing is shown under its name yet, it shows one of these.
    #[must_use]
    pub(super) fn or_among(self, known: &[Self]) -> Self {
        if self.shown.is_some() {
            return self;
        }
        let is_asked = self.is_asked;
        Self {
            is_asked,
            ..self.asked_among(known)
        }
    }

    /// Tells whether it names the subscription of an item.
    fn is_subscription(&self) -> bool {
        let is_named = self.name.eq_ignore_ascii_case("subscription");
        (self.of_id == Some(OfId::SubscriptionId) && is_named)
            || self.shown.as_deref().is_some_and(Self::is_subscription)
    }

    pub(super) fn cell<'j>(&self, row: &'j str) -> Cell<'j> {
        if let Some(value) = value(&self.query, row) {
            return Cell::Json(value);
        }
        let id = self.of_id.and_then(|part| Some((part, id_of(row)?)));
        let of_id = id.and_then(|(part, id)| part.of(&id).map(str::to_owned));
        let power = || self.power.as_ref().and_then(|states| states.of(row));
        match (of_id.or_else(power), &self.shown) {
            (Some(text), _) => Cell::Text(text),
            (None, Some(shown)) => shown.cell(row),
            (None, None) => Cell::Nothing,
        }
    }
}

impl OfId {
    /// Returns the part of a resource's id.
    fn of(self, id: &str) -> Option<&str> {
        let id = ResourceId::parse(Some(id).filter(|id| id.starts_with('/'))?);
        match self {
            Self::SubscriptionId => id.subscription_id(),
            Self::ResourceGroup => id.resource_group_name(),
        }
    }
}

impl Columns {
    /// The columns of a table whose service has named them.
    pub(super) fn among(self, known: Vec<Column>) -> Chosen {
        let among = |columns: Vec<Column>| {
            let columns = columns.into_iter();
            columns.map(|column| column.or_among(&known)).collect()
        };
        match self {
            Self::Given(columns) => Chosen::Given(among(columns)),
            Self::Usual(_) => Chosen::Fitting(known),
            Self::Added { more, .. } => {
                let more: Vec<_> = among(more);
                Chosen::Given(known.into_iter().chain(more).collect())
            }
        }
    }
}

impl Chosen {
    /// Chooses the columns by the first row.
    pub(super) fn by(columns: Columns, row: &str) -> Self {
        let usual = match columns {
            Columns::Given(columns) => return Self::Given(columns),
            Columns::Usual(columns) => columns,
            Columns::Added { usual, more } => {
                let mut columns = match Self::by(Columns::Usual(usual), row) {
                    Self::Given(columns) | Self::Fitting(columns) => columns,
                    Self::Elements(_) | Self::Value => Vec::new(),
                };
                columns.extend(more);
                return Self::Given(columns);
            }
        };
        if row.starts_with('[') {
            return Self::Elements(elements(row).len());
        }
        if !row.starts_with('{') {
            return Self::Value;
        }
        let is_resource = id_of(row).is_some_and(|id| id.starts_with('/'));
        if is_resource && !usual.is_empty() {
            return Self::Fitting(usual);
        }
        if is_resource && value(&Query::named("name"), row).is_some() {
            return Self::Fitting(of_any_resource());
        }
        let members = of_members(row);
        if members.is_empty() {
            Self::Value
        } else {
            Self::Fitting(members)
        }
    }

    /// The columns, if they have names.
    pub(super) fn columns(&self) -> &[Column] {
        match self {
            Self::Given(columns) | Self::Fitting(columns) => columns,
            Self::Elements(_) | Self::Value => &[],
        }
    }

    /// Which of the columns names the subscription of an item.
    pub(super) fn subscription(&self) -> Option<usize> {
        self.columns().iter().position(Column::is_subscription)
    }

    /// The names of the columns.
    pub(super) fn names(&self) -> Vec<String> {
        match self {
            Self::Given(columns) | Self::Fitting(columns) => {
                columns.iter().map(|column| column.name.clone()).collect()
            }
            Self::Elements(count) => (1..=*count).map(|at| format!("column{at}")).collect(),
            Self::Value => vec!["result".to_owned()],
        }
    }

    /// The cells of a row.
    pub(super) fn cells<'j>(&self, row: &'j str) -> Vec<Cell<'j>> {
        match self {
            Self::Given(columns) | Self::Fitting(columns) => {
                columns.iter().map(|column| column.cell(row)).collect()
            }
            Self::Elements(_) if row.starts_with('[') => {
                elements(row).into_iter().map(cell_of).collect()
            }
            Self::Elements(_) | Self::Value => vec![cell_of(row)],
        }
    }
}

impl Cell<'_> {
    /// Appends what a person reads: strings bare, simple elements of an array with commas between
    /// them, anything else as JSON on one line. Returns whether there is a value.
    pub(super) fn append_words(&self, out: &mut Vec<u8>) -> bool {
        if let Self::Json(value) = self
            && value.starts_with('[')
        {
            let elements = elements(value);
            if !elements.is_empty() && !elements.iter().any(|one| one.starts_with(['[', '{'])) {
                for (at, element) in elements.iter().enumerate() {
                    if at > 0 {
                        out.push(b',');
                    }
                    json::append_text(element, out);
                }
                return true;
            }
        }
        self.append(out)
    }

    /// The text of a cell that holds one; a number and a value of JSON are not text.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Self::Json(value) => string_of(value),
            Self::Text(text) => Some(text.clone()),
            Self::Nothing => None,
        }
    }

    /// Appends what a program reads: strings bare, anything else as JSON on one line. Returns whether
    /// there is a value.
    pub(super) fn append(&self, out: &mut Vec<u8>) -> bool {
        match self {
            Self::Json(value) => json::append_text(value, out),
            Self::Text(text) => out.extend_from_slice(text.as_bytes()),
            Self::Nothing => return false,
        }
        true
    }
}

/// The elements of an array, as JSON.
pub(super) fn elements(array: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let all = Query::every_child();
    // The value was checked when it arrived, so this does not fail.
    let _checked = all.select(array, &mut |element| found.push(element));
    found
}

fn cell_of(value: &str) -> Cell<'_> {
    if value == "null" {
        Cell::Nothing
    } else {
        Cell::Json(value)
    }
}

/// The value that a query finds in a row, unless it is `null`.
fn value<'j>(query: &Query, row: &'j str) -> Option<&'j str> {
    let mut found = None;
    // The row was checked when it arrived, so this does not fail.
    let _checked = query.select(row, &mut |value| found = Some(value));
    found.filter(|value| *value != "null")
}

/// The member of an object, unless it is `null`.
pub(super) fn member<'j>(name: &str, object: &'j str) -> Option<&'j str> {
    value(&Query::named(name), object)
}

fn id_of(row: &str) -> Option<String> {
    value(&Query::named("id"), row).and_then(string_of)
}

/// What is worth seeing of a resource whose type says no more.
fn of_any_resource() -> Vec<Column> {
    let column = |name: &str, query: Query| Column::of(name.to_owned(), query);
    vec![
        column("name", Query::named("name")),
        column("group", Query::named("resourceGroup")),
        column("location", Query::named("location")),
    ]
}

/// The members of an object that hold one value; all of them if none does.
fn of_members(object: &str) -> Vec<Column> {
    let mut simple = Vec::new();
    let mut all = Vec::new();
    let mut parser = PageParser::new(PageLayout::default(), usize::MAX);
    let mut part = |part: PageEvent<'_>| -> Result<(), json::Error> {
        if let Some((name, value)) = part.as_member()
            && let Some(name) = string_of(name)
            && !all.contains(&name)
        {
            if !value.starts_with(['[', '{']) {
                simple.push(name.clone());
            }
            all.push(name);
        }
        Ok(())
    };
    // The row was checked when it arrived, so this does not fail.
    let _checked = parser.push(object.as_bytes(), &mut part);
    let names = if simple.is_empty() { all } else { simple };
    let column = |name: String| {
        let query = Query::named(&name);
        Column::of(name, query)
    };
    names.into_iter().map(column).collect()
}
