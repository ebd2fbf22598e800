//! Lines and values laid out.
//!
//! Not what they say: texts are written as they were read.

use super::read::{Code, Comment, Item, Line, Value};

/// How wide a line may become for the sake of a list.
const COLUMNS_MAX: usize = 100;

const INDENT: &str = "  ";

/// A line that is laid out, but for the column of its comment.
struct Row<'t> {
    has_blank_before: bool,
    /// A comment alone is code too: nothing stands beside it.
    code: String,
    comment: Option<&'t Comment<'t>>,
}

pub(super) fn text(lines: &[Line<'_>]) -> String {
    let mut rows = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let code = match &line.code {
            Code::Comment(text) => (*text).to_owned(),
            Code::Header { is_in_list: false, key } => format!("[{key}]"),
            Code::Header { is_in_list: true, key } => format!("[[{key}]]"),
            Code::Pair { key, value } => {
                let mut out = format!("{key} = ");
                push_value(&mut out, value, 0, 0);
                out
            }
        };
        let has_blank_before = has_blank_before(lines, at);
        rows.push(Row { has_blank_before, code, comment: line.comment.as_ref() });
    }
    let mut out = String::new();
    push_rows(&mut out, &rows);
    out
}

/// Whether an empty line goes before a line.
fn has_blank_before(lines: &[Line<'_>], at: usize) -> bool {
    let (Some(line), Some(before)) =
        (lines.get(at), at.checked_sub(1).and_then(|at| lines.get(at)))
    else {
        return false;
    };
    let is_after_header = matches!(before.code, Code::Header { .. });
    if matches!(line.code, Code::Pair { .. }) && is_after_header {
        return false;
    }
    // Tables with nothing in them may stand close together: `[roles.reader]`, `[roles.editor]`.
    line.has_blank_before || (begins_table(lines, at) && !is_after_header)
}

/// Whether a line is a header, or the first of the comments right above one.
fn begins_table(lines: &[Line<'_>], at: usize) -> bool {
    let is_comment = |line: &Line<'_>| matches!(line.code, Code::Comment(_));
    let before = at.checked_sub(1).and_then(|at| lines.get(at));
    if before.is_some_and(is_comment) && lines.get(at).is_some_and(|line| !line.has_blank_before) {
        return false;
    }
    let mut rest = lines.iter().skip(at);
    let Some(first) = rest.next() else { return false };
    if !is_comment(first) {
        return matches!(first.code, Code::Header { .. });
    }
    let next = rest.find(|line| line.has_blank_before || !is_comment(line));
    next.is_some_and(|line| !line.has_blank_before && matches!(line.code, Code::Header { .. }))
}

/// Rows with their comments: one space behind the code, or one column where they stood in one.
fn push_rows(out: &mut String, rows: &[Row<'_>]) {
    let mut rest = rows;
    while !rest.is_empty() {
        let count = rest
            .iter()
            .enumerate()
            .take_while(|(at, row)| (*at == 0 || !row.has_blank_before) && stands_beside(row))
            .count();
        // A row that can stand beside no other is a block of its own.
        let (block, after) = rest.split_at_checked(count.max(1)).unwrap_or((rest, &[]));
        let mut columns = block.iter().filter_map(|row| row.comment.map(|comment| comment.column));
        let column = columns.next();
        let width = if columns.all(|other| Some(other) == column) {
            block.iter().map(|row| width(&row.code)).max()
        } else {
            None
        };
        for row in block {
            if row.has_blank_before {
                out.push('\n');
            }
            out.push_str(&row.code);
            if let Some(comment) = row.comment {
                let gap = width.map_or(0, |width| width.saturating_sub(self::width(&row.code)));
                out.push_str(&" ".repeat(gap + 1));
                out.push_str(comment.text);
            }
            out.push('\n');
        }
        rest = after;
    }
}

/// Whether a row's comment can stand in one column with those of its neighbours.
fn stands_beside(row: &Row<'_>) -> bool {
    row.comment.is_some() && !row.code.contains('\n')
}

/// Of the last line.
fn width(text: &str) -> usize {
    text.rsplit('\n').next().unwrap_or_default().chars().count()
}

/// A value behind what stands on its line; `after` is the width of what comes behind it.
fn push_value(out: &mut String, value: &Value<'_>, indent: usize, after: usize) {
    let flat = flat(value);
    match (value, flat) {
        (Value::List(_), Some(flat))
            if width(out) + flat.chars().count() + after <= COLUMNS_MAX =>
        {
            out.push_str(&flat);
        }
        (Value::List(items), _) if !items.is_empty() => push_items(out, items, indent),
        (Value::Scalar(text), _) => out.push_str(text),
        (_, Some(flat)) => out.push_str(&flat),
        (Value::List(_), None) => out.push_str("[]"),
        (Value::Table(pairs), None) => {
            for (at, (key, value)) in pairs.iter().enumerate() {
                out.push_str(if at == 0 { "{ " } else { ", " });
                out.push_str(&format!("{key} = "));
                push_value(out, value, indent, 0);
            }
            out.push_str(" }");
        }
    }
}

/// The items of a list, each on a line of its own.
fn push_items(out: &mut String, items: &[Item<'_>], indent: usize) {
    let inside = INDENT.repeat(indent + 1);
    let mut rows = Vec::new();
    for item in items {
        let has_blank_before = item.has_blank_before;
        let comment = item.comment.as_ref();
        let Some(value) = &item.value else {
            let text = comment.map_or("", |comment| comment.text);
            rows.push(Row { has_blank_before, code: format!("{inside}{text}"), comment: None });
            continue;
        };
        let mut code = inside.clone();
        push_value(&mut code, value, indent + 1, 1);
        code.push(',');
        rows.push(Row { has_blank_before, code, comment });
    }
    out.push_str("[\n");
    push_rows(out, &rows);
    out.push_str(&INDENT.repeat(indent));
    out.push(']');
}

/// A value on one line; none where a comment or a text in lines forbids it.
fn flat(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Scalar(text) => (!text.contains('\n')).then(|| text.clone()),
        Value::List(items) => {
            let flat_item = |item: &Item<'_>| match (&item.value, &item.comment) {
                (Some(value), None) => flat(value),
                _ => None,
            };
            let items: Option<Vec<String>> = items.iter().map(flat_item).collect();
            Some(format!("[{}]", items?.join(", ")))
        }
        Value::Table(pairs) => {
            let flat_pair =
                |(key, value): &(String, Value<'_>)| Some(format!("{key} = {}", flat(value)?));
            let pairs: Option<Vec<String>> = pairs.iter().map(flat_pair).collect();
            let pairs = pairs?.join(", ");
            Some(if pairs.is_empty() { "{}".to_owned() } else { format!("{{ {pairs} }}") })
        }
    }
}
