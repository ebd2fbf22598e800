//! Finding and reading what a command works on: policies, suites, folders, standard input, bundles.
//!
//! Not parsing: bytes go to the library as they are.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use ignore::WalkBuilder;
use policyc::{Bundle, Report, Source, build, build_unproved, bundle_diagnostic};

use super::exit::Failure;
use super::weight::CONFIG_NAME;
use super::{output, report};

/// The folder that commands look at where no path is given.
pub(super) const DEFAULT_PATH: &str = "policies";

pub(super) const MIB: u64 = 1024 * 1024;

/// Largest text that is read: a directory of half a million principals. TOML of nothing but
/// brackets takes fifty times as much memory.
const TEXT_MIB_MAX: u64 = 64;

/// Largest bundle that is read; it may carry what many texts say.
const BUNDLE_MIB_MAX: u64 = 1024;

const STANDARD_INPUT: &str = "-";
const BUNDLE_MAGIC: &[u8] = b"policyc\0";
const POLICY_EXTENSION: &str = "toml";
const SUITE_ENDINGS: [&str; 2] = [".test.yaml", ".test.yml"];

/// Policies, and the suites beside them.
pub(super) struct Input {
    pub policies: Vec<Source>,
    pub suites: Vec<Source>,
}

impl Input {
    /// Gives what was read from standard input a name of its own.
    pub(super) fn name_standard_input(&mut self, name: &Path) -> Result<(), Failure> {
        let mut sources = self.policies.iter_mut();
        let stdin = sources.find(|source| source.name == Source::STANDARD_INPUT);
        let stdin = stdin.ok_or_else(|| {
            Failure::Usage("`--stdin-filename` is given, and no path is `-`".to_owned())
        })?;
        stdin.name = slashes(name);
        stdin.bundle_name = slashes(name.file_name().map_or(name, Path::new));
        Ok(())
    }
}

/// Reads every policy under the paths.
///
/// A folder means every `.toml` file in it, at any depth, but hidden ones. A path that cannot be
/// read is a broken environment; no policy anywhere is wrong usage.
pub(super) fn sources(paths: &[PathBuf]) -> Result<Vec<Source>, Failure> {
    gathered(paths, is_policy)
}

/// Reads every policy under the paths, and every configuration beside one.
pub(super) fn policies_and_configurations(paths: &[PathBuf]) -> Result<Vec<Source>, Failure> {
    gathered(paths, |path| is_policy(path) || is_configuration(path))
}

fn gathered(paths: &[PathBuf], is_wanted: fn(&Path) -> bool) -> Result<Vec<Source>, Failure> {
    let mut sources: Vec<Source> = Vec::new();
    for path in paths {
        if path.as_os_str() == STANDARD_INPUT || !is_folder(path)? {
            sources.push(file(path)?);
        } else {
            sources.extend(all_in(path, is_wanted)?);
        }
    }
    distinct(&mut sources);
    if sources.is_empty() {
        let paths = listed(paths);
        return Err(Failure::Usage(format!("no policy (`*.{POLICY_EXTENSION}`) under {paths}")));
    }
    if let Some(bundle) = sources.iter().find(|source| source.bytes.starts_with(BUNDLE_MAGIC)) {
        let message = format!("`{}` is a bundle, and policies are wanted", bundle.name);
        return Err(Failure::Usage(message));
    }
    Ok(sources)
}

/// Reads every policy under the paths, and every suite.
///
/// A suite named by itself is one of the policies in its folder, unless others are named too.
pub(super) fn policies_and_suites(paths: &[PathBuf]) -> Result<Input, Failure> {
    let (single, others): (Vec<&PathBuf>, Vec<&PathBuf>) =
        paths.iter().partition(|path| is_suite(path));
    let mut suites: Vec<Source> = Vec::new();
    let mut beside: Vec<PathBuf> = others.iter().map(|path| (*path).clone()).collect();
    for path in single {
        suites.push(file(path)?);
        if others.is_empty() {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            beside.push(folder.map_or_else(|| PathBuf::from("."), Path::to_owned));
        }
    }
    let policies = sources(&beside)?;
    for path in others {
        if path.as_os_str() != STANDARD_INPUT && is_folder(path)? {
            suites.extend(all_in(path, is_suite)?);
        }
    }
    distinct(&mut suites);
    Ok(Input { policies, suites })
}

