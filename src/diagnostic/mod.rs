//! Diagnostics: what is wrong with a policy, where, and what would be right; plain data.
//!
//! Not rendering, which is `cli`'s, and not checks: the stages say *what* they found by calling one
//! of the constructors here, and the constructor says *how it reads*. The text of a diagnostic and
//! its page stand side by side, in the file of its stage; `registry` lists all pages.
//!
//! Wording: lower-case start, no full stop, user text in backticks; never "invalid" without what is
//! valid; what to do about it is in the help.

pub(crate) mod assignments;
pub(crate) mod bundles;
pub(crate) mod constraints;
mod fix;
pub(crate) mod grants;
pub(crate) mod invariants;
mod levels;
pub(crate) mod locks;
pub(crate) mod names;
pub(crate) mod reading;
mod registry;
mod removal;
mod report;
pub(crate) mod schema;
pub(crate) mod sources;
mod suggest;
pub(crate) mod suites;

pub use bundles::bundle_diagnostic;
pub use fix::{Edit, Fix};
pub use levels::{Level, Levels, PEDANTIC, UnknownLint};
pub use registry::{Group, Rule, find_rule, rules};
pub use report::{Place, Report, SourceFile};
pub use suggest::nearest_name;
pub(crate) use suggest::{list, nearest, only_near};

use fix::Proposal;
use removal::Writing;

/// How much a diagnostic weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// There is no bundle while it stands.
    Error,
    /// Something is probably not as meant; it never changes a decision.
    Warning,
    /// Something to think about.
    Advice,
}

impl Severity {
    /// The word that reports use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Advice => "advice",
        }
    }
}

/// What a file is written in, where advice depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Syntax {
    Toml,
    Yaml,
}

/// A range of bytes in a source file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// Which source file of a report; a position in [`Report::files`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FileId(pub(crate) usize);

/// A place in a source file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub struct At {
    /// The file.
    pub file: FileId,
    /// The bytes.
    pub span: Span,
}

impl At {
    pub(crate) const fn new(file: FileId, span: Span) -> Self {
        Self { file, span }
    }
}

/// Another place that a diagnostic speaks of: the other party.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Label {
    /// Where.
    pub at: At,
    /// What stands there.
    pub text: String,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// Its rule: code, name, severity and page.
    pub rule: &'static Rule,
    /// How much it weighs: as its rule does, or as the policy says of its constraint.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// Where, on the narrowest span.
    pub at: At,
    /// What stands at that place, in a few words.
    pub note: Option<String>,
    /// Other places that it speaks of.
    pub labels: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
    /// What mends it, where there is no doubt; one at most today.
    pub fixes: Vec<Fix>,
    /// Made into fixes by the report, which has the texts.
    proposal: Option<Proposal>,
}

impl Diagnostic {
    pub(crate) fn new(rule: &'static Rule, at: At, message: String) -> Self {
        Self {
            rule,
            severity: rule.severity,
            message: shortened(message),
            at,
            note: None,
            labels: Vec::new(),
            help: None,
            fixes: Vec::new(),
            proposal: None,
        }
    }

    pub(crate) fn with_note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(shortened(note.into()));
        self
    }

    pub(crate) fn with_label(mut self, at: At, text: impl Into<String>) -> Self {
        self.labels.push(Label { at, text: shortened(text.into()) });
        self
    }

    /// A label that is a place and its text already.
    pub(crate) fn with_label_of(self, (at, text): (At, String)) -> Self {
        self.with_label(at, text)
    }

    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(shortened(help.into()));
        self
    }

    /// Adds help where there is some.
    pub(crate) fn with_help_if(mut self, help: Option<String>) -> Self {
        self.help = help.map(shortened).or(self.help);
        self
    }

    /// A fix that writes another name, where only that one can be meant.
    pub(crate) fn with_rename_if(self, from: &str, to: Option<&str>) -> Self {
        let rename = |to: &str| Proposal::Rename { from: from.to_owned(), to: to.to_owned() };
        let proposal = to.map(rename);
        Self { proposal, ..self }
    }

    /// A fix that takes the item at the place out of its list.
    pub(crate) fn with_removal(self) -> Self {
        Self { proposal: Some(Proposal::Remove { item: None }), ..self }
    }

    /// A fix that takes an item out of the list at the place.
    pub(crate) fn with_removal_of(self, item: &str) -> Self {
        Self { proposal: Some(Proposal::Remove { item: Some(item.to_owned()) }), ..self }
    }

    /// A fix that takes out the entry whose header is at the place; `what` it is, with its article.
    pub(crate) fn with_removal_of_entry(self, what: &'static str) -> Self {
        Self { proposal: Some(Proposal::RemoveEntry { what }), ..self }
    }

    /// A fix that takes out the key at the place, whose value stands here.
    pub(crate) fn with_removal_of_pair(self, value: Span) -> Self {
        Self { proposal: Some(Proposal::RemovePair { value }), ..self }
    }

    /// A fix that takes out the line at the place.
    pub(crate) fn with_removal_of_line(self) -> Self {
        Self { proposal: Some(Proposal::RemoveLine), ..self }
    }

    /// A fix that puts a name in quotes.
    pub(crate) fn with_quotes(self, name: &str) -> Self {
        Self { proposal: Some(Proposal::Quote { name: name.to_owned() }), ..self }
    }

    /// A fix that makes a list of what stands at the place.
    pub(crate) fn with_brackets(self) -> Self {
        Self { proposal: Some(Proposal::Bracket), ..self }
    }

    /// The same without a fix: there is a doubt after all.
    pub(crate) fn without_fix(self) -> Self {
        Self { proposal: None, ..self }
    }

    /// Makes fixes of what was proposed.
    fn settle(&mut self, files: &[Writing<'_>]) {
        let file = files.get(self.at.file.0);
        if let (Some(proposal), Some(file)) = (self.proposal.take(), file) {
            self.fixes.extend(proposal.fix(self.at, file));
        }
    }

    /// The same, weighing less: a constraint whose `level` is `advice`.
    pub(crate) fn lowered_to_advice(mut self) -> Self {
        self.severity = Severity::Advice;
        self
    }
}

/// Longest text of a finding, in bytes. What a file says is repeated in it, and a file may say it
/// in a word of many millions of letters.
const TEXT_MAX: usize = 2000;

/// The text without its middle, where it is too long; what is said of a word stands at its ends.
fn shortened(text: String) -> String {
    if text.len() <= TEXT_MAX {
        return text;
    }
    let start = text.get(..text.floor_char_boundary(TEXT_MAX / 2)).unwrap_or_default();
    let end = text.get(text.ceil_char_boundary(text.len() - TEXT_MAX / 2)..).unwrap_or_default();
    format!("{start} … {end}")
}
