//! Changes as sentences: cells that changed alike are one line, and roles that did are one subject.
//!
//! Not a form of output: text and Markdown are made of these.

use policyc::{
    AccessChange, ChangeSource, Clause, ConditionIs, Guard, HeldIs, How, KindIs, PolicyDiff, Side,
    Stands, StatementChange, ValueIs, Who, Within,
};

use crate::cli::output::one_line;

/// One line of a diff.
#[derive(Debug)]
pub(super) struct Line {
    pub who: Vec<Subject>,
    pub how: How,
    pub actions: Vec<String>,
    /// In which situations, in words; empty for all.
    pub when: String,
    guard: Guard,
    pub before: Vec<ChangeSource>,
    pub after: Vec<ChangeSource>,
}

/// Whom a line is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Subject {
    /// A title, as it is written.
    Title(String),
    /// The name of a role.
    Role(String),
    /// Words.
    Words(String),
}

impl Line {
    /// Whether somebody gets more by it.
    pub(super) const fn is_gain(&self) -> bool {
        matches!(self.how, How::Gains | How::Releases)
    }

    /// What stands between the subject and the actions, and what after these.
    pub(super) const fn verb(&self) -> (&'static str, &'static str) {
        let is_one = self.who.len() == 1;
        match (self.how, is_one) {
            (How::Gains, true) => ("gains", ""),
            (How::Gains, false) => ("gain", ""),
            (How::Loses, true) => ("loses", ""),
            (How::Loses, false) => ("lose", ""),
            (How::LosesForAll, true) => ("loses", ", beside other roles too"),
            (How::LosesForAll, false) => ("lose", ", beside other roles too"),
            (How::Releases, true) => ("no longer takes", " away from other roles"),
            (How::Releases, false) => ("no longer take", " away from other roles"),
            (_, true) => ("now takes", " away from other roles"),
            (_, false) => ("now take", " away from other roles"),
        }
    }
}

/// The lines of a policy, in the order of its changes.
pub(super) fn lines(policy: &PolicyDiff) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for change in &policy.access {
        let who = subject(policy, &change.who);
        let same = lines.iter_mut().rev().find(|line| {
            line.who == [who.clone()] && line.how == change.how && line.guard == change.guard
        });
        match same {
            Some(line) => {
                line.actions.push(change.action.clone());
                add(&mut line.before, &change.before);
                add(&mut line.after, &change.after);
            }
            None => lines.push(line(who, change)),
        }
    }
    let mut merged: Vec<Line> = Vec::new();
    for line in lines {
        let same = merged.iter_mut().find(|other| {
            other.how == line.how && other.guard == line.guard && other.actions == line.actions
        });
        match same {
            Some(other) => {
                other.who.extend(line.who);
                add(&mut other.before, &line.before);
                add(&mut other.after, &line.after);
            }
            None => merged.push(line),
        }
    }
    merged
}

fn line(who: Subject, change: &AccessChange) -> Line {
    Line {
        who: vec![who],
        how: change.how,
        actions: vec![change.action.clone()],
        when: guard(&change.guard, change),
        guard: change.guard.clone(),
        before: change.before.clone(),
        after: change.after.clone(),
    }
}

fn add(sources: &mut Vec<ChangeSource>, more: &[ChangeSource]) {
    for source in more {
        if !sources.contains(source) {
            sources.push(source.clone());
        }
    }
}

/// A role by its title, unless another one of the policy has the same.
fn subject(policy: &PolicyDiff, who: &Who) -> Subject {
    match who {
        Who::Role { name, title: Some(title) } => {
            let is_other = |change: &AccessChange| {
                matches!(&change.who, Who::Role { name: other, title: Some(said) }
                    if other != name && said == title)
            };
            let title = plain(title);
            if policy.access.iter().any(is_other) {
                Subject::Role(name.clone())
            } else {
                Subject::Title(title)
            }
        }
        Who::Role { name, title: None } => Subject::Role(name.clone()),
        Who::Everyone { but_for } if but_for.is_empty() => Subject::Words("everyone".to_owned()),
        Who::Everyone { but_for } => {
            let names: Vec<String> = but_for.iter().map(|name| format!("`{name}`")).collect();
            Subject::Words(format!("everyone without {}", listed(&names, "or")))
        }
        _ => Subject::Words("whoever is given it directly".to_owned()),
    }
}

/// User text on one line that opens no code of Markdown.
fn plain(text: &str) -> String {
    one_line(text).replace('`', "'")
}

/// "a, b and c".
pub(super) fn listed(words: &[String], last: &str) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., end] => format!("{} {last} {end}", before.join(", ")),
    }
}

/// The situations in words, with a space before; empty where nothing is left out.
fn guard(guard: &Guard, change: &AccessChange) -> String {
    let within = match (guard.within, change.how, &change.who) {
        (Within::Anywhere, ..) => " wherever it is held",
        (Within::Whatever, How::Gains | How::Loses | How::LosesForAll, Who::Role { .. }) => {
            " however it is held"
        }
        _ => "",
    };
    if guard.is_always() {
        return within.to_owned();
    }
    let alternative = |clauses: &Vec<Clause>| -> String {
        // Who and how first, so that it reads: for robots held in a project when sealed.
        let is_condition = |clause: &&Clause| !matches!(clause, Clause::Kind(_) | Clause::Held(_));
        let (conditions, standing): (Vec<_>, Vec<_>) = clauses.iter().partition(is_condition);
        let conditions: Vec<String> = conditions.into_iter().map(clause).collect();
        let conditions = Some(conditions.join(" and ")).filter(|words| !words.is_empty());
        standing.into_iter().map(clause).chain(conditions).collect::<Vec<_>>().join(" ")
    };
    let alternatives: Vec<String> = guard.any_of.iter().map(alternative).collect();
    format!("{within} {}", alternatives.join(", or "))
}

