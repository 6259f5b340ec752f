//! What template expressions stand for. How they are read: `expression`; what a template holds: `template`.

use serde_json::{Map, Value, json};

use crate::sandbox::deployments::expression::{Expression, Written, read};
use crate::sandbox::hash::hash;
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::template_error::TemplateError;
use crate::sandbox::store::Store;

/// What expressions can refer to.
#[derive(Debug)]
pub(super) struct Environment {
    /// By name, with their values.
    pub(super) parameters: Map<String, Value>,
    /// By name, as they are written: they are worked out when one is asked for.
    pub(super) variables: Map<String, Value>,
    /// What `deployment()`, `resourceGroup()`, `subscription()` and `tenant()` return.
    pub(super) facts: Map<String, Value>,
    /// The id of the scope that is deployed to.
    pub(super) scope: String,
}

/// What a run knows besides: the resources that `reference()` can see.
#[derive(Debug, Clone, Copy)]
pub(super) enum Seen<'s> {
    /// None: nothing is deployed yet.
    Nothing,
    Resources(&'s Store),
}

/// Variables that refer to each other in a circle have no end.
const DEEPEST: u32 = 32;

/// A refusal of a template.
pub(super) fn invalid(reason: impl Into<String>) -> ArmError {
    TemplateError::Invalid {
        reason: reason.into(),
    }
    .into()
}

impl Environment {
    /// Works out a value of a template, with all that it holds.
    pub(super) fn value(&self, written: &Value, seen: Seen<'_>) -> Result<Value, ArmError> {
        self.value_at(written, seen, 0)
    }

