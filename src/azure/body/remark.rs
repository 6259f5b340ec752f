//! What is wrong with one place of a body, in a line. Who finds it: `check`.

use std::fmt;

use crate::azure::is_secret_name;

/// Something that a body holds, and that the service will probably not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Where, as a body item is written: `.properties.osProfile`; empty for the whole body.
    pub path: String,
    /// What.
    pub fault: Fault,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// No such member is known.
    Unknown {
        /// The path of the member that was probably meant.
        meant: Option<String>,
    },
    /// The member is spelled in other letters.
    OtherCase {
        /// The path as the service spells it.
        own: String,
    },
    /// A value of another kind.
    Kind {
        /// What it is.
        found: &'static str,
        /// What it must be.
        wanted: &'static str,
        /// The item that says what is probably meant: `:=2`, or `=2`.
        item: Option<String>,
    },
    /// None of the known values.
    Value {
        /// The value.
        value: String,
        /// The nearest one that is known.
        meant: Option<String>,
        /// Some that are known.
        known: Vec<String>,
        /// How many more there are.
        more: usize,
    },
    /// Only the service sets it.
    ReadOnly,
    /// It is needed, and is not there.
    Missing,
    /// It cannot be changed.
    CreateOnly,
    /// It occurs twice in one object.
    Twice,
    /// A place of a skeleton that is not filled in.
    Place {
        /// The place, with its braces.
        place: String,
    },
}

/// The longest value that is shown.
const LONGEST: usize = 40;

impl fmt::Display for Remark {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, fault } = self;
        let name = if path.is_empty() {
            "the body".to_owned()
        } else {
            format!("`{path}`")
        };
        match fault {
            Fault::Unknown { meant: Some(meant) } => {
                write!(formatter, "{name} is not known: did you mean `{meant}`?")
            }
            Fault::Unknown { meant: None } => write!(formatter, "{name} is not known"),
            Fault::OtherCase { own } => write!(
                formatter,
                "{name} is spelled `{own}`: most services accept any case, and some ignore another one"
            ),
            Fault::Kind {
                found,
                wanted,
                item,
            } => {
                write!(formatter, "{name} is {found}, and {wanted} is expected")?;
                match item {
                    Some(item) => write!(formatter, ": write `{path}{item}`"),
                    None => Ok(()),
                }
            }
            Fault::Value {
                value,
                meant,
                known,
                more,
            } => {
                let is_secret = path.rsplit('.').next().is_some_and(is_secret_name);
                match shown(value).filter(|_| !is_secret) {
                    Some(value) => write!(formatter, "{name} is `{value}`, ")?,
                    None => write!(formatter, "{name} is ")?,
                }
                formatter.write_str("none of the known values: ")?;
                if let Some(meant) = meant {
                    return write!(formatter, "did you mean `{meant}`?");
                }
                formatter.write_str(&known.join(", "))?;
                match more {
                    0 => Ok(()),
                    more => write!(formatter, ", and {more} more"),
                }
            }
            Fault::ReadOnly => write!(formatter, "{name} is read-only: the service sets it"),
            Fault::Missing => write!(formatter, "{name} is missing, and a PUT needs it"),
            Fault::CreateOnly => write!(
                formatter,
                "{name} cannot be changed once the resource exists"
            ),
            Fault::Twice => write!(formatter, "{name} occurs twice"),
            Fault::Place { place } => {
                write!(formatter, "{name} still holds `{place}`: fill it in")
            }
        }
    }
}

/// A value that is short enough to be shown.
fn shown(value: &str) -> Option<&str> {
    (value.chars().count() <= LONGEST).then_some(value)
}
