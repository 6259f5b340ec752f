//! TLS by rustls with ring: whom it trusts, loaded only when an https URL needs it, and what its errors mean. Who opens
//! connections: `connector`.

use std::error::Error as StdError;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::JoinHandle;

pub(super) use rustls::ClientConfig;
use rustls::client::WantsClientCert;
use rustls::{
    AlertDescription, CertificateError, ConfigBuilder, InvalidMessage, PeerIncompatible,
    WantsVerifier,
};

use super::authorities;
use crate::env::Env;

type Loaded = Result<Arc<ClientConfig>, String>;

/// Where the certificates are that are trusted in place of the system's. The default is the system's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct TrustSettings {
    file: Option<PathBuf>,
    folders: Vec<PathBuf>,
}

impl TrustSettings {
    /// Reads `SSL_CERT_FILE` and `SSL_CERT_DIR`; an empty one counts as not set.
    pub(super) fn of(env: &Env) -> Self {
        let set = |name| env.path(name).filter(|path| !is_blank(path));
        let folders = set("SSL_CERT_DIR").map(std::env::split_paths);
        let folders = folders.into_iter().flatten();
        Self {
            file: set("SSL_CERT_FILE").map(PathBuf::from),
            folders: folders
                .filter(|path| !path.as_os_str().is_empty())
                .collect(),
        }
    }
}

/// Tells whether a path is white space, and so was not meant.
fn is_blank(path: &Path) -> bool {
    path.to_str().is_some_and(|text| text.trim().is_empty())
}

/// How TLS is spoken to the servers, if it is, and to their proxies.
#[derive(Clone)]
pub(super) struct TlsConfigs {
    pub(super) servers: Arc<ClientConfig>,
    pub(super) proxies: Arc<ClientConfig>,
}

impl TlsConfigs {
    /// Returns the configuration for servers as a value, as reqwest takes it.
    pub(super) fn for_servers(&self) -> ClientConfig {
        ClientConfig::clone(&self.servers)
    }
}

/// What is trusted, loaded at most once a run, on a thread while the token is fetched.
#[derive(Debug, Default)]
pub(super) struct TrustStore {
    settings: TrustSettings,
    loading: Mutex<Option<JoinHandle<Loaded>>>,
    loaded: OnceLock<Loaded>,
}

impl TrustStore {
    pub(super) fn new(settings: TrustSettings) -> Self {
        Self {
            settings,
            ..Self::default()
        }
    }

    /// Begins to load on a thread.
    pub(super) fn load_ahead(&self) {
        if let Ok(mut loading) = self.loading.lock() {
            let settings = self.settings.clone();
            *loading = Some(std::thread::spawn(move || load(&settings)));
        }
    }

    /// Returns configurations that trust what is trusted. Servers are offered HTTP/2, unless `is_http1`.
    pub(super) fn configs(&self, is_http1: bool) -> Result<TlsConfigs, String> {
        let config = self.loaded.get_or_init(|| self.load()).clone()?;
        let mut servers = ClientConfig::clone(&config);
        servers.alpn_protocols = vec![b"http/1.1".to_vec()];
        if !is_http1 {
            servers.alpn_protocols.insert(0, b"h2".to_vec());
        }
        Ok(TlsConfigs {
            servers: Arc::new(servers),
            proxies: config,
        })
    }

    fn load(&self) -> Loaded {
        let loading = self
            .loading
            .lock()
            .ok()
            .and_then(|mut loading| loading.take());
        match loading.map(JoinHandle::join) {
            Some(Ok(loaded)) => loaded,
            Some(Err(_)) | None => load(&self.settings),
        }
    }
}

/// Returns a configuration without trusted authorities, for plain http: nothing is read from disk, so it works if there
/// is no CA bundle at all.
pub(super) fn without_roots() -> Result<ClientConfig, String> {
    Ok(builder()?
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth())
}

fn builder() -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, String> {
    ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())
}

fn load(settings: &TrustSettings) -> Loaded {
    let config = trusting(settings, builder()?)?.with_no_client_auth();
    Ok(Arc::new(config))
}

