//! The files of a Maildir: listing, reading, moving, adding. Blocking; symbolic links are never followed.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use super::file_name::FileName;

/// A Maildir or one of its folders: a directory with `new`, `cur` and `tmp`.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    pub path: PathBuf,
}

/// A mail's file, as it was found a moment ago.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub name: FileName,
    pub path: PathBuf,
    pub state: State,
    pub size: u64,
    /// Seconds since 1970.
    pub modified: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// In `new`: no program has shown it yet.
    New,
    Cur,
}

impl State {
    const BOTH: [State; 2] = [State::New, State::Cur];

    fn directory(self) -> &'static str {
        match self {
            State::New => "new",
            State::Cur => "cur",
        }
    }
}

impl Folder {
    pub fn is_there(&self) -> bool {
        State::BOTH.iter().all(|state| self.path.join(state.directory()).is_dir())
    }

    /// When `new` and `cur` were last changed: equal stamps mean that nothing came or went.
    pub fn stamp(&self) -> io::Result<[Option<SystemTime>; 2]> {
        let [new, cur] = State::BOTH.map(|state| fs::metadata(self.path.join(state.directory())));
        Ok([new?.modified().ok(), cur?.modified().ok()])
    }

    /// Every mail, oldest first.
    pub fn mails(&self) -> io::Result<Vec<Found>> {
        let mut mails = self.mails_where(|_| true)?;
        mails.sort_by(|one, other| (one.modified, &one.name.unique).cmp(&(other.modified, &other.name.unique)));
        // A mail that another program moved from `new` to `cur` in between was seen twice.
        let mut seen = HashSet::new();
        mails.retain(|mail| seen.insert(mail.name.unique.clone()));
        Ok(mails)
    }

    /// The mail with this unique name, whatever its flags are now.
    pub fn find(&self, unique: &str) -> io::Result<Option<Found>> {
        Ok(self.mails_where(|name| name.unique == unique)?.pop())
    }

    fn mails_where(&self, wanted: impl Fn(&FileName) -> bool) -> io::Result<Vec<Found>> {
        let mut mails = Vec::new();
        for state in State::BOTH {
            for entry in fs::read_dir(self.path.join(state.directory()))? {
                let entry = entry?;
                // A name that is no text is no program's of this format.
                let name = entry.file_name().to_str().and_then(FileName::parse);
                let Some(name) = name.filter(|name| wanted(name)) else { continue };
                match entry.metadata() {
                    Ok(metadata) if metadata.is_file() => mails.push(Found {
                        name,
                        path: entry.path(),
                        state,
                        size: metadata.len(),
                        modified: metadata.mtime(),
                    }),
                    Ok(_) => {}
                    // Moved by somebody while we looked; it is listed where it went, now or the next time.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(mails)
    }

    /// Makes the folder. `maildirfolder` marks it as part of a Maildir, so that deliveries to it go the right way.
    pub fn provide(&self) -> io::Result<()> {
        for directory in ["tmp", "new", "cur"] {
            fs::create_dir_all(self.path.join(directory))?;
        }
        let mark = self.path.join("maildirfolder");
        if !mark.exists() {
            File::create(&mark)?.sync_all()?;
        }
        sync(&self.path)
    }

    /// Moves a mail into `target`, with its flags; one from `new` stays unseen there. Never over another mail.
    pub fn move_to(&self, mail: &Found, target: &Folder) -> io::Result<()> {
        let name = match mail.state {
            State::New => mail.name.unique.clone(),
            State::Cur => mail.name.in_cur(),
        };
        let directory = target.path.join(mail.state.directory());
        relocate(&mail.path, &directory.join(name))?;
        sync(&directory)?;
        sync(&self.path.join(mail.state.directory()))
    }

    /// Adds a flag. Flags live in `cur`; without the flag `S` the mail stays unread for people.
    pub fn flag(&self, mail: &Found, flag: char) -> io::Result<()> {
        let mut name = mail.name.clone();
        if !name.flags.insert(flag) && mail.state == State::Cur {
            return Ok(());
        }
        let cur = self.path.join(State::Cur.directory());
        relocate(&mail.path, &cur.join(name.in_cur()))?;
        sync(&cur)
    }

    /// Adds a message, seen. It appears whole and durable, or not at all.
    pub fn add(&self, message: &[u8]) -> io::Result<()> {
        self.provide()?;
        let unique = new_unique();
        let temporary = self.path.join("tmp").join(&unique);
        let mut file = OpenOptions::new().write(true).create_new(true).open(&temporary)?;
        file.write_all(message)?;
        file.sync_all()?;
        let cur = self.path.join(State::Cur.directory());
        fs::rename(&temporary, cur.join(format!("{unique}:2,S")))?;
        sync(&cur)
    }
}

/// Reads at most `max_bytes` of a mail's file, and of nothing that was put in its place.
pub(super) fn read(path: &Path, max_bytes: u64) -> io::Result<Vec<u8>> {
    let listed = fs::symlink_metadata(path)?;
    if !listed.is_file() {
        return Err(io::Error::other("it is no plain file"));
    }
    let file = File::open(path)?;
    let opened = file.metadata()?;
    if (listed.dev(), listed.ino()) != (opened.dev(), opened.ino()) {
        return Err(io::Error::other("it was replaced while it was opened"));
    }
    let mut bytes = Vec::new();
    file.take(max_bytes).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Hard link, then unlink: unlike a rename, it never replaces a file. After a crash in between, both names are one file, and
/// doing it again ends it.
fn relocate(from: &Path, to: &Path) -> io::Result<()> {
    if from == to {
        return Ok(());
    }
    match fs::hard_link(from, to) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let (one, other) = (fs::symlink_metadata(from)?, fs::symlink_metadata(to)?);
            if (one.dev(), one.ino()) != (other.dev(), other.ino()) {
                return Err(error);
            }
        }
        Err(error) => return Err(error),
    }
    fs::remove_file(from)
}

fn sync(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// A name of our own making, as the format wants it: time, process, counter, host.
fn new_unique() -> String {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    format!("{}.M{}P{}Q{number}.oficios", now.as_secs(), now.subsec_micros(), std::process::id())
}
