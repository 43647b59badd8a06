//! The CMS message (RFC 5652) inside a PDF signature: is it a signature over these bytes, by the certificate it carries?

use ::cms::cert::CertificateChoices;
use ::cms::content_info::ContentInfo;
use ::cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use der::asn1::{ObjectIdentifier, OctetString};
use der::{Decode, Encode, Header, SliceReader};
use rsa::signature::Verifier;
use rsa::signature::hazmat::PrehashVerifier;
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};
use x509_cert::Certificate;
use x509_cert::spki::{AlgorithmIdentifierOwned, DecodePublicKey};

use crate::documents::Integrity;

/// Who signed, by the certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signer {
    pub common_name: String,
    organization: String,
}

impl Signer {
    /// The RUC of the entity whose agent signed: `NTRPE-<RUC>` in the organizationIdentifier, or `… FAU <RUC> …` in the
    /// common name (dominio.md, section 7). RUCs of entities begin with 20.
    pub fn ruc(&self) -> Option<String> {
        self.organization
            .split(|character: char| !character.is_ascii_digit())
            .chain(self.common_name.split(|character: char| !character.is_ascii_digit()))
            .find(|digits| digits.len() == 11 && digits.starts_with("20"))
            .map(str::to_owned)
    }
}

const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const ORGANIZATION_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.97");

/// Verifies `contents` (DER, zero padding after it) over the signed bytes, given in pieces.
pub fn verify(contents: &[u8], sub_filter: &[u8], signed: &[&[u8]]) -> (Integrity, Option<Signer>) {
    let Some(data) = signed_data(contents) else { return (Integrity::NotVerified, None) };
    let Some(info) = data.signer_infos.0.iter().next() else { return (Integrity::NotVerified, None) };
    let certificate = certificate_of(&data, info);
    let signer = certificate.map(describe);
    let integrity = certificate.map_or(Some(Integrity::NotVerified), |certificate| {
        verify_signer(&data, info, certificate, sub_filter, signed)
    });
    (integrity.unwrap_or(Integrity::NotVerified), signer)
}

fn signed_data(contents: &[u8]) -> Option<SignedData> {
    // The value is padded with zeros to the room that was kept for it: its own length says where it ends.
    let header = Header::decode(&mut SliceReader::new(contents).ok()?).ok()?;
    let length = usize::try_from((header.length() + header.encoded_len().ok()?).ok()?).ok()?;
    let info = ContentInfo::from_der(contents.get(..length)?).ok()?;
    if info.content_type != SIGNED_DATA {
        return None;
    }
    info.content.decode_as().ok()
}

fn certificate_of<'a>(data: &'a SignedData, info: &SignerInfo) -> Option<&'a Certificate> {
    let certificates = || {
        data.certificates.iter().flat_map(|set| set.0.iter()).filter_map(|choice| match choice {
            CertificateChoices::Certificate(certificate) => Some(certificate),
            CertificateChoices::Other(_) => None,
        })
    };
    match &info.sid {
        SignerIdentifier::IssuerAndSerialNumber(sid) => certificates().find(|certificate| {
            let certificate = certificate.tbs_certificate();
            *certificate.issuer() == sid.issuer && *certificate.serial_number() == sid.serial_number
        }),
        // Rare in PDFs; with a single certificate there is no doubt which it is.
        SignerIdentifier::SubjectKeyIdentifier(_) => {
            let mut all = certificates();
            let only = all.next()?;
            all.next().is_none().then_some(only)
        }
    }
}

/// `None`: an algorithm or structure that is not understood.
fn verify_signer(
    data: &SignedData,
    info: &SignerInfo,
    certificate: &Certificate,
    sub_filter: &[u8],
    signed: &[&[u8]],
) -> Option<Integrity> {
    let algorithm = Hash::by_oid(&info.digest_alg.oid)?;
    let mut content_digest = algorithm.digest(signed);
    if sub_filter == b"adbe.pkcs7.sha1" {
        // ISO 32000-1, 12.8.3.3.1: the SHA-1 of the range is the encapsulated content, and that is what is signed.
        let encapsulated: OctetString = data.encap_content_info.econtent.as_ref()?.decode_as().ok()?;
        if encapsulated.as_bytes() != Hash::Sha1.digest(signed).as_slice() {
            return Some(Integrity::Broken);
        }
        content_digest = algorithm.digest(&[encapsulated.as_bytes()]);
    }
    let message = match &info.signed_attrs {
        Some(attributes) => {
            let attribute = attributes.iter().find(|attribute| attribute.oid == MESSAGE_DIGEST)?;
            let digest: OctetString = attribute.values.iter().next()?.decode_as().ok()?;
            if digest.as_bytes() != content_digest.as_slice() {
                return Some(Integrity::Broken);
            }
            // RFC 5652, 5.4: what is signed is the DER of the attributes as SET OF.
            vec![attributes.to_der().ok()?]
        }
        None if sub_filter == b"adbe.pkcs7.sha1" => return None,
        None => signed.iter().map(|piece| piece.to_vec()).collect(),
    };
    let message: Vec<u8> = message.concat();
    let verified =
        check_signature(certificate, &info.signature_algorithm, algorithm, &message, info.signature.as_bytes())?;
    Some(if verified { Integrity::Intact } else { Integrity::Broken })
}

