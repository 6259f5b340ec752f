//! What the body of a failed answer says: code, message and details, in any of the shapes that Azure's services use.
//! What it means for the run, and how it is printed: `error::service`.

use serde_json::{Map, Value};

/// Details nest; what is deeper than this is left out.
const MAX_DEPTH: usize = 16;
/// The longest excerpt of a plain text, in characters.
const MAX_EXCERPT: usize = 300;

/// An error as a service words it; texts are kept as received.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ErrorDetail {
    /// A stable word such as `AuthorizationFailed`; some services give none.
    pub code: Option<String>,
    /// The sentence; some services give none.
    pub message: Option<String>,
    /// What the error is about.
    pub target: Option<String>,
    /// Causes, outermost first.
    pub details: Vec<Self>,
    /// Facts in a form of the service's own, such as policy evaluations.
    pub additional_info: Vec<AdditionalInfo>,
    /// Where in a query of Resource Graph the error is.
    pub position: Option<Position>,
}

/// A place in a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The line; the first is 1.
    pub line: u64,
    /// The column; the first is 1 (the service counts from 0).
    pub column: u64,
    /// What is there.
    pub token: Option<String>,
}

/// One member of `additionalInfo`.
#[derive(Debug, Clone, PartialEq)]
pub struct AdditionalInfo {
    /// What it is about, such as `PolicyViolation`.
    pub kind: String,
    /// The facts.
    pub info: Value,
}

/// Returns what is in single quotation marks after an announcement in a message.
pub fn quoted_after<'a>(message: &'a str, announcement: &str) -> Option<&'a str> {
    let (_, rest) = message.split_once(announcement)?;
    let (text, _) = rest.strip_prefix('\'')?.split_once('\'')?;
    (!text.is_empty()).then_some(text)
}

impl ErrorDetail {
    /// Reads the body of a failed answer; nothing if it says nothing.
    ///
    /// Known shapes: the ARM envelope `error`, the same in `PascalCase`, with and without an
    /// envelope, `odata.error` with its message object, JSON inside a JSON string, the token
    /// endpoint's `error` and `error_description`, `errors` lists, RFC 7807 problems, ASP.NET's errors by field and
    /// its exceptions, faults of API gateways, Storage's XML, and JSON inside a message. Of JSON that is cut, `code` and
    /// `message` are taken as far as they are there, of a `text/plain` body the first line, of HTML nothing.
    pub fn parse(body: &[u8], content_type: Option<&str>) -> Option<Self> {
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let text = String::from_utf8_lossy(body);
        match serde_json::from_str(&text) {
            Ok(value) => from_value(&value, 0),
            Err(_) => from_text(&text, content_type),
        }
    }

    /// Returns what the first of the causes is about, or else this one.
    pub fn innermost_target(&self) -> Option<&str> {
        let inner = self.details.iter().find_map(Self::innermost_target);
        let own = self.target.as_deref().filter(|target| !target.is_empty());
        inner.or(own)
    }

