//! TLS by rustls with ring: whom it trusts, loaded only when an https URL needs it, and what its errors mean. Who opens
//! connections: `connector`.

use std::error::Error as StdError;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::JoinHandle;

pub(super) use rustls::ClientConfig;
use rustls::client::WantsClientCert;
use rustls::{CertificateError, ConfigBuilder, InvalidMessage, WantsVerifier};

use crate::env::Env;

type Loaded = Result<Arc<ClientConfig>, String>;

/// Where the certificates are that are trusted in place of the system's. The default is the system's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(
    any(windows, target_vendor = "apple"),
    expect(dead_code, reason = "the system's store alone counts there")
)]
pub(super) struct TrustSettings {
    file: Option<PathBuf>,
    folders: Vec<PathBuf>,
}

impl TrustSettings {
    /// Reads `SSL_CERT_FILE` and `SSL_CERT_DIR`; an empty one counts as not set.
    pub(super) fn of(env: &Env) -> Self {
        let text = |name| env.get(name).filter(|text| !text.trim().is_empty());
        let folders = text("SSL_CERT_DIR").map(std::env::split_paths);
        let folders = folders.into_iter().flatten();
        Self {
            file: text("SSL_CERT_FILE").map(PathBuf::from),
            folders: folders
                .filter(|path| !path.as_os_str().is_empty())
                .collect(),
        }
    }
}

/// How TLS is spoken to the servers, where it is, and to their proxies.
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

/// Returns a configuration without trusted authorities, for plain http: nothing is read from disk, so it
/// works where there is no CA bundle at all.
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

/// Windows and macOS verify certificates themselves, revocation included.
#[cfg(any(windows, target_vendor = "apple"))]
fn trusting(
    _: &TrustSettings,
    builder: ConfigBuilder<ClientConfig, WantsVerifier>,
) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, String> {
    use rustls_platform_verifier::BuilderVerifierExt as _;

    builder
        .with_platform_verifier()
        .map_err(|error| error.to_string())
}

/// Elsewhere the bundle is a file or folder, which `SSL_CERT_FILE` and `SSL_CERT_DIR` may replace.
#[cfg(not(any(windows, target_vendor = "apple")))]
fn trusting(
    settings: &TrustSettings,
    builder: ConfigBuilder<ClientConfig, WantsVerifier>,
) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, String> {
    Ok(builder.with_root_certificates(bundle::roots(settings)?))
}

#[cfg(not(any(windows, target_vendor = "apple")))]
mod bundle {
    use std::path::Path;

    use rustls::RootCertStore;
    use rustls::pki_types::CertificateDer;
    use rustls_native_certs::load_certs_from_paths;

    use crate::transport::tls::TrustSettings;

    /// A bundle of every authority there is has some 200 KB.
    const LARGEST_FILE: u64 = 64 << 20;

    /// The names in PEM of what holds a certificate. OpenSSL's `-trustout` appends what it is trusted for.
    const PEM_NAMES: [&str; 3] = ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"];

    pub(super) fn roots(settings: &TrustSettings) -> Result<RootCertStore, String> {
        let mut roots = RootCertStore::empty();
        let mut faults = Vec::new();
        if *settings == TrustSettings::default() {
            let probed = openssl_probe::probe();
            add_paths(
                &mut roots,
                &mut faults,
                probed.cert_file.as_deref(),
                probed.cert_dir.first(),
            );
            for folder in probed.cert_dir.iter().skip(1) {
                add_paths(&mut roots, &mut faults, None, Some(folder));
            }
        }
        if let Some(path) = &settings.file {
            match of_file(path) {
                Ok(certificates) => {
                    let (valid, _) = roots.add_parsable_certificates(certificates);
                    if valid == 0 {
                        faults.push(format!(
                            "`{}` of `SSL_CERT_FILE` holds none",
                            path.display()
                        ));
                    }
                }
                Err(reason) => faults.push(format!("cannot read `SSL_CERT_FILE`: {reason}")),
            }
        }
        for folder in &settings.folders {
            add_paths(&mut roots, &mut faults, None, Some(folder));
            if roots.is_empty() && faults.is_empty() {
                faults.push(format!(
                    "`{}` of `SSL_CERT_DIR` holds none",
                    folder.display()
                ));
            }
        }
        if roots.is_empty() {
            let reason = faults.first().map(|fault| format!(": {fault}"));
            return Err(format!(
                "there are no trusted certificates{}",
                reason.unwrap_or_default()
            ));
        }
        Ok(roots)
    }

