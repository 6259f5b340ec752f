//! The hosts of each cloud with the audience of their tokens, as the tables in `hosts/` have them: a host is added by
//! one row there. Which cloud has which table: `cloud`; what a host means for a request: `cloud::hosts`.

use crate::azure::rows::rows;
use crate::azure::url::origin::host_matches;

/// What a host serves, as far as requests differ by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostKind {
    /// Azure Resource Manager: the api-version is worked out, `x-ms-version` is sent.
    ResourceManager,
    /// The data plane of Storage: needs its own `x-ms-version`.
    Storage,
    /// Anything else, known or not.
    Other,
}

/// Where the token of a host may go from there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::azure) enum TokenScope {
    /// To any host of the same audience that a link names.
    Service,
    /// Nowhere else: customers' code can answer at such hosts.
    Host,
}

/// The audience of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::azure) enum HostAudience {
    /// This one.
    Fixed(&'static str),
    /// The host itself: `https://<host>`.
    OwnOrigin,
}

/// The table of a cloud: rows of text, read when a host is looked up. `hosts/public.tsv` says what its columns mean.
#[derive(Debug, Clone, Copy)]
pub(in crate::azure) struct HostTable(&'static str);

/// A row: a host, or hosts by a pattern.
#[derive(Debug, Clone, Copy)]
pub(in crate::azure) struct HostRow {
    pattern: &'static str,
    pub(in crate::azure) audience: HostAudience,
    pub(in crate::azure) kind: HostKind,
    pub(in crate::azure) token_scope: TokenScope,
    options: &'static str,
}

/// The audience of Storage in every cloud.
pub(in crate::azure) const STORAGE_AUDIENCE: &str = "https://storage.azure.com/";

impl HostTable {
    pub(in crate::azure) const EMPTY: Self = Self("");
    pub(in crate::azure) const PUBLIC: Self = Self(include_str!("hosts/public.tsv"));
    pub(in crate::azure) const CHINA: Self = Self(include_str!("hosts/china.tsv"));
    pub(in crate::azure) const US_GOVERNMENT: Self = Self(include_str!("hosts/us_government.tsv"));
    pub(in crate::azure) const BLEU: Self = Self(include_str!("hosts/bleu.tsv"));

    /// Returns the rows in their order.
    pub(in crate::azure) fn rows(self) -> impl Iterator<Item = HostRow> {
        rows(self.0).filter_map(HostRow::parse)
    }

    /// Returns the first row that a host, in lower case, fits.
    pub(in crate::azure) fn find(self, host: &str) -> Option<HostRow> {
        self.rows().find(|row| row.matches(host))
    }
}

impl HostRow {
    /// Reads a row; nothing if a field or an option is not one of those that are known.
    fn parse(row: &'static str) -> Option<Self> {
        let (pattern, rest) = row.split_once('\t')?;
        let (audience, options) = rest.split_once('\t').unwrap_or((rest, ""));
        let mut read = Self {
            pattern,
            audience: match audience {
                "" => return None,
                "own" => HostAudience::OwnOrigin,
                fixed => HostAudience::Fixed(fixed),
            },
            kind: HostKind::Other,
            token_scope: TokenScope::Service,
            options,
        };
        for option in options.split_terminator(' ') {
            match option {
                "resource-manager" => read.kind = HostKind::ResourceManager,
                "storage" => read.kind = HostKind::Storage,
                "host-only" => read.token_scope = TokenScope::Host,
                other if other.starts_with(ALTERNATIVE) => {}
                _ => return None,
            }
        }
        Some(read)
    }

    /// Tells whether a host, in lower case, is one of this row.
    pub(in crate::azure) fn matches(&self, host: &str) -> bool {
        host_matches(self.pattern, host)
    }

    /// Returns the other audiences that the host takes when the user names one.
    pub(in crate::azure) fn alternatives(&self) -> impl Iterator<Item = &'static str> {
        let options = self.options.split_terminator(' ');
        options.filter_map(|option| option.strip_prefix(ALTERNATIVE))
    }
}

/// The option of another audience.
const ALTERNATIVE: &str = "or=";

#[cfg(test)]
mod tests {
    use super::{HostAudience, HostRow, HostTable, STORAGE_AUDIENCE};
    use crate::azure::audience::Audience;
    use crate::azure::rows::rows;

    const TABLES: [HostTable; 4] = [
        HostTable::PUBLIC,
        HostTable::CHINA,
        HostTable::US_GOVERNMENT,
        HostTable::BLEU,
    ];

    #[test]
    fn every_row_can_be_read() {
        for table in TABLES {
            for text in rows(table.0) {
                let row = HostRow::parse(text).unwrap_or_else(|| panic!("{text}"));
                assert!(
                    text.is_ascii() && row.options.split(' ').count() < 4,
                    "{text}"
                );
                let HostAudience::Fixed(audience) = row.audience else {
                    continue;
                };
                for audience in row.alternatives().chain([audience]) {
                    let read = Audience::parse(audience).unwrap();
                    assert_eq!(read.as_str(), audience);
                    assert!(!audience.ends_with("/.default"), "{text}");
                }
            }
        }
        let storage = HostTable::PUBLIC.find("a.blob.core.windows.net").unwrap();
        assert_eq!(storage.audience, HostAudience::Fixed(STORAGE_AUDIENCE));
    }

    #[test]
    fn other_rows_cannot_be_read() {
        for row in [
            "",
            "host",
            "host\t",
            "host\towned\tother",
            "host\town\thost-only\tstorage",
        ] {
            assert!(HostRow::parse(row).is_none(), "{row}");
        }
    }

    /// A row that follows a wider one would never be found.
    #[test]
    fn no_row_shadows_another() {
        for table in TABLES {
            for row in table.rows() {
                let host = row.pattern.replace('*', "x.y");
                let found = table.find(&host).map(|found| found.pattern);
                assert_eq!(found, Some(row.pattern));
                assert_eq!(row.pattern, row.pattern.to_lowercase());
                let ends_at_a_label = |(_, rest): (&str, &str)| rest.starts_with('.');
                assert!(row.pattern.split_once('*').is_none_or(ends_at_a_label));
            }
        }
    }
}
