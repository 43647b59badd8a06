//! Trust: which certificate authorities vouch for the servers we talk to: the system's, Mozilla's, and the one the
//! configuration names. It opens no connection and makes no decision about a server.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    #[error("{path}: cannot be read as PEM certificates ({reason}): check ca_file", path = .path.display())]
    CaFile { path: PathBuf, reason: String },
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
}

/// A TLS client that trusts these authorities. Reads files: blocking.
///
/// # Errors
/// When `ca_file` is named and cannot be read, holds no certificate, or one that is no authority's.
pub fn client_configuration(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, TrustError> {
    let configuration = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(authorities(ca_file)?)
        .with_no_client_auth();
    Ok(Arc::new(configuration))
}

fn authorities(ca_file: Option<&Path>) -> Result<RootCertStore, TrustError> {
    let mut store = RootCertStore::empty();
    store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    // What the system holds and rustls cannot use is left out: one odd certificate in /etc/ssl must not stop the mail.
    store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = ca_file {
        let problem = |reason: String| TrustError::CaFile { path: path.to_owned(), reason };
        let own: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(path)
            .and_then(|certificates| certificates.collect())
            .map_err(|error| problem(error.to_string()))?;
        if own.is_empty() {
            return Err(problem("it holds no certificate".into()));
        }
        for certificate in own {
            store.add(certificate).map_err(|error| problem(error.to_string()))?;
        }
    }
    Ok(store)
}

/// Why a handshake failed, and what to look at. No text here holds personal data.
pub fn handshake_failure(error: &std::io::Error) -> String {
    let cause = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let remedy = match cause {
        Some(rustls::Error::InvalidCertificate(_)) => ": for a private certificate authority, name it with ca_file",
        // Plain words where TLS was to begin.
        Some(rustls::Error::InvalidMessage(_)) => {
            ": the server begins without TLS on this port: check port and security"
        }
        _ => "",
    };
    format!("TLS: {error}{remedy}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_begins_without_tls_is_told_from_an_unknown_authority() {
        let said = |error: rustls::Error| handshake_failure(&std::io::Error::other(error));
        let plain = said(rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType));
        assert!(plain.ends_with("check port and security"), "{plain}");
        let stranger = said(rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer));
        assert!(stranger.ends_with("name it with ca_file"), "{stranger}");
    }

    #[test]
    fn a_ca_file_that_holds_no_certificate_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        std::fs::write(&path, "not a certificate").unwrap();
        let error = authorities(Some(&path)).unwrap_err().to_string();
        assert!(error.contains("ca.pem") && error.contains("holds no certificate"), "{error}");
    }

    #[test]
    fn a_ca_file_adds_to_the_other_authorities() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        let signed = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        std::fs::write(&path, signed.cert.pem()).unwrap();
        assert_eq!(authorities(Some(&path)).unwrap().len(), authorities(None).unwrap().len() + 1);
    }
}
