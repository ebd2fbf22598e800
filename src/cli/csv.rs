//! Comma-separated values, as RFC 4180 has them.
//!
//! Not what stands in them.

/// One record, its end included.
pub(super) fn record<'f>(fields: impl IntoIterator<Item = &'f str>) -> String {
    let fields: Vec<String> = fields.into_iter().map(quoted).collect();
    format!("{}\n", fields.join(","))
}

fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

/// A path that no spreadsheet takes for a formula, and that is still the same path.
pub(super) fn path(path: &str) -> String {
    if path.starts_with(['=', '+', '-', '@']) { format!("./{path}") } else { path.to_owned() }
}
