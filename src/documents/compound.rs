//! Compound files: the container of Office 97-2003 files and of encrypted newer ones (\[MS-CFB\]).
//!
//! Only what is needed to tell what such a file is and to take one stream out of it. Every chain of sectors is followed for at
//! most as many steps as the file has sectors, so a loop ends as [`Malformed`].

/// The structures point outside the file or at themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a sound compound file")]
pub(super) struct Malformed;

pub(super) const MAGIC: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

const DIRECTORY_ENTRY_BYTES: usize = 128;
const MINI_SECTOR_BYTES: usize = 64;
/// Sector numbers from here on are marks (end of chain, free, table sectors).
const FIRST_MARK: u32 = 0xffff_fffa;
const STREAM: u8 = 2;
const ROOT: u8 = 5;

pub(super) struct CompoundFile<'a> {
    bytes: &'a [u8],
    sector_bytes: usize,
    /// The next sector of each sector.
    next: Vec<u32>,
    mini_next: Vec<u32>,
    mini_cutoff: u64,
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    kind: u8,
    start: u32,
    size: u64,
}

impl<'a> CompoundFile<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<CompoundFile<'a>, Malformed> {
        if !bytes.starts_with(&MAGIC) {
            return Err(Malformed);
        }
        let sector_bytes = match u16_at(bytes, 30)? {
            9 => 512,
            12 => 4096,
            _ => return Err(Malformed),
        };
        let sectors = bytes.len() / sector_bytes + 1;
        let mut file = CompoundFile {
            bytes,
            sector_bytes,
            next: Vec::new(),
            mini_next: Vec::new(),
            mini_cutoff: u64::from(u32_at(bytes, 56)?),
            entries: Vec::new(),
        };
        // The sectors of the sector table: the first 109 in the header, the others in a chain of their own.
        let mut table: Vec<u32> = Vec::new();
        for slot in 0..109 {
            table.push(u32_at(bytes, 76 + 4 * slot)?);
        }
        let mut more = u32_at(bytes, 68)?;
        let mut steps = 0;
        while more < FIRST_MARK {
            steps += 1;
            if steps > sectors {
                return Err(Malformed);
            }
            let sector = file.sector(more)?;
            let slots = sector.len() / 4 - 1;
            for slot in 0..slots {
                table.push(u32_at(sector, 4 * slot)?);
            }
            more = u32_at(sector, 4 * slots)?;
        }
        for number in table.into_iter().filter(|number| *number < FIRST_MARK) {
            if file.next.len() > sectors {
                break;
            }
            let sector = file.sector(number)?;
            file.next.extend(sector.chunks_exact(4).map(little_endian));
        }
        let directory = file.chain(u32_at(bytes, 48)?, u64::MAX)?;
        file.entries = directory.chunks_exact(DIRECTORY_ENTRY_BYTES).filter_map(entry).collect();
        let mini_start = u32_at(bytes, 60)?;
        if mini_start < FIRST_MARK {
            file.mini_next = file.chain(mini_start, u64::MAX)?.chunks_exact(4).map(little_endian).collect();
        }
        Ok(file)
    }

    /// Whether a stream or storage of this name is anywhere in the file.
    pub fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    /// The bytes of the first stream of this name.
    pub fn stream(&self, name: &str) -> Result<Option<Vec<u8>>, Malformed> {
        let Some(entry) =
            self.entries.iter().find(|entry| entry.kind == STREAM && entry.name.eq_ignore_ascii_case(name))
        else {
            return Ok(None);
        };
        if entry.size >= self.mini_cutoff {
            return self.chain(entry.start, entry.size).map(Some);
        }
        let root = self.entries.iter().find(|entry| entry.kind == ROOT).ok_or(Malformed)?;
        let container = self.chain(root.start, root.size)?;
        let mut bytes = Vec::new();
        let mut number = entry.start;
        let mut steps = 0;
        while number < FIRST_MARK {
            steps += 1;
            if steps > self.mini_next.len() {
                return Err(Malformed);
            }
            let at = (number as usize).checked_mul(MINI_SECTOR_BYTES).ok_or(Malformed)?;
            bytes.extend_from_slice(container.get(at..at + MINI_SECTOR_BYTES).ok_or(Malformed)?);
            number = *self.mini_next.get(number as usize).ok_or(Malformed)?;
        }
        bytes.truncate(entry.size as usize);
        Ok(Some(bytes))
    }

    fn sector(&self, number: u32) -> Result<&'a [u8], Malformed> {
        let at = (number as usize).checked_add(1).and_then(|n| n.checked_mul(self.sector_bytes)).ok_or(Malformed)?;
        // The last sector of a file may be cut short; what is missing is not read.
        let end = at.saturating_add(self.sector_bytes).min(self.bytes.len());
        self.bytes.get(at..end).filter(|sector| sector.len() >= 4).ok_or(Malformed)
    }

    /// The sectors of a chain, cut at `size`. The chain is followed to its end all the same: another reader of the file may do
    /// so, and a loop would hold it.
    fn chain(&self, start: u32, size: u64) -> Result<Vec<u8>, Malformed> {
        let mut bytes = Vec::new();
        let mut number = start;
        let mut steps = 0;
        while number < FIRST_MARK {
            steps += 1;
            if steps > self.next.len() {
                return Err(Malformed);
            }
            if (bytes.len() as u64) < size {
                bytes.extend_from_slice(self.sector(number)?);
            }
            number = *self.next.get(number as usize).ok_or(Malformed)?;
        }
        if (bytes.len() as u64) > size {
            bytes.truncate(size as usize);
        }
        Ok(bytes)
    }
}