/// Trusts what `SSL_CERT_FILE` and `SSL_CERT_DIR` name, else what the system trusts. Windows and macOS verify certificates
/// themselves then, revocation included; elsewhere the system's are a file or a folder.
fn trusting(
    settings: &TrustSettings,
    builder: ConfigBuilder<ClientConfig, WantsVerifier>,
) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, String> {
    #[cfg(any(windows, target_vendor = "apple"))]
    if *settings == TrustSettings::default() {
        use rustls_platform_verifier::BuilderVerifierExt as _;

        return builder
            .with_platform_verifier()
            .map_err(|error| error.to_string());
    }
    let provider = Arc::clone(builder.crypto_provider());
    let verifier = authorities::verifier(settings.file.as_deref(), &settings.folders, &provider)?;
    Ok(builder
        .dangerous()
        .with_custom_certificate_verifier(verifier))
}

/// What is wrong with the other side's TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsErrorKind {
    /// There are no certificates to trust, or they cannot be read.
    TrustStore,
    /// Its certificate is of an authority that is not trusted.
    UnknownAuthority,
    /// It shows the certificate of an authority as its own.
    AuthorityAsServer,
    /// Its certificate is for other names.
    WrongName,
    /// Its certificate is no longer valid, or not yet.
    OutOfDate,
    /// It does not speak TLS at all.
    NotTls,
    /// It speaks only versions of TLS that are no longer safe.
    OldVersion,
    /// It requires a certificate of the client.
    ClientCertificate,
    /// Something else.
    Other,
}

/// Reads an error of a handshake; `None` where TLS is not its cause.
pub(super) fn fault_of(error: &io::Error) -> Option<(TlsErrorKind, String)> {
    let inner = error.get_ref()? as &(dyn StdError + 'static);
    if let Some(wrapped) = inner.downcast_ref::<io::Error>() {
        return fault_of(wrapped);
    }
    let error = inner.downcast_ref::<rustls::Error>()?;
    if let rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType) = error {
        let words = "what answers there does not speak TLS".to_owned();
        return Some((TlsErrorKind::NotTls, words));
    }
    if let rustls::Error::InvalidCertificate(error) = error {
        return Some(of_certificate(error));
    }
    Some(of_protocol(error).unwrap_or_else(|| (TlsErrorKind::Other, error.to_string())))
}

/// Reads what the other side wants of the protocol.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "whatever else is wrong is shown in the words of the library"
)]
fn of_protocol(error: &rustls::Error) -> Option<(TlsErrorKind, String)> {
    match error {
        rustls::Error::AlertReceived(AlertDescription::CertificateRequired) => Some((
            TlsErrorKind::ClientCertificate,
            "it requires a client certificate, and `arm` has none to show".to_owned(),
        )),
        rustls::Error::AlertReceived(AlertDescription::ProtocolVersion)
        | rustls::Error::PeerIncompatible(PeerIncompatible::ServerDoesNotSupportTls12Or13) => {
            Some((
                TlsErrorKind::OldVersion,
                "it speaks only versions of TLS before 1.2, which are not safe".to_owned(),
            ))
        }
        _ => None,
    }
}