    /// Returns the policies that refused the request, each once: `definition (assignment)` by their
    /// display names, as far as both are given and differ.
    pub fn policy_names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for info in self.violations() {
            let text = |key| info.get(key).and_then(Value::as_str);
            let text = |key| text(key).filter(|name| !name.is_empty());
            let definition =
                text("policyDefinitionDisplayName").or_else(|| text("policyDefinitionName"));
            let assignment =
                text("policyAssignmentDisplayName").or_else(|| text("policyAssignmentName"));
            let name = match (definition, assignment) {
                (Some(one), Some(other)) if one != other => format!("{one} (assigned as {other})"),
                (Some(name), _) | (None, Some(name)) => name.to_owned(),
                (None, None) => continue,
            };
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Returns the id of the first policy assignment that refused the request.
    pub fn policy_assignment_id(&self) -> Option<&str> {
        let violations = self.violations().into_iter();
        let mut ids = violations.filter_map(|info| info.get("policyAssignmentId")?.as_str());
        ids.next()
    }

    /// The facts of all policy violations, outermost first.
    fn violations(&self) -> Vec<&Value> {
        let own = self.additional_info.iter();
        let own = own.filter(|info| info.kind.eq_ignore_ascii_case("PolicyViolation"));
        let mut violations: Vec<&Value> = own.map(|info| &info.info).collect();
        for detail in &self.details {
            violations.extend(detail.violations());
        }
        violations
    }

    /// Returns code and message, as far as there are any.
    pub fn words(&self) -> String {
        let words = [self.code.as_deref(), self.message.as_deref()];
        words.into_iter().flatten().collect::<Vec<_>>().join(": ")
    }

    /// Returns the part that says most. Resource Graph announces every error by what its support wants to
    /// know, and says in the details what is wrong (Azure/azure-cli-extensions#3325).
    pub fn headline(&self) -> &Self {
        const ANNOUNCEMENT: &str = "Please provide below info when asking for support";
        let message = self.message.as_deref().unwrap_or_default();
        if !message.starts_with(ANNOUNCEMENT) {
            return self;
        }
        let mut details = self.details.iter();
        let placed = details.find(|detail| detail.position.is_some());
        placed.or(self.details.last()).unwrap_or(self)
    }

    /// Tells whether the error says nothing.
    fn is_empty(&self) -> bool {
        self.code.is_none()
            && self.message.is_none()
            && self.details.is_empty()
            && self.additional_info.is_empty()
    }
}

/// Reads an error out of a JSON value of any shape.
fn from_value(value: &Value, depth: usize) -> Option<ErrorDetail> {
    if depth > MAX_DEPTH {
        return None;
    }
    match value {
        Value::Object(object) => from_object(object, depth),
        // Container Registry answers with JSON inside a JSON string.
        Value::String(text) => match serde_json::from_str::<Value>(text.trim()) {
            Ok(inner @ (Value::Object(_) | Value::Array(_) | Value::String(_))) => {
                from_value(&inner, depth + 1)
            }
            _ => one_line(text).map(of_message),
        },
        Value::Array(list) => from_list(list, depth),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// Reads an error out of an object: its envelope if it has one, else itself.
fn from_object(object: &Map<String, Value>, depth: usize) -> Option<ErrorDetail> {
    for envelope in ["error", "odata.error", "fault"] {
        match member(object, envelope) {
            Some(inner @ Value::Object(_)) => {
                return from_value(inner, depth + 1);
            }
            Some(Value::String(code)) if !code.is_empty() => {
                return Some(token_error(code, object));
            }
            _ => {}
        }
    }
    if let Some(Value::Array(list)) = member(object, "errors")
        && let Some(detail) = from_list(list, depth)
    {
        return Some(detail);
    }
    let mut detail = ErrorDetail {
        code: text(object, "code")
            .or_else(|| text(object, "errorCode"))
            .or_else(|| title_of(object)),
        message: message_of(object),
        target: text(object, "target"),
        details: details_of(object, depth),
        additional_info: additional_info_of(object),
        position: position_of(object),
    };
    if let Some(cause) = error_in_message(&detail, depth) {
        if detail.code.is_none() && detail.details.is_empty() {
            return Some(cause);
        }
        detail.message = None;
        detail.details.insert(0, cause);
    }
    (!detail.is_empty()).then_some(detail)
}

/// Returns the title of a problem (RFC 7807) as it can stand before a colon.
fn title_of(object: &Map<String, Value>) -> Option<String> {
    let title = text(object, "title")?;
    let title = title.trim_end_matches('.');
    (!title.is_empty()).then(|| title.to_owned())
}

/// Reads the error that is JSON in a message, as nested deployments have it.
fn error_in_message(detail: &ErrorDetail, depth: usize) -> Option<ErrorDetail> {
    let message = detail.message.as_deref()?;
    let object = serde_json::from_str::<Map<String, Value>>(message).ok()?;
    from_value(&Value::Object(object), depth + 1)
}

/// Reads the token endpoint's form: `error` is a code, `error_description` a sentence.
fn token_error(code: &str, object: &Map<String, Value>) -> ErrorDetail {
    let message = text(object, "error_description").or_else(|| message_of(object));
    if message.is_none() && code.contains(' ') {
        return of_message(code.to_owned());
    }
    ErrorDetail {
        code: Some(code.to_owned()),
        message,
        ..ErrorDetail::default()
    }
}

/// Reads a list of errors: the first one stands for all, the others are its details.
fn from_list(list: &[Value], depth: usize) -> Option<ErrorDetail> {
    let mut errors = list.iter().filter_map(|value| from_value(value, depth + 1));
    let mut first = errors.next()?;
    first.details.extend(errors);
    Some(first)
}

/// The members that hold the sentence of an error, the most usual first.
const SENTENCES: [&str; 4] = ["message", "@message", "faultstring", "detail"];
/// Those that say it in their place, or say more next to them: operations, and exceptions of ASP.NET.
const FURTHER_SENTENCES: [&str; 3] = ["statusMessage", "ExceptionMessage", "exception"];

/// Returns the sentence of an error.
fn message_of(object: &Map<String, Value>) -> Option<String> {
    let mut names = SENTENCES.iter().chain(&FURTHER_SENTENCES);
    names.find_map(|name| sentence_of(member(object, name)?))
}

/// Returns a sentence: a text, an object with one in `value` (`OData`), or any other object as JSON.
fn sentence_of(value: &Value) -> Option<String> {
    match value.as_object() {
        None => text_of(value),
        Some(inner) if inner.is_empty() => None,
        Some(inner) => text(inner, "value").or_else(|| Some(value.to_string())),
    }
}

/// Returns the causes: those of `details`, then `innererror`, which is an object (Log Analytics,
/// Azure `OpenAI`) or a list (Azure SQL).
///
/// App Service tells the same three times over, as `{Message}`, `{Code}` and `{ErrorEntity: {…}}`;
/// what only repeats the error is left out.
fn details_of(object: &Map<String, Value>, depth: usize) -> Vec<ErrorDetail> {
    let (code, message) = (text(object, "code"), message_of(object));
    let read = |value: &Value| {
        let entity = value
            .as_object()
            .and_then(|inner| member(inner, "ErrorEntity"));
        from_value(entity.unwrap_or(value), depth + 1)
    };
    let is_new = |detail: &ErrorDetail| {
        (detail.code.is_some() && detail.code != code)
            || (detail.message.is_some() && detail.message != message)
            || !detail.details.is_empty()
            || !detail.additional_info.is_empty()
            || detail.position.is_some()
    };
    let causes = ["details", "innererror"]
        .iter()
        .filter_map(|name| member(object, name));
    let causes = causes.flat_map(|cause| match cause {
        Value::Array(list) => list.as_slice(),
        Value::Object(_) => std::slice::from_ref(cause),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => &[],
    });
    let causes = causes.filter_map(read);
    let further = FURTHER_SENTENCES.iter();
    let further = further
        .filter_map(|name| text(object, name))
        .map(of_message);
    let fields = ["errors", "ModelState"].iter();
    let fields = fields.filter_map(|name| member(object, name)?.as_object());
    let all = causes
        .chain(further)
        .chain(fields.flat_map(errors_of_fields));
    all.filter(is_new).collect()
}

/// Reads what ASP.NET says of each field: `{"Name": ["The Name field is required."]}`.
fn errors_of_fields(fields: &Map<String, Value>) -> impl Iterator<Item = ErrorDetail> {
    fields.iter().flat_map(|(field, value)| {
        let texts = match value {
            Value::Array(list) => list.as_slice(),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Object(_) => std::slice::from_ref(value),
        };
        texts
            .iter()
            .filter_map(sentence_of)
            .map(|message| ErrorDetail {
                target: Some(field.clone()).filter(|field| !field.is_empty()),
                ..of_message(message)
            })
    })
}

/// An error of which there is only the sentence.
fn of_message(message: String) -> ErrorDetail {
    ErrorDetail {
        message: Some(message),
        ..ErrorDetail::default()
    }
}

/// Returns the members of `additionalInfo` that say what they are about.
fn additional_info_of(object: &Map<String, Value>) -> Vec<AdditionalInfo> {
    let Some(Value::Array(list)) = member(object, "additionalInfo") else {
        return Vec::new();
    };
    list.iter()
        .filter_map(|entry| {
            let entry = entry.as_object()?;
            let info = member(entry, "info").cloned().unwrap_or(Value::Null);
            Some(AdditionalInfo {
                kind: text(entry, "type")?,
                info,
            })
        })
        .collect()
}

/// Reads Resource Graph's `line`, `characterPositionInLine` and `token`.
fn position_of(object: &Map<String, Value>) -> Option<Position> {
    let number = |name: &str| member(object, name).and_then(Value::as_u64);
    Some(Position {
        line: number("line")?,
        column: number("characterPositionInLine")?.saturating_add(1),
        token: text(object, "token"),
    })
}

/// Returns a member by its name, whatever its case: the exact one first.
fn member<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.get(name).or_else(|| {
        object
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    })
}

/// Returns a member that is a text or a number, if it is not blank.
fn text(object: &Map<String, Value>, name: &str) -> Option<String> {
    member(object, name).and_then(text_of)
}

/// Returns a text or a number as text, if it is not blank.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
            None
        }
    }
}

