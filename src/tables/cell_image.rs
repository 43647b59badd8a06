//! Cell image: what a cell looked like, kept as evidence for whoever has to read what was not read for sure.
//!
//! How it is made is not known here (see [`crate::recognition`]), nor which are kept (see [`crate::verdict`]).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A larger one is not kept: a cell of two inches at 200 dots takes some ten thousand bytes.
const MOST_BYTES: usize = 64 << 10;

/// A picture in the PNG format (ISO/IEC 15948); in JSON its bytes as base64 (RFC 4648, section 4).
#[derive(Clone, PartialEq, Eq)]
pub struct CellImage(Vec<u8>);

impl CellImage {
    /// `None` when it is too large to be kept.
    pub fn of_png(bytes: Vec<u8>) -> Option<CellImage> {
        (bytes.len() <= MOST_BYTES).then_some(CellImage(bytes))
    }

    pub fn png(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for CellImage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "CellImage({} bytes)", self.0.len())
    }
}

impl Serialize for CellImage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for CellImage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<CellImage, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = STANDARD.decode(text).map_err(de::Error::custom)?;
        CellImage::of_png(bytes).ok_or_else(|| de::Error::custom("a picture that is too large"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_goes_through_json_and_one_that_is_too_large_does_not() {
        let picture = CellImage::of_png(b"\x89PNG\r\n\x1a\n and more".to_vec()).unwrap();
        let json = serde_json::to_string(&picture).unwrap();
        assert_eq!(json, "\"iVBORw0KGgogYW5kIG1vcmU=\"");
        assert_eq!(serde_json::from_str::<CellImage>(&json).unwrap(), picture);
        assert_eq!(CellImage::of_png(vec![0; MOST_BYTES + 1]), None);
        let large = format!("\"{}\"", STANDARD.encode(vec![0; MOST_BYTES + 1]));
        assert!(serde_json::from_str::<CellImage>(&large).is_err());
        assert!(serde_json::from_str::<CellImage>("\"no base64!\"").is_err());
    }
}
