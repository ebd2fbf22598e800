//! Names with a dot whose quotes were forgotten: legal TOML that nests, and never meant.
//!
//! Not the schema, which would only see unknown keys of a strange table.

use crate::diagnostic::{At, Diagnostic, FileId, Span, reading};

use super::tree::{Entry, Node};

/// Names with a dot whose quotes were forgotten, and the paths under which they stand.
///
/// Found before the schema is asked, which would only see unknown keys of a strange table.
pub(super) fn unquoted_names(tree: &Node<'_>, file: FileId) -> (Vec<Diagnostic>, Vec<Vec<String>>) {
    let tables = ["kinds", "scopes", "attributes", "conditions", "roles", "actions"];
    let (mut found, mut paths) = (Vec::new(), Vec::new());
    for table in tables {
        let entries = tree.as_table().and_then(|tree| tree.get(table)?.node.as_table());
        for (name, entry) in entries.into_iter().flatten() {
            let Some(inner) = entry.node.as_table() else {
                continue;
            };
            // No key of these tables but `allow` takes a table, so a table in one is the rest of a
            // name. An action may also be a mere title; its name has a dot, so one without is a
            // first part.
            let is_action = table == "actions";
            let is_rest =
                |node: &Node<'_>| node.as_table().is_some() || (is_action && !name.contains('.'));
            let mut others = inner.iter().filter(|(key, _)| *key != "allow");
            let rest = others.find(|(_, inner)| is_rest(&inner.node));
            if let Some((key, inner)) = rest {
                let mut span = entry.key;
                let mut whole = name.to_string();
                extend(&mut whole, &mut span, key, inner);
                found.push(reading::unquoted_dotted_name(At::new(file, span), table, &whole));
                paths.push(vec![table.to_owned(), name.to_string()]);
            }
        }
    }
    (found, paths)
}

/// The whole name, as far as tables nest for the sake of its dots, and where it stands.
fn extend(name: &mut String, span: &mut Span, key: &str, entry: &Entry<'_>) {
    *name = format!("{name}.{key}");
    // Where the first part has a header of its own as well, it is not beside the rest.
    let is_beside = entry.key.start <= span.end + 1;
    *span = Span { start: if is_beside { span.start } else { entry.key.start }, ..entry.key };
    let rest = entry
        .node
        .as_table()
        .and_then(|inner| inner.iter().find(|(_, inner)| inner.node.as_table().is_some()));
    if let Some((key, inner)) = rest {
        extend(name, span, key, inner);
    }
}