/// Reads a body that is not JSON: the first line of a plain text, the error of Storage in XML, what is there of cut JSON,
/// nothing of HTML or other XML.
fn from_text(body: &str, content_type: Option<&str>) -> Option<ErrorDetail> {
    if let Some(detail) = from_xml(body).or_else(|| from_cut_json(body)) {
        return Some(detail);
    }
    let media_type = content_type
        .and_then(|value| value.split(';').next())
        .unwrap_or("text/plain");
    let media_type = media_type.trim();
    let is_plain = media_type.eq_ignore_ascii_case("text/plain")
        || media_type.eq_ignore_ascii_case("application/json");
    if !is_plain || body.trim_start().starts_with(['<', '{', '[']) {
        return None;
    }
    one_line(body).map(of_message)
}

/// Reads the first `code` and the first `message` of JSON that is cut or malformed.
fn from_cut_json(body: &str) -> Option<ErrorDetail> {
    if !body.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let text = |names: [&str; 2]| names.iter().find_map(|name| text_after(body, name));
    let detail = ErrorDetail {
        code: text(["\"code\"", "\"Code\""]),
        message: text(["\"message\"", "\"Message\""]),
        ..ErrorDetail::default()
    };
    (!detail.is_empty()).then_some(detail)
}

/// Returns the text of the first member of this name, given with its quotes, if the text is whole.
fn text_after(body: &str, name: &str) -> Option<String> {
    let (_, rest) = body.split_once(name)?;
    let value = rest.trim_start().strip_prefix(':')?;
    let mut values = serde_json::Deserializer::from_str(value).into_iter::<String>();
    one_line(&values.next()?.ok()?)
}