/// Reads a refusal that comes after the handshake: in TLS 1.3 the server looks for the client's certificate only when the
/// client is done, and before it reads a request (RFC 8446 4.4.2.4). h2 keeps only the words of an error.
pub(super) fn late_refusal_of(cause: &(dyn StdError + 'static)) -> Option<(TlsErrorKind, String)> {
    let error = rustls::Error::AlertReceived(AlertDescription::CertificateRequired);
    let is_it = cause.to_string().ends_with(&error.to_string());
    is_it.then(|| of_protocol(&error)).flatten()
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "whatever else is wrong is shown in the words of the library"
)]
fn of_certificate(error: &CertificateError) -> (TlsErrorKind, String) {
    match error {
        CertificateError::UnknownIssuer => (
            TlsErrorKind::UnknownAuthority,
            "its certificate is of an authority that is not trusted (UnknownIssuer)".to_owned(),
        ),
        CertificateError::NotValidForNameContext {
            expected,
            presented,
        } => (TlsErrorKind::WrongName, {
            let names = presented.iter().map(|name| name_in(name));
            let names = names.collect::<Vec<_>>().join(", ");
            let names = if names.is_empty() {
                "no name at all".to_owned()
            } else {
                names
            };
            format!(
                "its certificate is for {names}, not for `{}`",
                expected.to_str()
            )
        }),
        CertificateError::NotValidForName => (
            TlsErrorKind::WrongName,
            "its certificate is for another name".to_owned(),
        ),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => (
            TlsErrorKind::OutOfDate,
            "its certificate has expired".to_owned(),
        ),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => (
            TlsErrorKind::OutOfDate,
            "its certificate is not valid yet".to_owned(),
        ),
        CertificateError::Other(other) if format!("{other:?}").contains("CaUsedAsEndEntity") => (
            TlsErrorKind::AuthorityAsServer,
            "it shows the certificate of an authority as its own (CaUsedAsEndEntity)".to_owned(),
        ),
        // What the verifiers of Windows and macOS say.
        CertificateError::Other(other) => (
            TlsErrorKind::Other,
            format!("its certificate is not accepted: {}", other.0),
        ),
        other => (
            TlsErrorKind::Other,
            format!("invalid peer certificate: {other}"),
        ),
    }
}

/// A name as rustls presents it: `DnsName("a.example")`, `IpAddress(127.0.0.1)`.
fn name_in(presented: &str) -> String {
    let inner = presented
        .split_once('(')
        .map_or(presented, |(_, rest)| rest);
    format!("`{}`", inner.trim_end_matches(')').trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use rustls::CertificateError;
    use rustls::pki_types::{DnsName, ServerName};

    use super::{TlsErrorKind, TrustSettings, of_certificate};
    use crate::env::Env;

    #[test]
    fn an_empty_variable_counts_as_not_set() {
        let of = |variables: &[(&'static str, &'static str)]| {
            TrustSettings::of(&Env::with_variables(variables.to_vec()))
        };
        assert_eq!(of(&[]), TrustSettings::default());
        assert_eq!(
            of(&[("SSL_CERT_FILE", ""), ("SSL_CERT_DIR", " ")]),
            TrustSettings::default()
        );
        let file = of(&[("SSL_CERT_FILE", "a b.pem"), ("SSL_CERT_DIR", "")]);
        assert_eq!(file.file, Some(PathBuf::from("a b.pem")));
        assert!(file.folders.is_empty());
        #[cfg(unix)]
        assert_eq!(of(&[("SSL_CERT_DIR", "/a::/b")]).folders.len(), 2);
    }

    #[test]
    fn says_what_is_wrong_with_a_certificate() {
        let name = DnsName::try_from("api.example".to_owned()).unwrap();
        let wrong = |presented: &[&str]| CertificateError::NotValidForNameContext {
            expected: ServerName::DnsName(name.clone()),
            presented: presented.iter().map(ToString::to_string).collect(),
        };
        let names = ["DnsName(\"a.example\")", "IpAddress(127.0.0.1)"];
        for (error, fault, words) in [
            (
                wrong(&names),
                TlsErrorKind::WrongName,
                "its certificate is for `a.example`, `127.0.0.1`, not for `api.example`",
            ),
            (
                wrong(&[]),
                TlsErrorKind::WrongName,
                "its certificate is for no name at all, not for `api.example`",
            ),
            (
                CertificateError::Expired,
                TlsErrorKind::OutOfDate,
                "its certificate has expired",
            ),
            (
                CertificateError::UnknownIssuer,
                TlsErrorKind::UnknownAuthority,
                "its certificate is of an authority that is not trusted (UnknownIssuer)",
            ),
        ] {
            assert_eq!(of_certificate(&error), (fault, words.to_owned()));
        }
    }
}
