//! Texts of a policy in Markdown, harmless.
//!
//! Not diagrams, which have quotes of their own.

/// A text on one line, of which nothing is markup; names in backticks stay code.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::new();
    for letter in one_line(text).chars() {
        if matches!(letter, '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '&' | '`') {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

/// A name as code.
pub(super) fn code(name: &str) -> String {
    format!("`{}`", one_line(name).replace('`', "'"))
}

/// An address between angle brackets.
pub(super) fn address(address: &str) -> String {
    one_line(address)
        .replace('\\', "%5C")
        .replace('<', "%3C")
        .replace('>', "%3E")
        .replace(' ', "%20")
}

pub(super) fn one_line(text: &str) -> String {
    text.split(|letter: char| letter.is_control() || letter == ' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
