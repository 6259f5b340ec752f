//! The last change of an answer before its destination: colours for JSON on a terminal, of which this is the only file
//! that names `colored_json`, or YAML in its place (`yaml`). What colouring would change, and what is large, is left plain.

use colored_json::{ColorMode, ColoredFormatter, CompactFormatter, PrettyFormatter};

use super::sink::{Sink, WriteError};
use super::yaml::Yaml;
use crate::json::JsonStyle;

/// Beyond this many bytes the answer stays plain: colouring builds a tree.
pub const MAX_COLORED: usize = 1 << 20;

/// Colours what goes to a sink, if it is one document of at most [`MAX_COLORED`] bytes; or makes YAML of it.
#[derive(Debug)]
pub struct Paint {
    layout: Option<JsonStyle>,
    yaml: Option<Yaml>,
    held: Vec<u8>,
}

impl Paint {
    /// Colours documents of this layout; nothing if it is `None`.
    pub fn new(layout: Option<JsonStyle>) -> Self {
        Self {
            layout,
            yaml: None,
            held: Vec::new(),
        }
    }

    /// Makes YAML of documents in JSON.
    pub fn yaml() -> Self {
        Self {
            yaml: Some(Yaml::default()),
            ..Self::new(None)
        }
    }

    /// Moves what is in `out` on to the sink, or holds it until the document is complete.
    pub fn write(&mut self, out: &mut Vec<u8>, sink: &mut Sink) -> Result<(), WriteError> {
        if let Some(yaml) = &mut self.yaml {
            yaml.push(out, &mut self.held);
            sink.write(&self.held)?;
            self.held.clear();
        } else if self.layout.is_some() {
            self.held.append(out);
            if self.held.len() > MAX_COLORED {
                self.layout = None;
                sink.write(&std::mem::take(&mut self.held))?;
            }
        } else if !out.is_empty() {
            sink.write(out)?;
        }
        out.clear();
        Ok(())
    }

    /// Writes what was held, coloured if that keeps it.
    pub fn finish(mut self, sink: &mut Sink) -> Result<(), WriteError> {
        if let Some(mut yaml) = self.yaml.take() {
            yaml.finish(&mut self.held);
        }
        let text = std::str::from_utf8(&self.held).unwrap_or_default();
        match self.layout.and_then(|layout| colored(text, layout)) {
            Some(colored) => sink.write(format!("{colored}\n").as_bytes()),
            None => sink.write(&self.held),
        }
    }
}

/// Colours a laid-out document, or returns `None` if a tree would lose some of it: a duplicate member, a number's
/// spelling, an escape.
pub fn colored(text: &str, layout: JsonStyle) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    // It is decided that there are colours: on Windows it would ask for a console first, and find none in a pipeline.
    #[cfg(windows)]
    yansi::enable();
    let mode = ColorMode::On;
    let colored = match layout {
        JsonStyle::Pretty => {
            ColoredFormatter::new(PrettyFormatter::new()).to_colored_json(&value, mode)
        }
        JsonStyle::Compact => {
            ColoredFormatter::new(CompactFormatter {}).to_colored_json(&value, mode)
        }
    };
    let colored = colored.ok()?;
    (without_escapes(&colored) == text.trim_end()).then_some(colored)
}

fn without_escapes(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once('m').map_or("", |(_, rest)| rest));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::colored;
    use crate::json::JsonStyle;

    #[test]
    fn colours_only_what_it_keeps() {
        for (text, kept) in [
            ("{\n  \"b\": 1.10,\n  \"a\": [\n    15\n  ]\n}\n", true),
            ("[\n  1E5\n]\n", false),
            ("{\n  \"a\": 123456789012345678901234567890\n}", true),
            ("{\n  \"a\": 1,\n  \"a\": 2\n}", false),
            ("{\n  \"a\": \"\\u2013\"\n}", false),
            ("a\nb", false),
        ] {
            let colored = colored(text, JsonStyle::Pretty);
            let has_colors = colored.is_some_and(|text| text.contains('\u{1b}'));
            assert_eq!(has_colors, kept, "{text}");
        }
        assert!(colored("{\"a\":[1,{}]}\n", JsonStyle::Compact).is_some());
    }
}