/// Whether a path is how standard input is written.
pub(super) fn is_standard_input(path: &Path) -> bool {
    path.as_os_str() == STANDARD_INPUT
}

/// Whether a file is a suite, by its name.
fn is_suite(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    SUITE_ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Whether a file is a policy, by its name; the configuration beside them is none.
pub(super) fn is_policy(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == POLICY_EXTENSION)
        && !is_configuration(path)
}

/// Whether a file is a configuration, by its name.
pub(super) fn is_configuration(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == CONFIG_NAME)
}

/// Paths as a message names them.
pub(super) fn listed(paths: &[PathBuf]) -> String {
    let paths: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
    paths.join(", ")
}

/// A file named twice, by itself and by its folder, is one file; so it is with `./` before it.
fn distinct(sources: &mut Vec<Source>) {
    let plain = |source: &Source| -> PathBuf {
        let components = Path::new(&source.name).components();
        components.filter(|part| *part != std::path::Component::CurDir).collect()
    };
    sources.sort_by_cached_key(|source| (plain(source), source.name.clone()));
    sources.dedup_by_key(|source| plain(source));
}

/// Reads the wanted files of a folder.
fn all_in(folder: &Path, is_wanted: fn(&Path) -> bool) -> Result<Vec<Source>, Failure> {
    let files = files_in(folder, is_wanted)?;
    let read = |file: &PathBuf| read(file, &slashes(file.strip_prefix(folder).unwrap_or(file)));
    files.iter().map(read).collect()
}

/// The bundle at a path: a bundle as it is, or policies compiled in memory.
///
/// Errors in policies are printed to standard error; then there is no answer.
pub(super) fn bundle(path: &Path) -> Result<Bundle, Failure> {
    bundle_by(path, build)
}

/// The same, but what policies say of themselves need not be true.
pub(super) fn unproved_bundle(path: &Path) -> Result<Bundle, Failure> {
    bundle_by(path, build_unproved)
}

fn bundle_by(
    path: &Path,
    build: impl Fn(Vec<Source>) -> Result<Bundle, Report>,
) -> Result<Bundle, Failure> {
    let is_stdin = path.as_os_str() == STANDARD_INPUT;
    let sources = if is_stdin || !is_folder(path)? {
        let source = file(path)?;
        if source.bytes.starts_with(BUNDLE_MAGIC) || !(is_policy(path) || is_stdin) {
            return decode(&source);
        }
        vec![source]
    } else {
        sources(&[path.to_owned()])?
    };
    built(sources, build)
}

/// A file as a bundle, whatever the policies in it say of themselves.
pub(super) fn bundle_of(source: Source) -> Result<Bundle, Failure> {
    if source.bytes.starts_with(BUNDLE_MAGIC) || !is_policy(Path::new(&source.name)) {
        return decode(&source);
    }
    compiled(vec![source])
}

/// Policies compiled in memory, whatever they say of themselves.
pub(super) fn compiled(sources: Vec<Source>) -> Result<Bundle, Failure> {
    built(sources, build_unproved)
}

/// Errors in policies are printed to standard error; then there is no answer.
fn built(
    sources: Vec<Source>,
    build: impl Fn(Vec<Source>) -> Result<Bundle, Report>,
) -> Result<Bundle, Failure> {
    build(sources).map_err(|report| {
        output::complain(&report::text(&report));
        Failure::Reported
    })
}

