//! Who inherits from whom and who gives which role, as Mermaid diagrams.
//!
//! Not words. Nodes are numbered, and names stand in quotes with what Mermaid reads written out.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::model::{Change, Id, RoleId};
use crate::table::Table;

use super::text::one_line;

/// Arrows beyond which a diagram shows nothing any more.
const EDGES_MAX: usize = 60;

/// The diagrams that there is something to draw for.
pub(super) fn all(table: &Table) -> String {
    let order = &table.notes().role_order;
    let junior = |senior: &RoleId| {
        let role = table.role(*senior)?;
        Some(role.inherits.iter().map(|junior| (*senior, *junior)).collect::<Vec<_>>())
    };
    let inherits: Vec<_> = order.iter().filter_map(junior).flatten().collect();
    // One arrow a pair: how a role is given stands in words.
    let mut gives: BTreeMap<(RoleId, RoleId), bool> = BTreeMap::new();
    let delegations = table.rules().delegations.iter();
    for entry in delegations.filter(|entry| entry.may.contains(&Change::Assign)) {
        let conditions = entry.when.is_empty() && entry.unless.is_empty();
        let is_free = conditions && entry.holding.is_empty() && entry.not_holding.is_empty();
        for by in &entry.by {
            for role in &entry.assign {
                *gives.entry((*by, *role)).or_default() |= is_free;
            }
        }
    }
    let inherits = inherits.into_iter().map(|(one, other)| (one, "-->", other)).collect();
    let gives = gives
        .into_iter()
        .map(|((by, role), is_free)| (by, if is_free { "-->" } else { "-.->" }, role));
    let inherits = Section {
        title: "Inheritance",
        says: "An arrow leads to a role whose permissions are had too.",
        head: "flowchart TB",
        elsewhere: "what a role has of others is said with it above",
    }
    .text(table, inherits);
    let gives = Section {
        title: "Giving roles",
        says: "An arrow leads to a role that is given, a dotted one under conditions.",
        head: "flowchart LR",
        elsewhere: "who may give roles is said below",
    }
    .text(table, gives.collect());
    let drawn = [inherits, gives].into_iter().filter(|text| !text.is_empty());
    drawn.collect::<Vec<_>>().join("\n")
}

/// A diagram with what is said about it.
struct Section {
    title: &'static str,
    says: &'static str,
    head: &'static str,
    /// Where the same is said in words.
    elsewhere: &'static str,
}

impl Section {
    /// Nothing where there is nothing to draw.
    fn text(&self, table: &Table, edges: Vec<Edge>) -> String {
        let Self { title, says, head, elsewhere } = self;
        match edges.len() {
            0 => String::new(),
            1..=EDGES_MAX => {
                format!("## {title}\n\n{says}\n\n{}\n", diagram(table, head, edges))
            }
            count => format!(
                "## {title}\n\nNot drawn: a diagram of {count} arrows shows nothing any more; \
                 {elsewhere}.\n"
            ),
        }
    }
}

type Edge = (RoleId, &'static str, RoleId);

fn diagram(table: &Table, head: &str, edges: Vec<Edge>) -> String {
    let mut out = format!("```mermaid\n{head}\n");
    for id in &table.notes().role_order {
        if edges.iter().any(|(one, _, other)| one == id || other == id) {
            let _ = writeln!(out, "    r{}[\"{}\"]", id.index(), label(table.role_name(*id)));
        }
    }
    for (one, arrow, other) in edges {
        let _ = writeln!(out, "    r{} {arrow} r{}", one.index(), other.index());
    }
    out + "```"
}

fn label(name: &str) -> String {
    let mut out = String::new();
    for letter in one_line(name).chars() {
        match letter {
            '"' | '#' | '<' | '>' | '&' | ';' | '`' => {
                let _ = write!(out, "#{};", u32::from(letter));
            }
            _ => out.push(letter),
        }
    }
    out
}
