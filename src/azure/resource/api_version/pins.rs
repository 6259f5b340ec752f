//! Which api-version a user wants, in general and for single types. The settings that say so are read by `config`.

/// Which version of a type is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum WantedVersion {
    /// The usual one: the newest stable version, a preview only if there are no others.
    #[default]
    Usual,
    /// Only the newest stable version.
    Stable,
    /// The newest version of all.
    Preview,
    /// This one.
    Exactly(String),
}

impl WantedVersion {
    /// Reads `stable`, `preview` or a version; the words in any case.
    pub fn of(text: &str) -> Self {
        let text = text.trim();
        match text.to_ascii_lowercase().as_str() {
            "stable" => Self::Stable,
            "preview" => Self::Preview,
            _ => Self::Exactly(text.to_owned()),
        }
    }
}

/// The versions that the user's settings say for types.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pins(Vec<(String, WantedVersion)>);

impl Pins {
    /// Adds a type by its full name.
    pub fn add(&mut self, type_name: &str, wanted: WantedVersion) {
        self.0.push((type_name.to_owned(), wanted));
    }

    /// Returns what is wanted of a type, whatever the case of its name.
    pub fn find(&self, type_name: &str) -> Option<&WantedVersion> {
        let mut pins = self.0.iter();
        let (_, wanted) = pins.find(|(name, _)| name.eq_ignore_ascii_case(type_name))?;
        Some(wanted)
    }
}
