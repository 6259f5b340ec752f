//! The packed text of the bodies: `blocks.bin` holds deflated blocks one after the other, `index.tsv` says which
//! namespaces are in which. Who reads the text: `namespace`; who packs it: `tools/schema.py`.

use flate2::{Crc, Decompress, FlushDecompress, Status};

/// What is built in. Nothing of it is touched before something is looked up.
pub(super) const BUILT_IN: Pack<'static> = Pack {
    index: include_str!("index.tsv"),
    blocks: include_bytes!("blocks.bin"),
};

/// The most bytes that a block unpacks to: the largest namespace has 235 KB.
const MOST: usize = 4 << 20;

/// The built-in bodies cannot be read: the program is damaged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the bodies of `{namespace}` in this program cannot be read: {fault}")]
pub struct SchemaError {
    /// The namespace that was looked up.
    pub namespace: String,
    /// What is wrong with its block.
    pub fault: &'static str,
}

/// An index and its blocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pack<'a> {
    /// A line for each block: packed length, length, checksum in hexadecimal, then the namespaces in it.
    pub(super) index: &'a str,
    pub(super) blocks: &'a [u8],
}

/// A line of the index.
#[derive(Debug, Clone, Copy)]
struct Block<'a> {
    packed: &'a [u8],
    length: usize,
    checksum: u32,
}

impl<'a> Pack<'a> {
    /// Unpacks everything: the lines of each namespace, in the order of their names without case.
    pub(super) fn texts(self) -> Result<Vec<String>, SchemaError> {
        let mut texts = Vec::new();
        let mut start = 0;
        for line in self.index.lines() {
            let names = line.split('\t').skip(NAMES_AT);
            let error = |fault| SchemaError {
                namespace: names.clone().next().unwrap_or_default().to_owned(),
                fault,
            };
            let (length, block) = self.read(line, start).ok_or_else(|| error(DAMAGED_INDEX))?;
            let block = block.ok_or_else(|| error(CUT))?;
            let text = block.unpack().map_err(error)?;
            for name in names.clone() {
                let own = cut(&text, name).ok_or_else(|| SchemaError {
                    namespace: name.to_owned(),
                    fault: OTHERS,
                })?;
                texts.push(own.to_owned());
            }
            start += length;
        }
        Ok(texts)
    }

    /// Unpacks the block that holds a namespace, and returns the lines of this namespace alone.
    pub(super) fn text(self, namespace: &str) -> Result<Option<String>, SchemaError> {
        let error = |fault| SchemaError {
            namespace: namespace.to_owned(),
            fault,
        };
        let Some((name, block)) = self.block(namespace).map_err(error)? else {
            return Ok(None);
        };
        let text = block.unpack().map_err(error)?;
        let own = cut(&text, name).ok_or_else(|| error(OTHERS))?;
        Ok(Some(own.to_owned()))
    }

    /// Finds the block of a namespace, whatever the case of its name.
    fn block(self, namespace: &str) -> Result<Option<(&'a str, Block<'a>)>, &'static str> {
        let mut start = 0;
        for line in self.index.lines() {
            let (length, block) = self.read(line, start).ok_or(DAMAGED_INDEX)?;
            let mut names = line.split('\t').skip(NAMES_AT);
            if let Some(name) = names.find(|name| name.eq_ignore_ascii_case(namespace)) {
                return Ok(Some((name, block.ok_or(CUT)?)));
            }
            start += length;
        }
        Ok(None)
    }

    /// The packed length of a line's block, and the block if it is complete.
    fn read(self, line: &str, start: usize) -> Option<(usize, Option<Block<'a>>)> {
        let mut fields = line.split('\t');
        let packed: usize = fields.next()?.parse().ok()?;
        let length = fields.next()?.parse().ok()?;
        let checksum = u32::from_str_radix(fields.next()?, 16).ok()?;
        let bytes = self.blocks.get(start..start.checked_add(packed)?);
        let block = bytes.map(|packed| Block {
            packed,
            length,
            checksum,
        });
        Some((packed, block))
    }
}

const DAMAGED_INDEX: &str = "the index is damaged";
const CUT: &str = "its block is cut";
const OTHERS: &str = "its block holds others";

/// Where the names of a line begin.
const NAMES_AT: usize = 3;