/// Reads Storage's `<Error><Code>…</Code><Message>…</Message></Error>`, and the same in lower case, as tables have it
/// (learn.microsoft.com/rest/api/storageservices/status-and-error-codes2). The lines of the message after the first
/// repeat headers.
fn from_xml(body: &str) -> Option<ErrorDetail> {
    let body = body.trim_start();
    let root = match body.strip_prefix("<?xml") {
        Some(rest) => rest.split_once("?>")?.1.trim_start(),
        None => body,
    };
    let name = root.strip_prefix('<')?.split(['>', ' ', '/']).next()?;
    let name = name.rsplit(':').next()?;
    if !name.eq_ignore_ascii_case("error") {
        return None;
    }
    let text = |names: [&str; 2]| names.iter().find_map(|name| element(root, name));
    let detail = ErrorDetail {
        code: text(["Code", "code"]).and_then(|text| one_line(&text)),
        message: text(["Message", "message"]).and_then(|text| one_line(&text)),
        ..ErrorDetail::default()
    };
    (!detail.is_empty()).then_some(detail)
}

/// Returns the text of the first element of a name, with or without a prefix.
fn element(xml: &str, name: &str) -> Option<String> {
    let mut rest = xml;
    while let Some((_, tag)) = rest.split_once('<') {
        let (head, content) = tag.split_once('>')?;
        rest = content;
        let tag_name = head.split(' ').next().unwrap_or_default();
        if tag_name.rsplit(':').next() == Some(name) && !tag_name.starts_with('/') {
            let text = content.split('<').next().unwrap_or_default();
            let entities = [
                ("&lt;", "<"),
                ("&gt;", ">"),
                ("&quot;", "\""),
                ("&apos;", "'"),
                ("&amp;", "&"),
            ];
            let text = entities
                .iter()
                .fold(text.to_owned(), |text, (entity, letter)| {
                    text.replace(entity, letter)
                });
            return Some(text);
        }
    }
    None
}

/// Returns the first line that is not blank, without control characters and not too long.
fn one_line(text: &str) -> Option<String> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    let mut excerpt: String = line
        .chars()
        .filter(|letter| !letter.is_control())
        .take(MAX_EXCERPT + 1)
        .collect();
    if excerpt.chars().count() > MAX_EXCERPT {
        excerpt.pop();
        excerpt.push('…');
    }
    Some(excerpt).filter(|excerpt| !excerpt.is_empty())
}