fn clause(clause: &Clause) -> String {
    match clause {
        Clause::Kind(kinds) => kind_words(kinds),
        Clause::Held(held) => {
            let words: Vec<String> = held.iter().map(held_words).collect();
            format!("held {}", listed(&words, "or"))
        }
        Clause::Condition(condition) => condition_words(condition),
        Clause::Attribute(name, values) => {
            let words: Vec<String> = values.iter().map(value_words).collect();
            format!("when {name} is {}", listed(&words, "or"))
        }
        _ => String::new(),
    }
}

fn kind_words(kinds: &[KindIs]) -> String {
    let named: Vec<String> = kinds.iter().filter_map(named_kind).collect();
    let mut words = Vec::new();
    if !named.is_empty() {
        words.push(format!("for {}", listed(&named, "or")));
    }
    if kinds.contains(&KindIs::Missing) {
        words.push("where the kind is not given".to_owned());
    }
    if kinds.contains(&KindIs::Undeclared) {
        words.push("where the kind is not declared".to_owned());
    }
    listed(&words, "or")
}

fn named_kind(kind: &KindIs) -> Option<String> {
    match kind {
        KindIs::Named(name) => Some(format!("`{name}`")),
        _ => None,
    }
}

fn held_words(held: &HeldIs) -> String {
    match held {
        HeldIs::Unscoped => "without a scope".to_owned(),
        HeldIs::Inside(kind) => format!("in the resource's `{kind}`"),
        HeldIs::Elsewhere(kind) => format!("in another `{kind}`"),
        HeldIs::Unsaid(kind) => format!("in a `{kind}` while the resource's scopes are not given"),
        _ => "in an undeclared scope".to_owned(),
    }
}

fn condition_words(condition: &ConditionIs) -> String {
    let name = condition
        .title
        .as_deref()
        .map_or_else(|| format!("`{}`", condition.name), |title| format!("“{}”", plain(title)));
    let side = match condition.side {
        Some(Side::Before) => " as it was",
        Some(Side::After) => " as it is now",
        None => "",
    };
    let test = condition.test.as_deref().map(plain);
    let test = test.map_or_else(String::new, |test| format!(" ({test})"));
    let name = format!("{name}{side}{test}");
    match condition.stands {
        Stands::Holds => format!("when {name}"),
        Stands::Fails => format!("when not {name}"),
        Stands::NotKnownToHold => format!("unless {name}"),
        Stands::NotKnownToFail => format!("unless {name} is known not to hold"),
        _ => format!("while {name} is not known"),
    }
}

fn value_words(value: &ValueIs) -> String {
    match value {
        ValueIs::Value(text) => format!("`{}`", plain(text)),
        ValueIs::Other => "any other".to_owned(),
        ValueIs::Range(None, None) => "any integer".to_owned(),
        ValueIs::Range(Some(from), None) => format!("at least {from}"),
        ValueIs::Range(None, Some(to)) => format!("at most {to}"),
        ValueIs::Range(Some(from), Some(to)) => format!("{from} to {to}"),
        _ => "not given".to_owned(),
    }
}

/// Entries of a policy by file and line; the first few of many.
fn places(sources: &[ChangeSource]) -> String {
    const SHOWN_MAX: usize = 3;
    let mut text = String::new();
    let mut file = None;
    for source in sources.iter().take(SHOWN_MAX) {
        let name = one_line(&source.file);
        if !text.is_empty() {
            text.push_str(", ");
        }
        if file != Some(&source.file) {
            text.push_str(&name);
        }
        text.push_str(&format!(":{}", source.line));
        file = Some(&source.file);
    }
    match sources.len() {
        0 => "no grant".to_owned(),
        count if count > SHOWN_MAX => format!("{text} and {} more", count - SHOWN_MAX),
        _ => text,
    }
}

/// The entries of both policies; once where they are the same.
pub(super) fn both_places(before: &[ChangeSource], after: &[ChangeSource]) -> String {
    let (before, after) = (places(before), places(after));
    if before == after { before } else { format!("{before} → {after}") }
}

/// The statements to tell, and how many say the same of a role under another name.
pub(super) fn told_statements(policy: &PolicyDiff) -> (Vec<&StatementChange>, usize) {
    let renamed = |text: &str| {
        policy.renames.iter().fold(text.to_owned(), |text, rename| {
            text.replace(&format!("`{}`", rename.from), &format!("`{}`", rename.to))
        })
    };
    let is_renamed = |change: &&StatementChange| {
        change.said.as_deref().map(renamed).as_ref() == Some(&change.says)
    };
    let (same, other): (Vec<_>, Vec<_>) = policy.statements.iter().partition(is_renamed);
    (other, same.len())
}