impl Block<'_> {
    fn unpack(self) -> Result<String, &'static str> {
        let mut bytes = Vec::with_capacity(self.length.min(MOST));
        let status =
            Decompress::new(false).decompress_vec(self.packed, &mut bytes, FlushDecompress::Finish);
        let mut checksum = Crc::new();
        checksum.update(&bytes);
        if !matches!(status, Ok(Status::StreamEnd)) || checksum.sum() != self.checksum {
            return Err("its block is damaged");
        }
        String::from_utf8(bytes).map_err(|_| "its block is not text")
    }
}

/// The lines of a namespace, from its title to the next one.
fn cut<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let title = format!("={name}\n");
    let start = if text.starts_with(&title) {
        0
    } else {
        text.find(&format!("\n{title}"))? + 1
    };
    let own = text.get(start..)?;
    let end = own.find("\n=").map_or(own.len(), |end| end + 1);
    own.get(..end)
}

#[cfg(test)]
mod tests {
    use super::{BUILT_IN, Pack};

    #[track_caller]
    fn check(pack: Pack<'_>, namespace: &str, fault: &str) {
        let error = pack.text(namespace).unwrap_err();
        assert_eq!((error.namespace.as_str(), error.fault), (namespace, fault));
    }

    fn names() -> Vec<&'static str> {
        let lines = BUILT_IN.index.lines();
        lines.flat_map(|line| line.split('\t').skip(3)).collect()
    }

    #[test]
    fn every_namespace_is_unpacked() {
        let texts = BUILT_IN.texts().unwrap();
        assert!(texts.len() > 200, "{}", texts.len());
        for (name, text) in names().into_iter().zip(&texts) {
            assert!(text.starts_with(&format!("={name}\nT\t")), "{name}");
            assert!(text.ends_with('\n') && !text.contains("\n="), "{name}");
            let alone = BUILT_IN.text(&name.to_uppercase());
            assert_eq!(alone.unwrap().as_ref(), Some(text));
        }
        for none in [
            "",
            "Microsoft",
            "Microsoft.Compute/virtualMachines",
            "\t",
            "3",
        ] {
            assert_eq!(BUILT_IN.text(none), Ok(None), "{none}");
        }
    }

    #[test]
    fn what_is_packed_is_the_text_of_the_tree() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tools/schema");
        let files = std::fs::read_dir(folder).unwrap();
        let files = files.filter(|file| {
            let name = file.as_ref().unwrap().file_name();
            name.to_str().unwrap().matches('.').count() > 1
        });
        assert_eq!(files.count(), names().len(), "run `tools/schema.py --pack`");
        for (name, packed) in names().into_iter().zip(BUILT_IN.texts().unwrap()) {
            let text = std::fs::read_to_string(format!("{folder}/{name}.tsv")).unwrap();
            assert!(text == packed, "{name}: run `tools/schema.py --pack`");
        }
    }

    #[test]
    fn a_damaged_block_is_an_error_of_its_namespaces_alone() {
        let names = names();
        let (first, last) = (names[0], *names.last().unwrap());
        let middle = BUILT_IN.blocks.len() - 1000;
        let cut = Pack {
            blocks: &BUILT_IN.blocks[..middle],
            ..BUILT_IN
        };
        check(cut, last, "its block is cut");
        assert!(cut.texts().is_err());
        assert!(cut.text(first).unwrap().is_some());

        let mut other = BUILT_IN.blocks.to_vec();
        other[middle] ^= 0x10;
        let flipped = Pack {
            blocks: &other,
            ..BUILT_IN
        };
        check(flipped, last, "its block is damaged");
        assert!(flipped.texts().is_err());
        assert!(flipped.text(first).unwrap().is_some());

        let none = Pack {
            blocks: &[],
            ..BUILT_IN
        };
        check(none, first, "its block is cut");
    }

    #[test]
    fn a_damaged_index_is_an_error() {
        for index in ["x\ty\tz\tA.b\n", "\n", "1\t2\n", "1\t2\tzz\tA.b\n"] {
            let pack = Pack { index, ..BUILT_IN };
            check(pack, "A.b", "the index is damaged");
        }
        let line = BUILT_IN.index.lines().next().unwrap();
        let own = line.split('\t').nth(3).unwrap();
        let index = line.replacen(own, "Other.Name", 1);
        let pack = Pack {
            index: &index,
            ..BUILT_IN
        };
        check(pack, "Other.Name", "its block holds others");
        let index = line.replacen('\t', "9999999999\t", 1);
        let pack = Pack {
            index: &index,
            ..BUILT_IN
        };
        check(pack, own, "its block is cut");
    }
}