    /// Works out a string of a template.
    pub(super) fn text(&self, written: &Value, what: &str) -> Result<String, ArmError> {
        match self.value(written, Seen::Nothing)? {
            Value::String(text) => Ok(text),
            other @ (Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_)) => Err(invalid(format!("{what} is not a string: {other}"))),
        }
    }

    fn value_at(&self, written: &Value, seen: Seen<'_>, depth: u32) -> Result<Value, ArmError> {
        match written {
            Value::String(text) => match read(text).map_err(invalid)? {
                Written::Text(text) => Ok(text.into()),
                Written::Expression(expression) => self.evaluate(&expression, seen, depth),
            },
            Value::Array(items) => {
                let items = items.iter().map(|item| self.value_at(item, seen, depth));
                items
                    .collect::<Result<Vec<Value>, ArmError>>()
                    .map(Value::Array)
            }
            Value::Object(members) => {
                if members.contains_key("copy") {
                    return Err(not_modelled("`copy` in templates"));
                }
                let members = members.iter().map(|(name, member)| {
                    let name = match read(name).map_err(invalid)? {
                        Written::Text(text) => text,
                        Written::Expression(expression) => {
                            plain_text(&self.evaluate(&expression, seen, depth)?)
                        }
                    };
                    Ok((name, self.value_at(member, seen, depth)?))
                });
                members
                    .collect::<Result<Map<String, Value>, ArmError>>()
                    .map(Value::Object)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => Ok(written.clone()),
        }
    }

    fn evaluate(
        &self,
        expression: &Expression,
        seen: Seen<'_>,
        depth: u32,
    ) -> Result<Value, ArmError> {
        match expression {
            Expression::Text(text) => Ok(text.as_str().into()),
            Expression::Number(number) => Ok((*number).into()),
            Expression::Member(whole, key) => {
                let whole = self.evaluate(whole, seen, depth)?;
                let key = self.evaluate(key, seen, depth)?;
                member(&whole, &key)
            }
            Expression::Call(name, arguments) => {
                // Only one of its branches has to make sense.
                if name.eq_ignore_ascii_case("if")
                    && let [condition, yes, no] = arguments.as_slice()
                {
                    let holds = self.evaluate(condition, seen, depth)? == Value::Bool(true);
                    return self.evaluate(if holds { yes } else { no }, seen, depth);
                }
                let arguments = arguments.iter().map(|one| self.evaluate(one, seen, depth));
                let arguments = arguments.collect::<Result<Vec<Value>, ArmError>>()?;
                self.call(name, &arguments, seen, depth)
            }
        }
    }

    fn call(
        &self,
        name: &str,
        arguments: &[Value],
        seen: Seen<'_>,
        depth: u32,
    ) -> Result<Value, ArmError> {
        let lower = name.to_ascii_lowercase();
        match (lower.as_str(), arguments) {
            ("parameters", [Value::String(wanted)]) => {
                let found = find(&self.parameters, wanted).cloned();
                found.ok_or_else(|| {
                    invalid(format!(
                        "The template parameter '{wanted}' is not found. Please see https://aka.ms/arm-syntax-parameters for usage details."
                    ))
                })
            }
            ("variables", [Value::String(wanted)]) => {
                let written = find(&self.variables, wanted).ok_or_else(|| {
                    invalid(format!(
                        "The template variable '{wanted}' is not found. Please see https://aka.ms/arm-template/#variables for usage details."
                    ))
                })?;
                if depth >= DEEPEST {
                    return Err(invalid(format!(
                        "The template variable '{wanted}' is not valid: it refers to itself. Please see https://aka.ms/arm-template/#variables for usage details."
                    )));
                }
                self.value_at(written, seen, depth + 1)
            }
            ("resourceid", _) => self.resource_id(arguments),
            ("subscriptionresourceid", _) => {
                let subscription = self.scope.split('/').take(3).collect::<Vec<_>>().join("/");
                match arguments {
                    [Value::String(first), rest @ ..] if !first.contains('/') => {
                        id_of(&format!("/subscriptions/{first}"), rest)
                    }
                    _ => id_of(&subscription, arguments),
                }
            }
            ("tenantresourceid", _) => id_of("", arguments),
            ("extensionresourceid", [Value::String(scope), rest @ ..]) => id_of(scope, rest),
            ("reference", [Value::String(wanted), rest @ ..]) => self.reference(wanted, rest, seen),
            _ => match self
                .facts
                .iter()
                .find(|(own, _)| own.eq_ignore_ascii_case(name))
            {
                Some((_, fact)) if arguments.is_empty() => Ok(fact.clone()),
                _ => function(name, &lower, arguments),
            },
        }
    }

    fn resource_id(&self, arguments: &[Value]) -> Result<Value, ArmError> {
        // One or two arguments may come before the type: a subscription and a group.
        let type_at = arguments.iter().position(|one| {
            one.as_str()
                .is_some_and(|text| text.contains('/') && text.contains('.'))
        });
        match (type_at, arguments) {
            (Some(0), _) => id_of(&self.scope, arguments),
            (Some(1), [Value::String(group), rest @ ..]) => {
                let subscription = self.scope.split('/').take(3).collect::<Vec<_>>().join("/");
                id_of(&format!("{subscription}/resourceGroups/{group}"), rest)
            }
            (Some(2), [Value::String(subscription), Value::String(group), rest @ ..]) => id_of(
                &format!("/subscriptions/{subscription}/resourceGroups/{group}"),
                rest,
            ),
            _ => Err(invalid(
                "Unable to evaluate template language function 'resourceId': function requires fully qualified resource type 'including resource provider namespace' as one of its arguments. Please see https://aka.ms/arm-resource-functions/#resourceid for usage details.",
            )),
        }
    }

    fn reference(&self, wanted: &str, rest: &[Value], seen: Seen<'_>) -> Result<Value, ArmError> {
        let Seen::Resources(store) = seen else {
            return Err(not_modelled(
                "`reference` outside of the outputs of a template",
            ));
        };
        let by_name = || {
            let below = format!("{}/providers/", self.scope);
            let name = format!("/{wanted}").to_ascii_lowercase();
            let listed = store.list(&below, |_| true);
            let mut found = listed
                .into_iter()
                .filter(|listed| listed.key.ends_with(&name));
            found.next().map(|listed| listed.body())
        };
        let body = store.get(wanted).or_else(by_name).ok_or_else(|| {
            invalid(format!(
                "The template reference '{wanted}' is not valid: could not find template resource or resource copy with this name. Please see https://aka.ms/arm-function-reference for usage details."
            ))
        })?;
        let is_full = rest.iter().any(|one| one.as_str() == Some("Full"));
        Ok(if is_full {
            body
        } else {
            body.get("properties").cloned().unwrap_or_default()
        })
    }
}