/// Decodes a bundle and verifies it, since what is printed comes from what explains as well; the
/// error is shown with its code.
pub(super) fn decode(file: &Source) -> Result<Bundle, Failure> {
    let verified = Bundle::decode(&file.bytes).and_then(|bundle| {
        bundle.verify()?;
        Ok(bundle)
    });
    verified.map_err(|error| {
        let diagnostic = bundle_diagnostic(&error);
        output::complain(&report::without_lines(&diagnostic, &file.name));
        Failure::Reported
    })
}

/// Reads one file, or standard input.
pub(super) fn file(path: &Path) -> Result<Source, Failure> {
    if path.as_os_str() == STANDARD_INPUT {
        let bytes = whole(std::io::stdin().lock()).context("cannot read standard input")?;
        return Ok(Source::new(Source::STANDARD_INPUT, bytes));
    }
    let name = path.file_name().map_or(path, Path::new);
    read(path, &slashes(name))
}

/// Whether there is a folder at the path; nothing there, or nothing that is a file, is an error.
fn is_folder(path: &Path) -> Result<bool, Failure> {
    let cannot = || {
        let is_default = path.as_os_str() == DEFAULT_PATH;
        let help =
            if is_default { " (read where no path is given; name a file or a folder)" } else { "" };
        format!("cannot read `{}`{help}", path.display())
    };
    let metadata = std::fs::metadata(path).with_context(cannot)?;
    if !metadata.is_dir() && !metadata.is_file() {
        // Reading a pipe or a device might never end.
        return Err(anyhow::anyhow!("{}: it is neither a file nor a folder", cannot()).into());
    }
    Ok(metadata.is_dir())
}

/// The wanted files in a folder, at any depth, sorted; not hidden ones, and none that a
/// `.gitignore` names. Links to folders are not followed, so that no loop of them can be walked
/// for ever.
fn files_in(folder: &Path, is_wanted: fn(&Path) -> bool) -> Result<Vec<PathBuf>, Failure> {
    let mut walk = WalkBuilder::new(folder);
    // What is checked depends on the files there are, and not on who is asked to check them.
    walk.git_global(false).git_exclude(false).ignore(false).require_git(false);
    let mut files = Vec::new();
    for entry in walk.build() {
        let entry = entry.with_context(|| format!("cannot read `{}`", folder.display()))?;
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        if !is_folder && is_wanted(entry.path()) {
            files.push(entry.into_path());
        }
    }
    files.sort();
    Ok(files)
}

/// One file of any kind; none where there is none.
pub(super) fn file_if_there(path: &Path) -> Result<Option<Source>, Failure> {
    let is_there = std::fs::exists(path);
    if is_there.with_context(|| format!("cannot read `{}`", path.display()))? {
        file(path).map(Some)
    } else {
        Ok(None)
    }
}

fn read(path: &Path, bundle_name: &str) -> Result<Source, Failure> {
    if is_folder(path)? {
        let message = format!("cannot read `{}`: it is a folder", path.display());
        return Err(anyhow::anyhow!(message).into());
    }
    let bytes = File::open(path).map_err(Into::into).and_then(whole);
    let bytes = bytes.with_context(|| format!("cannot read `{}`", path.display()))?;
    Ok(Source { name: slashes(path), bundle_name: bundle_name.to_owned(), bytes })
}

/// Reads to the end, which may not be too far: what never ends would take all memory there is.
fn whole(mut from: impl Read) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.by_ref().take(TEXT_MIB_MAX * MIB + 1).read_to_end(&mut bytes)?;
    let mut max = TEXT_MIB_MAX;
    if bytes.starts_with(BUNDLE_MAGIC) {
        max = BUNDLE_MIB_MAX;
        let rest = (max * MIB + 1).saturating_sub(length(&bytes));
        from.take(rest).read_to_end(&mut bytes)?;
    }
    anyhow::ensure!(length(&bytes) <= max * MIB, "it is larger than {max} MiB");
    Ok(bytes)
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// The path with forward slashes, so that reports and bundles are the same everywhere.
pub(super) fn slashes(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' { text.into_owned() } else { text.replace('\\', "/") }
}
