//! Keywords of a Maildir, the way Dovecot keeps them: a letter `a` to `z` in the file name, and a file `dovecot-keywords` that
//! says which letter is which keyword (`0 OficiosRevision` is `a`). So an IMAP server over the same Maildir shows them.
//!
//! The file is changed under Dovecot's own lock file, `dovecot-uidlist.lock`.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const LIST: &str = "dovecot-keywords";
const LOCK: &str = "dovecot-uidlist.lock";

/// The letter of `keyword` in the Maildir `folder`; a new keyword gets the first free letter.
pub(super) fn letter_of(folder: &Path, keyword: &str, patience: Duration) -> io::Result<char> {
    if let Some(letter) = find(&read(folder)?, keyword) {
        return Ok(letter);
    }
    let _lock = Lock::take(folder, patience)?;
    let listed = read(folder)?;
    if let Some(letter) = find(&listed, keyword) {
        return Ok(letter);
    }
    let free = ('a'..='z').zip(0u8..).find(|(letter, _)| !listed.iter().any(|(taken, _)| taken == letter));
    let Some((letter, number)) = free else {
        return Err(io::Error::other("all 26 letters for keywords are taken: file with \"folder:\" instead"));
    };
    let mut text: String =
        listed.iter().map(|(letter, keyword)| format!("{} {keyword}\n", u32::from(*letter) - u32::from('a'))).collect();
    text.push_str(&format!("{number} {keyword}\n"));
    let new = folder.join("dovecot-keywords.tmp");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(&new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&new, folder.join(LIST))?;
    Ok(letter)
}

fn find(listed: &[(char, String)], keyword: &str) -> Option<char> {
    listed.iter().find(|(_, listed)| listed.eq_ignore_ascii_case(keyword)).map(|(letter, _)| *letter)
}

fn read(folder: &Path) -> io::Result<Vec<(char, String)>> {
    let text = match fs::read_to_string(folder.join(LIST)) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let entry = |line: &str| {
        let (number, keyword) = line.split_once(' ')?;
        let letter = char::from(b'a'.checked_add(number.parse().ok().filter(|number| *number < 26)?)?);
        Some((letter, keyword.to_owned()))
    };
    Ok(text.lines().filter_map(entry).collect())
}

struct Lock(PathBuf);

impl Lock {
    fn take(folder: &Path, patience: Duration) -> io::Result<Lock> {
        let path = folder.join(LOCK);
        let end = Instant::now() + patience;
        loop {
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(_) => return Ok(Lock(path)),
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                Err(_) if Instant::now() >= end => {
                    let remedy = format!("{LOCK} is held by another program: remove it when none is running");
                    return Err(io::Error::new(io::ErrorKind::TimedOut, remedy));
                }
                Err(_) => std::thread::sleep(Duration::from_millis(50)),
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyword_keeps_its_letter_beside_those_of_others() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(LIST), "0 $Forwarded\n2 Later\n").unwrap();
        let letter = |keyword| letter_of(folder.path(), keyword, Duration::ZERO).unwrap();
        assert_eq!(letter("later"), 'c');
        assert_eq!(letter("OficiosRevision"), 'b');
        assert_eq!(letter("OficiosRevision"), 'b');
        assert_eq!(fs::read_to_string(folder.path().join(LIST)).unwrap(), "0 $Forwarded\n2 Later\n1 OficiosRevision\n");
        assert!(!folder.path().join(LOCK).exists());
    }

    #[test]
    fn a_list_locked_by_another_program_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(LOCK), "").unwrap();
        let error = letter_of(folder.path(), "OficiosRevision", Duration::ZERO).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(!folder.path().join(LIST).exists());
    }
}
