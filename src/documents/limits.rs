//! Limits: how much of one file is looked at. Beyond a limit a document carries
//! [`Trouble::BeyondLimits`](super::Trouble::BeyondLimits) and is never half-read in silence.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of one file, as attached.
    pub bytes: u64,
    /// Bytes that one archive member or compressed part may grow to.
    pub unpacked_bytes: u64,
    pub pages: u32,
    /// Cells of one sheet or table.
    pub cells: u32,
    /// Members of one archive, and files of one mail.
    pub members: u32,
    /// Archives in archives, mails in mails.
    pub depth: u32,
    /// Pixels of one picture.
    pub pixels: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            bytes: 25 << 20,
            unpacked_bytes: 100 << 20,
            pages: 50,
            cells: 50_000,
            members: 50,
            depth: 3,
            pixels: 40_000_000,
        }
    }
}
