//! Reading a lock: its version, its policies, their lines.
//!
//! Not what the lines say; a lock is compared line by line.

use crate::diagnostic::locks;
use crate::diagnostic::{At, Diagnostic, FileId, Report, Span};
use crate::source::Source;
use crate::table::Digest;

use super::{LOCK_VERSION, Lock, LockedPolicy, digest};

/// What a line of a policy may begin with.
const WORDS: [&str; 9] =
    ["kind", "scope", "attribute", "role", "direct", "cell", "constraint", "advice", "delegation"];

/// What some editors mark a file in UTF-8 by.
const MARK: char = '\u{feff}';

/// What the lines begin with that a merge leaves where both sides changed the same.
const LEFT_BY_MERGE: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

/// A lock as it was read, with the place of everything.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub policies: Vec<ReadPolicy>,
}

/// A policy of a lock.
#[derive(Debug)]
pub(super) struct ReadPolicy {
    pub at: At,
    pub policy: String,
    pub version: String,
    pub lines: Vec<(At, String)>,
}

/// Reads a lock that `policyc lock` wrote.
///
/// # Errors
/// What of it cannot be read, or has been edited.
///
/// # Panics
/// Never.
pub fn read_lock(source: &Source) -> Result<Lock, Report> {
    let read = read(source, FileId(0)).map_err(|diagnostics| {
        let mut report = Report { files: vec![source.file()], diagnostics };
        report.sort();
        report
    })?;
    let policies = read.policies.into_iter().map(|read| LockedPolicy {
        policy: read.policy,
        version: read.version,
        lines: read.lines.into_iter().map(|(_, line)| line).collect(),
    });
    let mut lock = Lock::default();
    lock.keep(Lock { policies: policies.collect() });
    Ok(lock)
}

/// Reads a lock as a file of a report.
pub(super) fn read(source: &Source, file: FileId) -> Result<Read, Vec<Diagnostic>> {
    let text = std::str::from_utf8(&source.bytes).map_err(|error| {
        // The report shows the lossy text, where every byte up to the first bad one is itself.
        let start = error.valid_up_to();
        let span = Span { start, end: start + char::REPLACEMENT_CHARACTER.len_utf8() };
        vec![locks::lock_not_utf8(At::new(file, span))]
    })?;
    let mut reader = Reader::default();
    let (mut start, text) = match text.strip_prefix(MARK) {
        Some(text) => (MARK.len_utf8(), text),
        None => (0, text),
    };
    for line in text.split_inclusive('\n') {
        let plain = line.strip_suffix('\n').unwrap_or(line);
        let plain = plain.strip_suffix('\r').unwrap_or(plain);
        let at = At::new(file, Span { start, end: start + plain.len() });
        start += line.len();
        if !(plain.is_empty() || plain.starts_with('#')) {
            reader.line(at, plain);
            if reader.is_over {
                break;
            }
        }
    }
    reader.finish(file)
}

#[derive(Debug, Default)]
struct Reader {
    read: Read,
    /// By policy, what its heading says its lines come to.
    digests: Vec<String>,
    found: Vec<Diagnostic>,
    version: Option<u32>,
    /// Whether nothing more is to be read.
    is_over: bool,
}

impl Reader {
    fn line(&mut self, at: At, line: &str) {
        // Both sides of a merge are one mistake, and say everything twice.
        if LEFT_BY_MERGE.iter().any(|left| line.starts_with(left)) {
            self.found.push(locks::lock_half_merged(at));
            self.is_over = true;
            return;
        }
        let words: Vec<&str> = line.split(' ').collect();
        match (words.as_slice(), self.version) {
            (["lock", version], None) => match version.parse() {
                Ok(LOCK_VERSION) => self.version = Some(LOCK_VERSION),
                _ => self.found.push(locks::other_lock_version(at, version, LOCK_VERSION)),
            },
            (_, None) => self.found.push(locks::lock_without_version(at, LOCK_VERSION)),
            (["policy", policy, version, digest], _) if digest.starts_with("sha256:") => {
                if let Some(first) = self.read.policies.iter().find(|read| read.policy == *policy) {
                    self.found.push(locks::locked_twice(at, policy, first.at));
                }
                self.digests.push((*digest).to_owned());
                self.read.policies.push(ReadPolicy {
                    at,
                    policy: (*policy).to_owned(),
                    version: (*version).to_owned(),
                    lines: Vec::new(),
                });
            }
            ([word, _, ..], _) if WORDS.contains(word) && !self.read.policies.is_empty() => {
                if let Some(policy) = self.read.policies.last_mut() {
                    policy.lines.push((at, line.to_owned()));
                }
            }
            _ => self.found.push(locks::unreadable_line(at)),
        }
        // Of a lock of another version nothing more is read.
        self.is_over = self.version.is_none();
    }

    fn finish(mut self, file: FileId) -> Result<Read, Vec<Diagnostic>> {
        if self.version.is_none() && self.found.is_empty() {
            let at = At::new(file, Span::default());
            self.found.push(locks::lock_without_version(at, LOCK_VERSION));
        }
        // What cannot be read is the reason why a digest is another.
        if self.found.is_empty() {
            for (read, said) in self.read.policies.iter().zip(&self.digests) {
                let is: Digest = digest(read.lines.iter().map(|(_, line)| line.as_str()));
                if *said != format!("sha256:{is}") {
                    self.found.push(locks::edited_lock(read.at, &read.policy));
                }
            }
        }
        if self.found.is_empty() { Ok(self.read) } else { Err(self.found) }
    }
}
