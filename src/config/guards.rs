//! What keeps a run from doing harm, by settings: sources only add up, so that none lifts what another has set. Who
//! asks, and who refuses: `app`.

/// What a source says, or what all of them say together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Guards {
    /// Nothing is changed.
    pub read_only: bool,
    /// The user is asked before each write.
    pub confirm: bool,
}

impl Guards {
    /// The guards of two sources together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            read_only: self.read_only || other.read_only,
            confirm: self.confirm || other.confirm,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Guards;

    #[test]
    fn guards_add_up() {
        let read_only = Guards {
            read_only: true,
            confirm: false,
        };
        let confirm = Guards {
            read_only: false,
            confirm: true,
        };
        let none = Guards::default();
        assert_eq!(none.and(none), none);
        assert_eq!(read_only.and(none), read_only);
        assert_eq!(none.and(confirm), confirm);
        let both = read_only.and(confirm);
        assert!(both.read_only && both.confirm);
    }
}
