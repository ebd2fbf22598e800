//! The page of a policy: what it says, in Markdown, for readers who do not know policyc.
//!
//! Not files and markers, and not the matrix, which `cli` renders and gives. Texts of the policy
//! are escaped: no title makes a heading, a table or a diagram.

mod diagrams;
mod text;

use std::collections::BTreeMap;

use crate::diff::{CellOf, DiffError, access, constraint_words, delegation_words};
use crate::model::Id;
use crate::table::Table;
use crate::table::notes::{Evidence, GrantNote, Note};

use text::{code, plain};

/// The page of a policy in Markdown, around its matrix.
///
/// # Errors
/// Where an action depends on more situations than may be looked at.
///
/// # Panics
/// Never.
pub fn page(table: &Table, matrix: &str) -> Result<String, DiffError> {
    let sections = [
        head(table),
        format!("## The table\n\n{matrix}"),
        roles(table),
        diagrams::all(table),
        obligations(table),
        conditions(table)?,
        evidence(table),
        statements(table),
    ];
    let sections = sections.iter().map(|section| section.trim()).filter(|text| !text.is_empty());
    Ok(format!("{}\n", sections.collect::<Vec<_>>().join("\n\n")))
}

fn head(table: &Table) -> String {
    let notes = table.notes();
    let title = notes.title.as_deref().unwrap_or_else(|| table.policy());
    let mut out = format!("# {}\n\n", plain(title));
    out += &format!("Policy {}, version {}.\n", code(table.policy()), plain(table.version()));
    out.extend(notes.description.as_ref().map(|text| format!("{}\n", plain(text))));
    if let Some(source) = &notes.source {
        let document = source.document.as_deref().unwrap_or("a document");
        let document = match &source.address {
            Some(address) => format!("[{}](<{}>)", plain(document), text::address(address)),
            None => plain(document),
        };
        let published = source.published.as_ref();
        let published = published.map_or_else(String::new, |on| format!(", {}", plain(on)));
        out += &format!("It was read from {document}{published}.\n");
        out.extend(source.note.as_ref().map(|note| format!("{}\n", plain(note))));
    }
    out
}

fn roles(table: &Table) -> String {
    let mut out = "## Roles\n\n".to_owned();
    for id in &table.notes().role_order {
        let (Some(role), Some(note)) = (table.role(*id), table.notes().roles.get(id.index()))
        else {
            continue;
        };
        let mut says: Vec<String> = Vec::new();
        says.extend(note.title.as_deref().map(plain));
        says.extend(note.description.as_deref().map(plain));
        let names = |ids: &[_]| {
            let names = ids.iter().map(|id| code(table.role_name(*id)));
            names.collect::<Vec<_>>().join(", ")
        };
        if !role.inherits.is_empty() {
            says.push(format!("Has all that {} may do", names(&role.inherits)));
        }
        if let Some(kinds) = &role.kinds {
            let names = kinds.iter().filter_map(|id| table.kind(*id)).map(|kind| code(&kind.name));
            says.push(format!("Held by {}", names.collect::<Vec<_>>().join(" or ")));
        }
        let scope = role.scope.and_then(|scope| table.scope(scope));
        says.extend(scope.map(|scope| format!("Held in one {}", code(&scope.name))));
        let says: String =
            says.iter().map(|say| format!(" {}.", say.trim_end_matches('.'))).collect();
        let colon = if says.is_empty() { "" } else { ":" };
        out += &format!("- {}{colon}{says}\n", code(&role.name));
    }
    out
}

/// A sentence, why, and the rules of the document behind it.
fn entry(says: &str, note: &Note) -> String {
    let because = note.because.as_deref().or(note.title.as_deref());
    let because = because.map_or_else(String::new, |why| format!(" {}", plain(why)));
    let cites: Vec<String> = note.cites.iter().map(u32::to_string).collect();
    let cites = match cites.as_slice() {
        [] => String::new(),
        [one] => format!(" (rule {one})"),
        many => format!(" (rules {})", many.join(", ")),
    };
    format!("- {says}.{because}{cites}\n")
}

fn obligations(table: &Table) -> String {
    let (rules, notes) = (table.rules(), table.notes());
    let mut out = String::new();
    if !rules.constraints.is_empty() {
        out += "## Who may hold what\n\n";
        let mut entries: Vec<_> = rules.constraints.iter().zip(&notes.constraints).collect();
        entries.sort_by_key(|(_, note)| note.line);
        out.extend(entries.iter().map(|(says, note)| entry(&constraint_words(table, says), note)));
        out.push('\n');
    }
    if !rules.delegations.is_empty() {
        out += "## Who may give roles\n\n";
        let mut entries: Vec<_> = rules.delegations.iter().zip(&notes.delegations).collect();
        entries.sort_by_key(|(_, note)| note.line);
        out.extend(entries.iter().map(|(says, note)| entry(&delegation_words(table, says), note)));
    }
    out
}

/// What is allowed under conditions, and what is forbidden: whom the same is said of, together.
fn conditions(table: &Table) -> Result<String, DiffError> {
    let mut said: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for cell in access(table)?.cells {
        let who = match &cell.of {
            CellOf::Everyone => "everyone".to_owned(),
            CellOf::Role(role) => code(role),
            CellOf::Directly => "whoever is given it directly".to_owned(),
        };
        let allowed = cell.allowed.filter(|when| !when.is_empty());
        let allowed = allowed.map(|when| format!("allowed {when}"));
        let forbids = cell.forbids.map(|when| format!("denied beside any other role {when}"));
        for says in allowed.into_iter().chain(forbids) {
            said.entry((cell.action.clone(), says)).or_default().push(who.clone());
        }
    }
    if said.is_empty() {
        return Ok(String::new());
    }
    let line = |((action, says), who): (&(String, String), &Vec<String>)| {
        format!("- {} for {}: {}.\n", code(action), who.join(", "), plain(says.trim()))
    };
    Ok(format!("## What differs by condition\n\n{}", said.iter().map(line).collect::<String>()))
}

fn evidence(table: &Table) -> String {
    let notes = table.notes();
    let thin = |grant: &&GrantNote| {
        matches!(grant.evidence, Some(Evidence::Counted | Evidence::Inferred))
            || !grant.uncertain.is_empty()
    };
    let line = |grant: &GrantNote| {
        let row = grant.row.and_then(|row| usize::try_from(row).ok());
        let row = row.and_then(|row| notes.rows.get(row)).or(grant.note.title.as_ref());
        let mut says =
            row.map_or_else(|| "A line that is not published".to_owned(), |row| plain(row));
        says += &grant.evidence.map_or_else(String::new, |word| format!(": {}", word.as_str()));
        let guesses: Vec<String> =
            grant.uncertain.iter().map(|role| code(table.role_name(*role))).collect();
        if !guesses.is_empty() {
            says += &format!("; a guess for {}", guesses.join(", "));
        }
        entry(&says, &grant.note)
    };
    let order = notes.grant_order.iter().filter_map(|id| notes.grants.get(id.index()));
    let lines: String = order.filter(thin).map(line).collect();
    let head = "`counted` is what the number of ticks and the sentences leave, `inferred` what is \
                concluded.";
    if lines.is_empty() {
        return lines;
    }
    format!("## Where evidence is thin\n\n{head}\n\n{lines}")
}

fn statements(table: &Table) -> String {
    let lines: String = table
        .notes()
        .statements
        .iter()
        .map(|said| entry(plain(&said.text).trim_end_matches('.'), &said.note))
        .collect();
    if lines.is_empty() { lines } else { format!("## What no machine enforces\n\n{lines}") }
}
