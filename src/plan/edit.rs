//! How an edited resource is sent: as a PATCH or as a PUT. Who edits: `app/command/edit`.

use http::Method;

use crate::azure::catalogue;
use crate::azure::schema::Body;
use crate::json::{Change, ChangeKind, PathStep, merge_patch, value_of_member};

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditWrite {
    /// PATCH or PUT.
    pub method: Method,
    /// The body.
    pub body: String,
}

/// A resource that was edited.
#[derive(Debug, Clone, Copy)]
pub struct EditedResource<'a> {
    /// The name of its type.
    pub type_name: Option<&'a str>,
    /// What is known of its body.
    pub body: Option<&'a Body>,
    /// What was changed.
    pub changes: &'a [Change<'a>],
    /// What it was.
    pub before: &'a str,
    /// What it is to be.
    pub after: &'a str,
}

impl EditedResource<'_> {
    /// Chooses how it is sent. What the user asks for is done. Otherwise it is a PATCH if that is known to do it: it
    /// touches nothing else. Some types take only tags by PATCH and silently leave out the rest, some merge an object
    /// and others replace it, and a type that merges must be told what goes. So a PATCH is only sent if its shape is
    /// known to take what was changed and nothing was taken away, with each value whole. Everything else is a PUT of
    /// the whole.
    pub fn write(&self, asked: Option<&Method>) -> EditWrite {
        let known = self.type_name.and_then(catalogue::find);
        let has = |verb: &str| {
            let mut methods = known.iter().flat_map(catalogue::ResourceType::item_methods);
            methods.any(|method| method == verb)
        };
        let is_patch_alone = has("PATCH") && !has("PUT");
        if asked == Some(&Method::PATCH) || (asked.is_none() && is_patch_alone) {
            return EditWrite {
                method: Method::PATCH,
                body: merge_patch(self.before, self.after),
            };
        }
        if asked.is_none() && has("PATCH") && self.changes.iter().all(|one| self.is_patched(one)) {
            return EditWrite {
                method: Method::PATCH,
                body: self.whole_values(),
            };
        }
        EditWrite {
            method: Method::PUT,
            body: self.after.to_owned(),
        }
    }

    /// Tells whether a PATCH does a change: arrays are replaced as a whole, so what is removed within one is not a
    /// removed member.
    fn is_patched(&self, change: &Change<'_>) -> bool {
        let names: Vec<Option<&str>> = change.path.0.iter().map(name_of).collect();
        let members: Vec<Option<&str>> =
            names.iter().copied().take_while(Option::is_some).collect();
        let is_removal = matches!(change.kind, ChangeKind::Removed(_));
        if members.is_empty() || (is_removal && members.len() == names.len()) {
            return false;
        }
        // Every type that has PATCH takes tags.
        members.first() == Some(&Some("tags"))
            || self.body.is_some_and(|body| body.is_patched(&members))
    }

    /// The members that have changed, each whole; within `properties`, the members of that.
    fn whole_values(&self) -> String {
        let mut members: Vec<(&str, Option<&str>)> = Vec::new();
        for change in self.changes {
            let mut names = change.path.0.iter().filter_map(name_of);
            let (Some(first), second) = (names.next(), names.next()) else {
                continue;
            };
            let member = (first, second.filter(|_| first == "properties"));
            if !members.contains(&member) {
                members.push(member);
            }
        }
        let text_of = |name: &str, within: &str| {
            let name_token = serde_json::Value::from(name);
            value_of_member(within, name).map(|value| format!("{name_token}:{value}"))
        };
        let properties = value_of_member(self.after, "properties").unwrap_or_default();
        let inner = members.iter().filter_map(|(_, second)| *second);
        let inner: Vec<String> = inner.filter_map(|name| text_of(name, properties)).collect();
        let outer = members.iter().filter(|(_, second)| second.is_none());
        let mut pieces: Vec<String> = outer
            .filter_map(|(name, _)| text_of(name, self.after))
            .collect();
        if !inner.is_empty() {
            pieces.push(format!("\"properties\":{{{}}}", inner.join(",")));
        }
        format!("{{{}}}", pieces.join(","))
    }
}

