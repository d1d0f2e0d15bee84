//! Whom servers are trusted by: the system's certificates, as OpenSSL finds them for Spin
//! (`SSL_CERT_FILE` and `SSL_CERT_DIR` name others), or Mozilla's where the system has none.

use std::sync::{Arc, OnceLock};

use anyhow::{Context as _, Result};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};

/// A certificate that a server's may be signed by, beside those of the system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root(CertificateDer<'static>);

impl Root {
    /// Reads the first certificate of a text in PEM.
    ///
    /// # Errors
    /// There is none, or it is not one by which others can be signed.
    pub fn parse(pem: &str) -> Result<Self> {
        let certificate = CertificateDer::from_pem_slice(pem.as_bytes())?;
        RootCertStore::empty().add(certificate.clone())?;
        Ok(Self(certificate))
    }
}

/// The system's certificates, each as DER. They are looked up once.
pub fn system() -> &'static [CertificateDer<'static>] {
    static SYSTEM: OnceLock<Vec<CertificateDer<'static>>> = OnceLock::new();
    SYSTEM.get_or_init(|| {
        let found = rustls_native_certs::load_native_certs();
        if found.certs.is_empty() {
            for error in found.errors {
                eprintln!("the system's certificates cannot be read: {error}");
            }
        }
        found.certs
    })
}

/// How a client speaks TLS: the certificate is checked, and the name in it.
///
/// # Errors
/// The given root can't be used.
pub fn client(root: Option<&Root>) -> Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    // One that can't be used is no reason to trust fewer.
    let (usable, _) = roots.add_parsable_certificates(system().iter().cloned());
    if usable == 0 {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    if let Some(Root(certificate)) = root {
        roots
            .add(certificate.clone())
            .context("invalid root certificate")?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

#[cfg(test)]
pub mod tests {
    //! A certificate made for a test.

    use rustls::{
        ServerConfig,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    };
    use tokio_rustls::TlsAcceptor;

    use super::*;

    /// The side of a server at `localhost`, and whom its certificate is by: nobody but itself.
    pub fn server() -> (TlsAcceptor, Root) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let certificate = made.cert.der().clone();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .unwrap();
        (TlsAcceptor::from(Arc::new(config)), Root(certificate))
    }

    impl Root {
        /// The certificate.
        pub fn certificate(&self) -> CertificateDer<'static> {
            self.0.clone()
        }
    }

    #[test]
    fn what_is_no_certificate_is_refused() {
        let of_nothing = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        for text in ["", "certificate", of_nothing, key] {
            assert!(Root::parse(text).is_err(), "{text}");
        }
    }
}