fn entry(bytes: &[u8]) -> Option<Entry> {
    let name_bytes = usize::from(u16_at(bytes, 64).ok()?).min(64);
    let units: Vec<u16> = bytes
        .get(..name_bytes)?
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair.first().copied().unwrap_or(0), pair.get(1).copied().unwrap_or(0)]))
        .take_while(|unit| *unit != 0)
        .collect();
    let kind = *bytes.get(66)?;
    // In files of 512 byte sectors the upper half of the size may hold rubbish.
    let size = u64::from(u32_at(bytes, 120).ok()?);
    (kind != 0).then(|| Entry {
        name: String::from_utf16_lossy(&units),
        kind,
        start: u32_at(bytes, 116).unwrap_or(u32::MAX),
        size,
    })
}

fn u16_at(bytes: &[u8], at: usize) -> Result<u16, Malformed> {
    bytes.get(at..at + 2).and_then(|two| two.try_into().ok()).map(u16::from_le_bytes).ok_or(Malformed)
}

fn u32_at(bytes: &[u8], at: usize) -> Result<u32, Malformed> {
    bytes.get(at..at + 4).map(little_endian).ok_or(Malformed)
}

/// Four bytes as a number; fewer count as an end mark.
fn little_endian(four: &[u8]) -> u32 {
    four.try_into().map_or(u32::MAX, u32::from_le_bytes)
}

#[cfg(test)]
const HEADER_BYTES: usize = 512;

/// A compound file with the given streams, for tests: sector table, directory and streams, each stream in sectors of its own.
#[cfg(test)]
pub(super) fn with_streams(streams: &[(&str, &[u8])]) -> Vec<u8> {
    const SECTOR: usize = HEADER_BYTES;
    const END: u32 = 0xffff_fffe;
    // Streams begin after the table (sector 0) and the directory, which takes what its entries need.
    let directory_sectors = (streams.len() + 1).div_ceil(SECTOR / DIRECTORY_ENTRY_BYTES);
    let mut next = vec![0xffff_fffdu32];
    let push_chain = |next: &mut Vec<u32>, sectors: usize| {
        let start = next.len() as u32;
        for step in 1..=sectors as u32 {
            next.push(if step == sectors as u32 { END } else { start + step });
        }
        start
    };
    push_chain(&mut next, directory_sectors);
    let mut directory = Vec::new();
    let mut body = Vec::new();
    let mut add = |name: &str, kind: u8, start: u32, size: u32| {
        let mut entry = vec![0u8; DIRECTORY_ENTRY_BYTES];
        let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        entry[..units.len()].copy_from_slice(&units);
        entry[64..66].copy_from_slice(&(units.len() as u16 + 2).to_le_bytes());
        entry[66] = kind;
        entry[116..120].copy_from_slice(&start.to_le_bytes());
        entry[120..124].copy_from_slice(&size.to_le_bytes());
        directory.extend(entry);
    };
    add("Root Entry", ROOT, END, 0);
    for (name, content) in streams {
        let sectors = content.len().div_ceil(SECTOR).max(1);
        let start = push_chain(&mut next, sectors);
        add(name, STREAM, start, content.len() as u32);
        body.extend_from_slice(content);
        body.resize(body.len() + sectors * SECTOR - content.len(), 0);
    }
    directory.resize(directory_sectors * SECTOR, 0);
    assert!(next.len() <= SECTOR / 4, "one sector of table is enough for tests");
    next.resize(SECTOR / 4, u32::MAX);
    let mut header = vec![0u8; HEADER_BYTES];
    header[..8].copy_from_slice(&MAGIC);
    header[30..32].copy_from_slice(&9u16.to_le_bytes());
    header[48..52].copy_from_slice(&1u32.to_le_bytes());
    header[60..64].copy_from_slice(&END.to_le_bytes());
    header[68..72].copy_from_slice(&END.to_le_bytes());
    for slot in 0..109 {
        let number: u32 = if slot == 0 { 0 } else { u32::MAX };
        header[76 + 4 * slot..80 + 4 * slot].copy_from_slice(&number.to_le_bytes());
    }
    let mut file = header;
    file.extend(next.iter().flat_map(|number| number.to_le_bytes()));
    file.extend(directory);
    file.extend(body);
    file
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_stream_comes_out_as_it_went_in() {
        let content: Vec<u8> = (0..1500u32).map(|n| n as u8).collect();
        let bytes = with_streams(&[("Workbook", &content), ("Other", b"x")]);
        let file = CompoundFile::open(&bytes).unwrap();
        assert!(file.has("workbook"));
        assert!(!file.has("WordDocument"));
        assert_eq!(file.stream("Workbook").unwrap().unwrap(), content);
        assert_eq!(file.stream("Other").unwrap().unwrap(), b"x");
    }

    #[test]
    fn a_chain_that_loops_ends() {
        let mut bytes = with_streams(&[("Workbook", &[7; 2000])]);
        // The stream's second sector points back at its first one.
        bytes[HEADER_BYTES + 4 * 3..HEADER_BYTES + 4 * 4].copy_from_slice(&2u32.to_le_bytes());
        let file = CompoundFile::open(&bytes).unwrap();
        assert_eq!(file.stream("Workbook"), Err(Malformed));
        // The directory itself in a loop.
        bytes[HEADER_BYTES + 4..HEADER_BYTES + 8].copy_from_slice(&1u32.to_le_bytes());
        assert!(CompoundFile::open(&bytes).is_err());
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(tail in proptest::collection::vec(any::<u8>(), 0..3000), at in 0usize..1500) {
            let mut bytes = with_streams(&[("Workbook", &[1; 700])]);
            for (offset, byte) in tail.into_iter().enumerate() {
                if let Some(slot) = bytes.get_mut(at + offset) { *slot = byte; }
            }
            if let Ok(file) = CompoundFile::open(&bytes) {
                let _ = file.stream("Workbook");
            }
        }
    }
}