fn find<'m>(members: &'m Map<String, Value>, wanted: &str) -> Option<&'m Value> {
    let mut members = members.iter();
    members
        .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
        .map(|(_, value)| value)
}

fn not_modelled(what: &str) -> ArmError {
    ArmError::NotModelled {
        what: what.to_owned(),
    }
}

/// The text of a value in `concat` and its like.
fn plain_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

fn member(whole: &Value, key: &Value) -> Result<Value, ArmError> {
    let found = match (whole, key) {
        (Value::Object(members), Value::String(name)) => find(members, name),
        (Value::Array(items), Value::Number(index)) => {
            let index = index.as_u64().and_then(|index| usize::try_from(index).ok());
            index.and_then(|index| items.get(index))
        }
        _ => None,
    };
    found.cloned().ok_or_else(|| {
        let available = match whole {
            Value::Object(members) => members.keys().map(String::as_str).collect::<Vec<_>>().join(", "),
            Value::Array(items) => format!("0 to {}", items.len().saturating_sub(1)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => String::new(),
        };
        let key = plain_text(key);
        invalid(format!(
            "The language expression property '{key}' doesn't exist, available properties are '{available}'. Please see https://aka.ms/arm-functions for usage details."
        ))
    })
}

/// `NAMESPACE/type/…` and its names as an id below a scope.
fn id_of(scope: &str, arguments: &[Value]) -> Result<Value, ArmError> {
    let texts: Vec<&str> = arguments.iter().filter_map(Value::as_str).collect();
    let [resource_type, names @ ..] = texts.as_slice() else {
        return Err(invalid(
            "Unable to evaluate template language function 'resourceId': the type is missing. Please see https://aka.ms/arm-resource-functions/#resourceid for usage details.",
        ));
    };
    path_of(scope, resource_type, names).map(Value::String).ok_or_else(|| {
        invalid(format!(
            "Unable to evaluate template language function 'resourceId': the type '{resource_type}' requires '{}' resource name argument(s). Please see https://aka.ms/arm-resource-functions/#resourceid for usage details.",
            resource_type.matches('/').count()
        ))
    })
}

/// The id of a resource; nothing if it has not as many names as its type has parts.
pub(super) fn path_of(scope: &str, resource_type: &str, names: &[&str]) -> Option<String> {
    let (namespace, types) = resource_type.split_once('/')?;
    let types: Vec<&str> = types.split('/').collect();
    if resource_type.eq_ignore_ascii_case("Microsoft.Resources/resourceGroups") {
        return Some(format!("{scope}/resourceGroups/{}", names.first()?));
    }
    if types.len() != names.len() {
        return None;
    }
    let parts = types.iter().zip(names);
    Some(parts.fold(
        format!("{scope}/providers/{namespace}"),
        |id, (part, name)| format!("{id}/{part}/{name}"),
    ))
}

/// The functions that need only their arguments.
fn function(name: &str, lower: &str, arguments: &[Value]) -> Result<Value, ArmError> {
    let texts = || arguments.iter().map(plain_text);
    let whole = |value: &Value| value.as_i64();
    Ok(match (lower, arguments) {
        ("concat", [Value::Array(_), ..]) => {
            let items = arguments.iter().filter_map(Value::as_array).flatten();
            items.cloned().collect()
        }
        ("concat", _) => texts().collect::<String>().into(),
        ("true", []) => true.into(),
        ("false", []) => false.into(),
        ("null", []) => Value::Null,
        ("tolower", [Value::String(text)]) => text.to_lowercase().into(),
        ("toupper", [Value::String(text)]) => text.to_uppercase().into(),
        ("trim", [Value::String(text)]) => text.trim().into(),
        ("string", [value]) => plain_text(value).into(),
        ("replace", [Value::String(text), Value::String(old), Value::String(new)]) => {
            text.replace(old.as_str(), new).into()
        }
        ("startswith", [Value::String(text), Value::String(start)]) => text
            .to_lowercase()
            .starts_with(&start.to_lowercase())
            .into(),
        ("endswith", [Value::String(text), Value::String(end)]) => {
            text.to_lowercase().ends_with(&end.to_lowercase()).into()
        }
        ("split", [Value::String(text), Value::String(separator)]) if !separator.is_empty() => {
            text.split(separator.as_str()).collect()
        }
        ("join", [Value::Array(items), Value::String(separator)]) => {
            let items: Vec<String> = items.iter().map(plain_text).collect();
            items.join(separator).into()
        }
        ("format", [Value::String(pattern), rest @ ..]) => {
            let rest = rest.iter().enumerate();
            rest.fold(pattern.clone(), |text, (index, value)| {
                text.replace(&format!("{{{index}}}"), &plain_text(value))
            })
            .into()
        }
        ("length", [Value::String(text)]) => text.chars().count().into(),
        ("length", [Value::Array(items)]) => items.len().into(),
        ("length", [Value::Object(members)]) => members.len().into(),
        ("empty", [value]) => match value {
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Object(members) => members.is_empty(),
            Value::Null => true,
            Value::Bool(_) | Value::Number(_) => false,
        }
        .into(),
        ("createarray", items) => items.iter().cloned().collect(),
        ("createobject", members) => {
            let pairs = members.chunks(2).filter_map(|pair| match pair {
                [Value::String(name), value] => Some((name.clone(), value.clone())),
                _ => None,
            });
            Value::Object(pairs.collect())
        }
        ("equals", [one, other]) => (one == other).into(),
        ("not", [Value::Bool(holds)]) => (!holds).into(),
        ("and", all) if all.iter().all(Value::is_boolean) => {
            all.iter().all(|one| *one == Value::Bool(true)).into()
        }
        ("or", all) if all.iter().all(Value::is_boolean) => {
            all.iter().any(|one| *one == Value::Bool(true)).into()
        }
        ("coalesce", all) => {
            let mut all = all.iter().filter(|one| !one.is_null());
            all.next().cloned().unwrap_or_default()
        }
        ("int", [Value::String(text)]) => match text.parse::<i64>() {
            Ok(number) => number.into(),
            Err(_) => return Err(wrong_arguments(name)),
        },
        ("int", [Value::Number(number)]) => Value::Number(number.clone()),
        ("add" | "sub" | "mul", [one, other]) => {
            let (Some(one), Some(other)) = (whole(one), whole(other)) else {
                return Err(wrong_arguments(name));
            };
            match lower {
                "add" => one.checked_add(other),
                "sub" => one.checked_sub(other),
                _ => one.checked_mul(other),
            }
            .ok_or_else(|| wrong_arguments(name))?
            .into()
        }
        ("uniquestring", [_, ..]) => unique(&texts().collect::<Vec<_>>().join("\n")).into(),
        ("guid", [_, ..]) => {
            crate::sandbox::hash::guid(&texts().collect::<Vec<_>>().join("\n")).into()
        }
        _ if MODELLED.contains(&lower) => return Err(wrong_arguments(name)),
        _ => return Err(not_modelled(&format!("the template function '{name}'"))),
    })
}

/// The functions above that can be called wrongly.
const MODELLED: &[&str] = &[
    "parameters",
    "variables",
    "reference",
    "extensionresourceid",
    "true",
    "false",
    "null",
    "tolower",
    "toupper",
    "trim",
    "string",
    "replace",
    "startswith",
    "endswith",
    "split",
    "join",
    "format",
    "length",
    "empty",
    "equals",
    "not",
    "and",
    "or",
    "if",
    "int",
    "add",
    "sub",
    "mul",
    "uniquestring",
    "guid",
    "deployment",
    "resourcegroup",
    "subscription",
    "tenant",
];

fn wrong_arguments(name: &str) -> ArmError {
    invalid(format!(
        "Unable to evaluate template language function '{name}': the number or the types of its arguments are not valid. Please see https://aka.ms/arm-functions for usage details."
    ))
}

/// Thirteen letters and digits that depend on the text.
fn unique(text: &str) -> String {
    const DIGITS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut rest = hash(text.as_bytes());
    let mut digits = String::new();
    for _ in 0..13 {
        let digit = usize::try_from(rest % 32).unwrap_or_default();
        digits.push(DIGITS.get(digit).copied().map_or('a', char::from));
        rest /= 32;
    }
    digits
}

/// The facts of a scope: what the functions without arguments return.
pub(super) fn facts(pairs: [(&str, Value); 4]) -> Map<String, Value> {
    let present = pairs.into_iter().filter(|(_, value)| !value.is_null());
    present
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// What `deployment()` returns.
pub(super) fn deployment_fact(name: &str, location: Option<&str>) -> Value {
    match location {
        Some(location) => json!({ "name": name, "location": location }),
        None => json!({ "name": name }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Environment, Seen, facts};
    use crate::sandbox::protocol::error::ArmError;

    fn evaluated(text: &str) -> Result<Value, ArmError> {
        let members = |value: Value| value.as_object().cloned().unwrap();
        let environment = Environment {
            parameters: members(json!({ "name": "web", "count": 3, "list": ["a", "b"] })),
            variables: members(json!({
                "disk": "[concat(parameters('name'), '-disk')]",
                "both": { "[variables('disk')]": ["[parameters('count')]", true] },
                "self": "[variables('self')]",
            })),
            facts: facts([
                ("deployment", json!({ "name": "d" })),
                ("resourceGroup", json!({ "location": "westeurope" })),
                ("subscription", json!({ "subscriptionId": "s" })),
                ("tenant", Value::Null),
            ]),
            scope: "/subscriptions/s/resourceGroups/g".to_owned(),
        };
        environment.value(&json!(text), Seen::Nothing)
    }

    #[track_caller]
    fn check(text: &str, expected: &Value) {
        assert_eq!(evaluated(text).as_ref(), Ok(expected), "{text}");
    }

    #[test]
    fn works_out_what_stands_there() {
        check("plain", &json!("plain"));
        check("[[x]", &json!("[x]"));
        check("[variables('DISK')]", &json!("web-disk"));
        check("[variables('both')]", &json!({ "web-disk": [3, true] }));
        check("[parameters('list')[1]]", &json!("b"));
        check("[resourceGroup().location]", &json!("westeurope"));
        check("[concat('a', 7, true())]", &json!("a7True"));
        check(
            "[concat(parameters('list'), createArray('c'))]",
            &json!(["a", "b", "c"]),
        );
        check(
            "[if(equals(parameters('count'), 3), 'yes', variables('none'))]",
            &json!("yes"),
        );
        check("[format('{0}-{1}', 'a', add(1, 2))]", &json!("a-3"));
        let network =
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v";
        check(
            "[resourceId('Microsoft.Network/virtualNetworks', 'v')]",
            &json!(network),
        );
        check(
            "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'v', 's')]",
            &json!(format!("{network}/subnets/s")),
        );
        check(
            "[resourceId('o', 'Microsoft.Network/virtualNetworks', 'v')]",
            &json!(network.replace("/g/", "/o/")),
        );
        check(
            "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'r')]",
            &json!("/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/r"),
        );
        let unique = evaluated("[uniqueString('a')]").unwrap();
        assert_eq!(unique.as_str().map(str::len), Some(13));
        assert_ne!(Ok(unique), evaluated("[uniqueString('b')]"));
    }

    #[track_caller]
    fn check_refused(text: &str, code: &str, part: &str) {
        let fault = evaluated(text).unwrap_err();
        assert_eq!(fault.status_and_code().1, code, "{text}");
        assert!(fault.to_string().contains(part), "{text}: {fault}");
    }

    #[test]
    fn refuses_what_makes_no_sense_and_names_what_is_not_modelled() {
        check_refused(
            "[parameters('none')]",
            "InvalidTemplate",
            "parameter 'none' is not found",
        );
        check_refused("[variables('self')]", "InvalidTemplate", "refers to itself");
        check_refused(
            "[resourceGroup().none]",
            "InvalidTemplate",
            "available properties are 'location'",
        );
        check_refused(
            "[resourceId('v')]",
            "InvalidTemplate",
            "fully qualified resource type",
        );
        check_refused(
            "[resourceId('A.B/c/d', 'x')]",
            "InvalidTemplate",
            "requires '2'",
        );
        check_refused("[toLower(1)]", "InvalidTemplate", "'toLower'");
        check_refused("[newGuid()]", "NotModelled", "'newGuid'");
        check_refused("[reference('x')]", "NotModelled", "`reference`");
        check_refused(
            "[concat('a']",
            "InvalidTemplate",
            "the end of it is missing",
        );
    }
}
