//! The functions of JMESPath: their names and what each takes. What they do: `functions`.

/// A function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Abs,
    Avg,
    Ceil,
    Contains,
    EndsWith,
    Floor,
    Join,
    Keys,
    Length,
    Map,
    Max,
    MaxBy,
    Merge,
    Min,
    MinBy,
    NotNull,
    Reverse,
    Sort,
    SortBy,
    StartsWith,
    Sum,
    ToArray,
    ToNumber,
    ToString,
    Type,
    Values,
}

/// What a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parameter {
    Any,
    Number,
    Text,
    Array,
    Object,
    /// Numbers, all of them.
    Numbers,
    /// Texts, all of them.
    Texts,
    /// Numbers alone or texts alone.
    NumbersOrTexts,
    ArrayOrText,
    ArrayObjectOrText,
    /// An expression, written with `&`.
    Reference,
}

/// How many arguments there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    Exactly(usize),
    AtLeastOne,
}

use Function as F;
use Parameter as P;

/// Every function with its name and its parameters, in the order of the alphabet.
const ALL: [(Function, &str, &[Parameter]); 26] = [
    (F::Abs, "abs", &[P::Number]),
    (F::Avg, "avg", &[P::Numbers]),
    (F::Ceil, "ceil", &[P::Number]),
    (F::Contains, "contains", &[P::ArrayOrText, P::Any]),
    (F::EndsWith, "ends_with", &[P::Text, P::Text]),
    (F::Floor, "floor", &[P::Number]),
    (F::Join, "join", &[P::Text, P::Texts]),
    (F::Keys, "keys", &[P::Object]),
    (F::Length, "length", &[P::ArrayObjectOrText]),
    (F::Map, "map", &[P::Reference, P::Array]),
    (F::Max, "max", &[P::NumbersOrTexts]),
    (F::MaxBy, "max_by", &[P::Array, P::Reference]),
    (F::Merge, "merge", &[P::Object]),
    (F::Min, "min", &[P::NumbersOrTexts]),
    (F::MinBy, "min_by", &[P::Array, P::Reference]),
    (F::NotNull, "not_null", &[P::Any]),
    (F::Reverse, "reverse", &[P::ArrayOrText]),
    (F::Sort, "sort", &[P::NumbersOrTexts]),
    (F::SortBy, "sort_by", &[P::Array, P::Reference]),
    (F::StartsWith, "starts_with", &[P::Text, P::Text]),
    (F::Sum, "sum", &[P::Numbers]),
    (F::ToArray, "to_array", &[P::Any]),
    (F::ToNumber, "to_number", &[P::Any]),
    (F::ToString, "to_string", &[P::Any]),
    (F::Type, "type", &[P::Any]),
    (F::Values, "values", &[P::Object]),
];

impl Function {
    pub(super) fn named(name: &str) -> Option<Self> {
        let mut all = ALL.iter();
        all.find(|(_, one, _)| *one == name)
            .map(|(function, _, _)| *function)
    }

    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        ALL.iter().map(|(_, name, _)| *name)
    }

    pub(super) fn name(self) -> &'static str {
        self.row().1
    }

    pub(super) fn count(self) -> Count {
        if matches!(self, Self::Merge | Self::NotNull) {
            Count::AtLeastOne
        } else {
            Count::Exactly(self.row().2.len())
        }
    }

    /// What the argument at a position must be.
    pub(super) fn parameter(self, at: usize) -> Parameter {
        let parameters = self.row().2;
        let parameter = parameters.get(at).or(parameters.last());
        parameter.copied().unwrap_or(Parameter::Any)
    }

    fn row(self) -> (Self, &'static str, &'static [Parameter]) {
        let mut all = ALL.iter();
        let row = all.find(|(function, _, _)| *function == self);
        row.copied().unwrap_or((self, "", &[]))
    }
}

impl Parameter {
    /// What it takes, for people.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Any => "a value",
            Self::Number => "a number",
            Self::Text => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
            Self::Numbers => "an array of numbers",
            Self::Texts => "an array of strings",
            Self::NumbersOrTexts => "an array of numbers, or one of strings",
            Self::ArrayOrText => "an array or a string",
            Self::ArrayObjectOrText => "an array, an object or a string",
            Self::Reference => "an expression after `&`",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ALL, Function};

    #[test]
    fn every_function_has_its_row_once() {
        for (at, (function, name, parameters)) in ALL.iter().enumerate() {
            assert_eq!(Function::named(name), Some(*function));
            assert_eq!(function.name(), *name);
            assert!(!parameters.is_empty(), "{name}");
            assert!(
                ALL.iter().skip(at + 1).all(|(_, other, _)| other > name),
                "{name}"
            );
        }
        assert_eq!(Function::named("sortby"), None);
    }
}
