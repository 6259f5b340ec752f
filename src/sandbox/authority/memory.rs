//! What the authority has to remember between requests: which codes were spent, which devices wait, and from when on a
//! person's sign-ins count. Everything else is in the values that it issues.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::sandbox::authority::grants::sealed::SignIn;

/// The authority's part of the sandbox's state. Times are seconds since 1970.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Memory {
    /// How many values were issued.
    issued: u64,
    /// The numbers of codes that were redeemed, and when each would have ended.
    #[serde(default)]
    spent: BTreeMap<u64, u64>,
    /// Devices that wait, by their user code.
    #[serde(default)]
    devices: BTreeMap<String, Device>,
    /// People whose sign-ins were revoked.
    #[serde(default)]
    revoked: BTreeMap<String, Revocation>,
}

/// The end of a person's sign-ins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Revocation {
    /// The number of the last value that was issued before it.
    last: u64,
    pub(crate) revoked_on: u64,
}

/// A device that waits for a person to sign in for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Device {
    pub(crate) client_id: String,
    /// The tenant as it was asked for: an id, a domain or `common`.
    pub(crate) realm: String,
    pub(crate) scope: String,
    pub(crate) expires_on: u64,
    pub(crate) state: DeviceState,
}

/// How far a device has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum DeviceState {
    Waiting { last_asked: Option<u64> },
    SignedIn(SignIn),
    Declined,
}

/// How many devices wait at most; the one that ends first makes room.
const MOST_DEVICES: usize = 32;
/// How many spent codes are remembered at most.
const MOST_SPENT: usize = 256;

impl Memory {
    /// Tells whether there is nothing to remember.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the number of the next value.
    pub(crate) fn number(&mut self) -> u64 {
        self.issued = self.issued.wrapping_add(1);
        self.issued
    }

    /// Marks a code as redeemed, and tells whether it was not before.
    pub(crate) fn spend(&mut self, number: u64, expires_on: u64, now: u64) -> bool {
        self.spent.retain(|_, end| *end > now);
        let is_fresh = self.spent.insert(number, expires_on).is_none();
        while self.spent.len() > MOST_SPENT {
            self.spent.pop_first();
        }
        is_fresh
    }

    /// Lets a device wait.
    pub(crate) fn add_device(&mut self, user_code: &str, device: Device, now: u64) {
        self.devices.retain(|_, device| device.expires_on > now);
        self.devices.insert(user_code.to_owned(), device);
        while self.devices.len() > MOST_DEVICES {
            let first = self
                .devices
                .iter()
                .min_by_key(|(_, device)| device.expires_on);
            let Some(code) = first.map(|(code, _)| code.clone()) else {
                break;
            };
            self.devices.remove(&code);
        }
    }

    /// Finds a device that waits, whatever the case of its code.
    pub(crate) fn device(&mut self, user_code: &str) -> Option<&mut Device> {
        self.devices.get_mut(&user_code.to_ascii_uppercase())
    }

    /// Forgets a device.
    pub(crate) fn remove_device(&mut self, user_code: &str) {
        self.devices.remove(user_code);
    }

    /// Ends all sign-ins of a person.
    pub(crate) fn revoke(&mut self, user_id: &str, now: u64) {
        let revocation = Revocation {
            last: self.issued,
            revoked_on: now,
        };
        self.revoked.insert(user_id.to_owned(), revocation);
    }

    /// Returns what ended a sign-in, if it was ended.
    pub(crate) fn revocation(&self, session: &SignIn) -> Option<Revocation> {
        let revocation = self.revoked.get(&session.user_id).copied();
        revocation.filter(|revocation| session.number <= revocation.last)
    }
}
