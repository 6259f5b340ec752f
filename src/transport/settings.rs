//! How the network is reached: what the environment says of the proxy and of whom TLS trusts, and how long a server may
//! be silent. Read once per run, and passed to `wire`.

use std::time::Duration;

use super::proxy::ProxySettings;
use super::tls::TrustSettings;
use crate::env::Env;

/// How the network is reached. The default is directly, with the system's certificates.
#[derive(Debug, Clone, Default)]
pub struct NetworkSettings {
    pub(super) proxies: ProxySettings,
    pub(super) trust: TrustSettings,
    pub(super) silence: Silence,
}

/// How long a server may be silent: before the first byte of its answer, and between two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Silence(pub(super) Duration);

impl Default for Silence {
    fn default() -> Self {
        Self(Duration::from_secs(60))
    }
}

impl NetworkSettings {
    /// Reads the settings of the process.
    pub fn of(env: &Env) -> Self {
        Self {
            proxies: ProxySettings::of(env),
            trust: TrustSettings::of(env),
            silence: Silence::default(),
        }
    }

    /// The same, with servers that may be silent for at least so long.
    #[must_use]
    pub fn patient(self, silence: Duration) -> Self {
        Self {
            silence: self.silence.max(Silence(silence)),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::NetworkSettings;

    #[test]
    fn a_minute_of_silence_is_the_least() {
        for (asked, expected) in [(0, 60), (59, 60), (180, 180)] {
            let settings = NetworkSettings::default().patient(Duration::from_secs(asked));
            assert_eq!(settings.silence.0.as_secs(), expected);
        }
    }
}
