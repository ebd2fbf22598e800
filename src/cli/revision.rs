//! Files as a git revision has them, read through the `git` program.
//!
//! Not a git client: three questions that only read, asked without a shell, a pager, a hook or a
//! network, and none of them with a word that could be an option.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context as _, bail};
use policyc::Source;

use super::exit::Failure;

/// How a revision is written where a path may be.
const PREFIX: &str = "git:";

/// A revision, and the path in it if one is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Revision {
    pub rev: String,
    /// From the root of the repository, with forward slashes; empty for the root.
    pub path: Option<String>,
}

impl Revision {
    /// Reads `git:REV[:PATH]`; none where the text is a path.
    ///
    /// # Errors
    /// Where the revision is missing, or would be read as an option.
    pub(super) fn parse(text: &str) -> Result<Option<Self>, Failure> {
        let Some(rest) = text.strip_prefix(PREFIX) else { return Ok(None) };
        let (rev, path) =
            rest.split_once(':').map_or((rest, None), |(rev, path)| (rev, Some(path)));
        let usage = |why: &str| Failure::Usage(format!("`{text}` {why}"));
        if rev.is_empty() {
            return Err(usage("names no revision; one is written git:REV or git:REV:PATH"));
        }
        if rev.starts_with('-') {
            return Err(usage("names no revision: none begins with `-`"));
        }
        if rev.contains(['\0', '\n', '\r']) || path.is_some_and(|path| path.contains('\0')) {
            return Err(usage("names no revision: it has a control character"));
        }
        let path = path.map(|path| path.trim_matches('/').to_owned());
        Ok(Some(Self { rev: rev.to_owned(), path }))
    }
}

/// What a revision has at a path.
#[derive(Debug)]
pub(super) enum Found {
    File(Source),
    /// The wanted files of a folder.
    Folder(Vec<Source>),
}

/// A repository by a folder in it.
#[derive(Debug)]
pub(super) struct Repository {
    folder: PathBuf,
}

/// One entry of a revision's tree.
struct Entry {
    mode: String,
    object: String,
    path: String,
}

const FILE_MODES: [&str; 2] = ["100644", "100755"];
const LINK_MODE: &str = "120000";
const MODULE_MODE: &str = "160000";

impl Repository {
    /// The repository that a folder lies in.
    pub(super) fn around(folder: &Path) -> Self {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        Self { folder: folder.to_owned() }
    }

    /// A path of the file system as it is called in the repository.
    pub(super) fn path_of(&self, path: &Path) -> anyhow::Result<String> {
        let root = self.ask(&["rev-parse", "--show-toplevel"])?;
        if !root.status.success() {
            bail!("`{}` lies in no git repository", path.display());
        }
        let root = text(&root.stdout)?;
        let root = std::fs::canonicalize(root.trim_end_matches(['\n', '\r']))?;
        // What is not there any more has a folder that is.
        let absolute = std::path::absolute(path)?;
        let real = std::fs::canonicalize(&absolute).unwrap_or(absolute);
        let Ok(inside) = real.strip_prefix(&root) else {
            bail!("`{}` does not lie in the git repository `{}`", path.display(), root.display());
        };
        let parts = inside.components().map(|part| part.as_os_str().to_string_lossy());
        Ok(parts.collect::<Vec<_>>().join("/"))
    }

    /// What a revision has at a path, from the root.
    ///
    /// Links are not followed and submodules not entered: of a folder they are left out.
    pub(super) fn read(
        &self,
        rev: &str,
        path: &str,
        is_wanted: fn(&Path) -> bool,
    ) -> anyhow::Result<Found> {
        let tree = self.tree(rev)?;
        let mut arguments =
            vec!["--literal-pathspecs", "ls-tree", "-r", "-z", "--full-tree", tree.as_str()];
        if !path.is_empty() {
            arguments.extend(["--", path]);
        }
        let listed = self.ask(&arguments)?;
        if !listed.status.success() {
            bail!("git cannot list revision `{rev}`: {}", complaint(&listed));
        }
        let entries: Vec<Entry> =
            text(&listed.stdout)?.split_terminator('\0').filter_map(entry).collect();
        if let [only] = entries.as_slice()
            && only.path == path
        {
            return self.file(rev, only);
        }
        if entries.is_empty() && !path.is_empty() {
            bail!("revision `{rev}` has nothing at `{path}`");
        }
        let inside = |entry: &&Entry| {
            let inner = inner(&entry.path, path);
            let hidden = inner.split('/').any(|part| part.starts_with('.'));
            FILE_MODES.contains(&entry.mode.as_str()) && !hidden && is_wanted(Path::new(inner))
        };
        let wanted: Vec<&Entry> = entries.iter().filter(inside).collect();
        let contents = self.contents(rev, &wanted)?;
        let source = |(entry, bytes): (&Entry, Vec<u8>)| Source {
            name: format!("{PREFIX}{rev}:{}", entry.path),
            bundle_name: inner(&entry.path, path).to_owned(),
            bytes,
        };
        Ok(Found::Folder(wanted.into_iter().zip(contents).map(source).collect()))
    }

