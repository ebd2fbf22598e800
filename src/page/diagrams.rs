//! Who inherits from whom and who gives which role, as Mermaid diagrams.
//!
//! Not words. Nodes are numbered, and names stand in quotes with what Mermaid reads written out.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::model::{Id, RoleId};
use crate::table::Table;

use super::text::one_line;

/// Edges beyond which a diagram shows nothing any more.
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
    for entry in &table.rules().delegations {
        for by in &entry.by {
            for role in &entry.assign {
                let is_free = entry.when.is_empty() && entry.unless.is_empty();
                *gives.entry((*by, *role)).or_default() |= is_free;
            }
        }
    }
    let inherits = inherits.into_iter().map(|(one, other)| (one, "-->", other)).collect();
    let gives = gives
        .into_iter()
        .map(|((by, role), is_free)| (by, if is_free { "-->" } else { "-.->" }, role));
    let inherits = diagram(table, "flowchart TB", inherits);
    let gives = diagram(table, "flowchart LR", gives.collect());
    let section = |title: &str, says: &str, diagram: Option<String>| {
        diagram.map_or_else(String::new, |diagram| format!("## {title}\n\n{says}\n\n{diagram}\n"))
    };
    section("Inheritance", "An arrow leads to a role whose permissions are had too.", inherits)
        + &section(
            "Giving roles",
            "An arrow leads to a role that is given, a dotted one under conditions.",
            gives,
        )
}

type Edge = (RoleId, &'static str, RoleId);

fn diagram(table: &Table, head: &str, edges: Vec<Edge>) -> Option<String> {
    if edges.is_empty() || edges.len() > EDGES_MAX {
        return None;
    }
    let mut out = format!("```mermaid\n{head}\n");
    for id in &table.notes().role_order {
        if edges.iter().any(|(one, _, other)| one == id || other == id) {
            let _ = writeln!(out, "    r{}[\"{}\"]", id.index(), label(table.role_name(*id)));
        }
    }
    for (one, arrow, other) in edges {
        let _ = writeln!(out, "    r{} {arrow} r{}", one.index(), other.index());
    }
    Some(out + "```")
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