fn name_of<'a>(step: &'a PathStep<'_>) -> Option<&'a str> {
    match step {
        PathStep::Member(name) => Some(name.as_ref()),
        PathStep::Element { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::{EditWrite, EditedResource};
    use crate::azure::schema;
    use crate::json::difference;

    const VM: &str = "Microsoft.Compute/virtualMachines";

    #[track_caller]
    fn check(
        asked: Option<&Method>,
        type_name: Option<&str>,
        (before, after): (&str, &str),
        expected: (Method, &str),
    ) {
        let changes = difference(before, after);
        let body = type_name.and_then(|name| schema::find(name).unwrap());
        let edited = EditedResource {
            type_name,
            body: body.as_ref(),
            changes: &changes,
            before,
            after,
        };
        let (method, body) = expected;
        let body = body.to_owned();
        assert_eq!(edited.write(asked), EditWrite { method, body });
    }

    #[test]
    fn tags_that_grow_are_patched_whole() {
        let before = "{\"tags\":{\"a\":\"1\"},\"properties\":{\"x\":1}}";
        let tagged = "{\"tags\":{\"a\":\"1\",\"b\":\"2\"},\"properties\":{\"x\":1}}";
        let patch = (Method::PATCH, "{\"tags\":{\"a\":\"1\",\"b\":\"2\"}}");
        check(None, Some(VM), (before, tagged), patch);
        // A type that is not known.
        check(None, None, (before, tagged), (Method::PUT, tagged));
        let untagged = "{\"properties\":{\"x\":1}}";
        check(None, Some(VM), (before, untagged), (Method::PUT, untagged));
        let fewer = "{\"tags\":{},\"properties\":{\"x\":1}}";
        check(None, Some(VM), (before, fewer), (Method::PUT, fewer));
    }

    #[test]
    fn what_a_patch_takes_is_patched_and_all_else_is_put() {
        let before = "{\"location\":\"w\",\"properties\":{\"hardwareProfile\":{\"vmSize\":\"A\",\"p\":1},\"storageProfile\":{\"dataDisks\":[{\"lun\":0},{\"lun\":1}]}}}";
        let resized = before.replace("\"A\"", "\"B\"");
        let patch = "{\"properties\":{\"hardwareProfile\":{\"vmSize\":\"B\",\"p\":1}}}";
        check(None, Some(VM), (before, &resized), (Method::PATCH, patch));
        let fewer = before.replace("{\"lun\":0},", "");
        let patch = "{\"properties\":{\"storageProfile\":{\"dataDisks\":[{\"lun\":1}]}}}";
        check(None, Some(VM), (before, &fewer), (Method::PATCH, patch));
        // The service would not move it; that is for the service to say.
        let moved = before.replace("\"w\"", "\"n\"");
        check(None, Some(VM), (before, &moved), (Method::PUT, &moved));
        // By PATCH a network takes only tags, and says nothing of the rest.
        let network = Some("Microsoft.Network/virtualNetworks");
        let (before, after) = (
            "{\"properties\":{\"enableDdosProtection\":false}}",
            "{\"properties\":{\"enableDdosProtection\":true}}",
        );
        check(None, network, (before, after), (Method::PUT, after));
    }

    #[test]
    fn what_is_asked_for_is_done() {
        let (before, after) = ("{\"a\":{\"x\":1,\"y\":2}}", "{\"a\":{\"x\":1}}");
        let patch = (Method::PATCH, "{\"a\":{\"y\":null}}");
        check(Some(&Method::PATCH), Some(VM), (before, after), patch);
        let tagged = ("{}", "{\"tags\":{\"a\":\"1\"}}");
        check(
            Some(&Method::PUT),
            Some(VM),
            tagged,
            (Method::PUT, tagged.1),
        );
    }
}