    fn file(&self, rev: &str, entry: &Entry) -> anyhow::Result<Found> {
        let path = &entry.path;
        match entry.mode.as_str() {
            LINK_MODE => {
                bail!("`{path}` is a symbolic link in revision `{rev}`; name what it leads to")
            }
            MODULE_MODE => {
                bail!("`{path}` is a submodule in revision `{rev}`; ask its own repository")
            }
            _ => {}
        }
        let mut contents = self.contents(rev, &[entry])?;
        let bytes = contents.pop().unwrap_or_default();
        let name = path.rsplit('/').next().unwrap_or(path).to_owned();
        Ok(Found::File(Source { name: format!("{PREFIX}{rev}:{path}"), bundle_name: name, bytes }))
    }

    /// The tree of a revision.
    fn tree(&self, rev: &str) -> anyhow::Result<String> {
        let wanted = format!("{rev}^{{tree}}");
        let found = self.ask(&["rev-parse", "--verify", "--quiet", &wanted])?;
        let object = text(&found.stdout)?.trim().to_owned();
        let is_object =
            !object.is_empty() && object.bytes().all(|letter| letter.is_ascii_hexdigit());
        if found.status.success() && is_object {
            return Ok(object);
        }
        let folder = self.folder.display();
        let inside = self.ask(&["rev-parse", "--git-dir"])?;
        if !inside.status.success() {
            bail!("`{folder}` lies in no git repository: {}", complaint(&inside));
        }
        let shallow = self.ask(&["rev-parse", "--is-shallow-repository"])?;
        if shallow.stdout.starts_with(b"true") {
            bail!(
                "the repository has no revision `{rev}`: it is a shallow clone, without all of its \
                 history (`git fetch --unshallow` gets the rest)"
            );
        }
        bail!("the repository has no revision `{rev}`");
    }

    /// The bytes of each entry, all from one process.
    fn contents(&self, rev: &str, entries: &[&Entry]) -> anyhow::Result<Vec<Vec<u8>>> {
        let mut child = self
            .command(&["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context(NO_GIT)?;
        let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            bail!("git cannot be talked to");
        };
        let mut output = BufReader::new(output);
        let mut contents = Vec::new();
        for entry in entries {
            let cannot = || format!("git cannot read `{}` of revision `{rev}`", entry.path);
            // One is asked for and read before the next, so that no pipe fills up.
            writeln!(input, "{}", entry.object).with_context(cannot)?;
            input.flush().with_context(cannot)?;
            let mut header = String::new();
            output.read_line(&mut header).with_context(cannot)?;
            let mut words = header.split_whitespace().skip(1);
            let size = (words.next() == Some("blob")).then(|| words.next()).flatten();
            let size: usize = size.and_then(|size| size.parse().ok()).with_context(cannot)?;
            let mut bytes = vec![0; size];
            output.read_exact(&mut bytes).with_context(cannot)?;
            output.read_line(&mut String::new()).with_context(cannot)?;
            contents.push(bytes);
        }
        drop(input);
        child.wait()?;
        Ok(contents)
    }

    fn ask(&self, arguments: &[&str]) -> anyhow::Result<Output> {
        self.command(arguments).stdin(Stdio::null()).output().context(NO_GIT)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.folder).arg("--no-pager").args(arguments);
        // Its words are read here, nothing is to be asked of anybody, and what a partial clone
        // lacks is not fetched behind the user's back.
        let settings = [
            ("LC_ALL", "C"),
            ("GIT_OPTIONAL_LOCKS", "0"),
            ("GIT_TERMINAL_PROMPT", "0"),
            ("GIT_NO_LAZY_FETCH", "1"),
        ];
        command.envs(settings);
        command
    }
}

const NO_GIT: &str = "cannot run `git`, which reads revisions";

fn entry(line: &str) -> Option<Entry> {
    let (about, path) = line.split_once('\t')?;
    let mut words = about.split(' ');
    let (mode, _, object) = (words.next()?, words.next()?, words.next()?);
    Some(Entry { mode: mode.to_owned(), object: object.to_owned(), path: path.to_owned() })
}

/// A path below a folder, as that folder calls it.
fn inner<'p>(path: &'p str, folder: &str) -> &'p str {
    path.strip_prefix(folder).map_or(path, |inner| inner.trim_start_matches('/'))
}

fn text(bytes: &[u8]) -> anyhow::Result<&str> {
    std::str::from_utf8(bytes).context("git names files that are not UTF-8")
}

/// The first line of what git complains of.
fn complaint(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said.lines().next().unwrap_or("it does not say why");
    line.trim_start_matches("fatal: ").to_owned()
}
