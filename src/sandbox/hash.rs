//! Stable numbers and GUIDs from text, so that every run of the sandbox shows the same ids. Not for
//! cryptography; what must resist forgery: `authority::tokens::keys`.

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// Returns the 64-bit FNV-1a hash of the bytes, finished by a mixing step (FNV's high bits hardly
/// differ between texts that end alike).
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    let folded = bytes.iter().fold(OFFSET, |state, byte| {
        (state ^ u64::from(*byte)).wrapping_mul(PRIME)
    });
    let mixed = (folded ^ (folded >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let mixed = (mixed ^ (mixed >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    mixed ^ (mixed >> 33)
}

/// Returns a GUID in the form of version 4 that depends on the text alone.
pub(crate) fn guid(text: &str) -> String {
    let high = hash(text.as_bytes());
    let low = hash(format!("{high:x}{text}").as_bytes());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0x0fff,
        0x8000 | ((low >> 48) & 0x3fff),
        low & 0xffff_ffff_ffff,
    )
}

#[cfg(test)]
mod tests {
    use super::{guid, hash};

    #[test]
    fn guids_are_stable_distinct_and_well_formed() {
        assert_eq!(guid("vm-web-01"), guid("vm-web-01"));
        assert_ne!(guid("vm-web-01"), guid("vm-web-02"));
        let id = guid("");
        assert_eq!(id.len(), 36);
        assert_eq!(
            id.split('-').map(str::len).collect::<Vec<_>>(),
            [8, 4, 4, 4, 12]
        );
        assert_eq!(id.as_bytes()[14], b'4');
    }

    #[test]
    fn hashes_and_guids_stay_what_they_are() {
        // The ids, keys and prices of the sandbox are made of them: another value changes them all.
        assert_eq!(hash(b""), 0xefd0_1f60_ba99_2926);
        assert_eq!(hash(b"a"), 0x82a2_a958_a9be_ce5b);
        assert_eq!(guid("vm-web-01"), "bb36fd0d-0a58-4045-9285-3c79d6c0e736");
    }

    #[test]
    fn texts_that_begin_alike_differ_in_all_bits() {
        let hashes: Vec<u64> = (0..64_u32)
            .map(|number| hash(format!("vm-{number}").as_bytes()))
            .collect();
        for bit in 0..64 {
            let set = hashes.iter().filter(|hash| (*hash >> bit) & 1 == 1).count();
            assert!((12..=52).contains(&set), "bit {bit} is set in {set} of 64");
        }
    }
}