fn check_signature(
    certificate: &Certificate,
    signature_algorithm: &AlgorithmIdentifierOwned,
    hash: Hash,
    message: &[u8],
    signature: &[u8],
) -> Option<bool> {
    let key = certificate.tbs_certificate().subject_public_key_info();
    let der = key.to_der().ok()?;
    let digest = hash.digest(&[message]);
    if key.algorithm.oid == RSA_ENCRYPTION {
        let public = rsa::PublicKey::from_public_key_der(&der).ok()?;
        return match (signature_algorithm.oid == RSA_PSS, hash) {
            (false, Hash::Sha1) => pkcs1::<Sha1>(public, message, signature),
            (false, Hash::Sha224) => pkcs1::<Sha224>(public, message, signature),
            (false, Hash::Sha256) => pkcs1::<Sha256>(public, message, signature),
            (false, Hash::Sha384) => pkcs1::<Sha384>(public, message, signature),
            (false, Hash::Sha512) => pkcs1::<Sha512>(public, message, signature),
            (true, Hash::Sha256) => pss::<Sha256>(public, message, signature),
            (true, Hash::Sha384) => pss::<Sha384>(public, message, signature),
            (true, Hash::Sha512) => pss::<Sha512>(public, message, signature),
            (true, Hash::Sha1 | Hash::Sha224) => None,
        };
    }
    if key.algorithm.oid != EC_PUBLIC_KEY {
        return None;
    }
    let curve: ObjectIdentifier = key.algorithm.parameters.as_ref()?.decode_as().ok()?;
    if curve == P256 {
        let key = p256::ecdsa::VerifyingKey::from_public_key_der(&der).ok()?;
        let signature = p256::ecdsa::Signature::from_der(signature).ok()?;
        return Some(key.verify_prehash(&digest, &signature).is_ok());
    }
    if curve == P384 {
        let key = p384::ecdsa::VerifyingKey::from_public_key_der(&der).ok()?;
        let signature = p384::ecdsa::Signature::from_der(signature).ok()?;
        return Some(key.verify_prehash(&digest, &signature).is_ok());
    }
    None
}

fn pkcs1<D>(key: rsa::PublicKey, message: &[u8], signature: &[u8]) -> Option<bool>
where
    D: Digest
        + der::oid::AssociatedOid
        + Default
        + sha2::digest::FixedOutput
        + sha2::digest::HashMarker
        + sha2::digest::Update,
{
    let signature = rsa::pkcs1v15::Signature::try_from(signature).ok()?;
    Some(rsa::pkcs1v15::VerifyingKey::<D>::new(key).verify(message, &signature).is_ok())
}

fn pss<D>(key: rsa::PublicKey, message: &[u8], signature: &[u8]) -> Option<bool>
where
    rsa::pss::VerifyingKey<D>: Verifier<rsa::pss::Signature>,
    D: Digest,
{
    let signature = rsa::pss::Signature::try_from(signature).ok()?;
    Some(rsa::pss::VerifyingKey::<D>::new(key).verify(message, &signature).is_ok())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hash {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn by_oid(oid: &ObjectIdentifier) -> Option<Hash> {
        Some(match oid.to_string().as_str() {
            "1.3.14.3.2.26" => Hash::Sha1,
            "2.16.840.1.101.3.4.2.4" => Hash::Sha224,
            "2.16.840.1.101.3.4.2.1" => Hash::Sha256,
            "2.16.840.1.101.3.4.2.2" => Hash::Sha384,
            "2.16.840.1.101.3.4.2.3" => Hash::Sha512,
            _ => return None,
        })
    }

    fn digest(self, pieces: &[&[u8]]) -> Vec<u8> {
        fn of<D: Digest>(pieces: &[&[u8]]) -> Vec<u8> {
            let mut digest = D::new();
            for piece in pieces {
                digest.update(piece);
            }
            digest.finalize().to_vec()
        }
        match self {
            Hash::Sha1 => of::<Sha1>(pieces),
            Hash::Sha224 => of::<Sha224>(pieces),
            Hash::Sha256 => of::<Sha256>(pieces),
            Hash::Sha384 => of::<Sha384>(pieces),
            Hash::Sha512 => of::<Sha512>(pieces),
        }
    }
}

fn describe(certificate: &Certificate) -> Signer {
    let mut signer = Signer::default();
    for part in certificate.tbs_certificate().subject().iter() {
        let text = || part.value.decode_as::<der::asn1::Utf8StringRef<'_>>().map(|text| text.as_str().to_owned());
        let text = text().unwrap_or_else(|_| String::from_utf8_lossy(part.value.value()).into_owned());
        if part.oid == COMMON_NAME {
            signer.common_name = text;
        } else if part.oid == ORGANIZATION_IDENTIFIER {
            signer.organization = text;
        }
    }
    signer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entitys_ruc_is_found_in_either_place() {
        let by_organization = Signer { common_name: "PEREZ Ana".into(), organization: "NTRPE-20131370645".into() };
        let by_name = Signer { common_name: "PEREZ Ana FAU 20131370645 soft".into(), organization: String::new() };
        let person = Signer { common_name: "PEREZ Ana FIR 12345679 hard".into(), organization: String::new() };
        assert_eq!(by_organization.ruc().as_deref(), Some("20131370645"));
        assert_eq!(by_name.ruc().as_deref(), Some("20131370645"));
        assert_eq!(person.ruc(), None);
    }

    #[test]
    fn bytes_that_are_no_message_are_not_verified_and_not_blamed() {
        for contents in [&b""[..], b"\x30", b"\x30\x82\xff\xff", b"\x30\x03\x02\x01\x01", &[0x30; 300]] {
            assert_eq!(verify(contents, b"ETSI.CAdES.detached", &[b"a"]), (Integrity::NotVerified, None));
        }
    }
}