    fn add_paths(
        roots: &mut RootCertStore,
        faults: &mut Vec<String>,
        file: Option<&Path>,
        folder: Option<&std::path::PathBuf>,
    ) {
        let found = load_certs_from_paths(file, folder.map(std::path::PathBuf::as_path));
        roots.add_parsable_certificates(found.certs);
        faults.extend(found.errors.iter().map(ToString::to_string));
    }

    /// Reads the certificates of a file: in PEM, each between its lines, or one in DER.
    fn of_file(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
        let file = crate::file::read(path, LARGEST_FILE).map_err(|error| error.to_string())?;
        Ok(certificates_in(&file.bytes))
    }

    /// Finds the certificates; what is damaged is passed over, as OpenSSL does.
    pub(super) fn certificates_in(bytes: &[u8]) -> Vec<CertificateDer<'static>> {
        if bytes.first() == Some(&0x30) {
            return first_element(bytes).into_iter().collect();
        }
        let text = String::from_utf8_lossy(bytes);
        let blocks = text.split("-----BEGIN ").skip(1);
        let parsed = blocks.filter_map(|block| pem::parse(format!("-----BEGIN {block}")).ok());
        parsed
            .filter(|block| PEM_NAMES.contains(&block.tag()))
            .filter_map(|block| first_element(block.contents()))
            .collect()
    }

    /// Returns the first element of DER (X.690 8.1), which is the certificate.
    fn first_element(bytes: &[u8]) -> Option<CertificateDer<'static>> {
        let (length, head) = match *bytes.get(1)? {
            short @ 0..=0x7f => (usize::from(short), 2),
            long => {
                let count = usize::from(long & 0x7f);
                let digits = bytes
                    .get(2..2 + count)
                    .filter(|_| (1..=4).contains(&count))?;
                let length = digits
                    .iter()
                    .fold(0, |sum, digit| sum << 8 | usize::from(*digit));
                (length, 2 + count)
            }
        };
        let element = bytes.get(..head.checked_add(length)?)?;
        Some(CertificateDer::from(element.to_vec()))
    }
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
    Some((TlsErrorKind::Other, error.to_string()))
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

    #[cfg(not(any(windows, target_vendor = "apple")))]
    #[test]
    fn finds_certificates_in_every_form() {
        use super::bundle::certificates_in;

        let key = rcgen::KeyPair::generate().unwrap();
        let parameters = rcgen::CertificateParams::new(vec!["a.example".to_owned()]).unwrap();
        let certificate = parameters.self_signed(&key).unwrap();
        let (pem, der) = (certificate.pem(), certificate.der().to_vec());
        let trusted = pem::encode(&pem::Pem::new(
            "TRUSTED CERTIFICATE",
            [der.as_slice(), &[0x30, 2, 0x30, 0]].concat(),
        ));
        let found = |bytes: &[u8]| certificates_in(bytes).len();
        assert_eq!(certificates_in(&der), [certificate.der().clone()]);
        assert_eq!(
            certificates_in(trusted.as_bytes()),
            [certificate.der().clone()]
        );
        assert_eq!(found(pem.as_bytes()), 1);
        assert_eq!(found(format!("\u{feff}{pem}").as_bytes()), 1);
        assert_eq!(found(pem.replace('\n', "\r\n").as_bytes()), 1);
        let damaged = "-----BEGIN CERTIFICATE-----\n???\n-----END CERTIFICATE-----\n";
        let many = format!(
            "subject=a\n{pem}\n{damaged}# more\n{trusted}{}",
            key.serialize_pem()
        );
        assert_eq!(found(many.as_bytes()), 2);
        for none in [
            "",
            "text",
            "\u{feff}",
            "0",
            "0\u{7f}x",
            damaged,
            &key.serialize_pem(),
        ] {
            assert_eq!(found(none.as_bytes()), 0, "{none}");
        }
        for none in [
            &[0x30, 0x85, 1, 1, 1, 1, 1][..],
            &[0x30, 0x84, 255, 255, 255, 255],
            &[0x30],
        ] {
            assert_eq!(found(none), 0, "{none:?}");
        }
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
