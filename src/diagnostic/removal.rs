//! What to take out of a text, so that an item, a key or an entry is gone and nothing else is.
//!
//! Not whether it may go, which findings say. Where the writing leaves a doubt there is no answer.

use std::cell::OnceCell;

use super::Span;

/// A text, and its lines, which are found once for all that goes out of it.
#[derive(Debug)]
pub(super) struct Writing<'t> {
    pub text: &'t str,
    lines: OnceCell<Vec<Line>>,
}

impl<'t> Writing<'t> {
    pub(super) const fn new(text: &'t str) -> Self {
        Self { text, lines: OnceCell::new() }
    }

    /// The lines of a text that is TOML.
    fn lines(&self) -> &[Line] {
        self.lines.get_or_init(|| lines(self.text))
    }

    /// The position of the line that holds a place.
    fn position(&self, place: Span) -> Option<usize> {
        let lines = self.lines();
        let at = lines.partition_point(|line| line.span.end < place.end);
        lines.get(at).filter(|line| line.holds(place)).map(|_| at)
    }
}

/// What to take out so that a list has one item less; none where that would leave it empty, or
/// where a comma stands on another line.
pub(super) fn item(item: Span, text: &str) -> Option<Span> {
    let (before, after) = (text.get(..item.start)?, text.get(item.end..)?);
    if let Some(dash) = before.trim_end_matches(' ').strip_suffix('-')
        && is_first_in_line(dash.len(), text)
    {
        let line = with_line(Span { start: dash.len(), end: item.end }, text);
        return (line.start == line_start(item.start, text)).then_some(line);
    }
    let is_first = before.trim_end().ends_with('[');
    let after_spaces = after.trim_start_matches([' ', '\t']);
    if let Some(rest) = after_spaces.strip_prefix(',') {
        let end = text.len() - rest.len();
        // The space behind the comma before goes too, and the one behind its own stays.
        let comma = before.trim_end_matches([' ', '\t']);
        return match (is_first && is_closed(rest), comma.ends_with(',')) {
            (true, _) => None,
            (false, true) => Some(Span { start: comma.len(), end }),
            (false, false) => Some(with_line(Span { start: item.start, end }, text)),
        };
    }
    let is_followed_by_comment = !after.trim_start().starts_with(']');
    match before.trim_end() {
        _ if is_first || !is_closed(after) => None,
        // A comma may stand behind the last item, before the comment that stays.
        _ if is_followed_by_comment => Some(with_line(item, text)),
        before if before.ends_with(',') => {
            let both = Span { start: before.len() - 1, end: item.end };
            let is_alone = is_first_in_line(both.start, text)
                && line_start(both.start, text) == line_start(item.start, text);
            Some(if is_alone { with_line(both, text) } else { both })
        }
        _ => Some(with_line(item, text)),
    }
}

/// Whether nothing but comments stands before the end of a list.
fn is_closed(rest: &str) -> bool {
    let rest = rest.trim_start();
    let after_comment = rest.strip_prefix('#').map(|rest| rest.split_once('\n'));
    match after_comment {
        None => rest.starts_with(']'),
        Some(next) => next.is_some_and(|(_, rest)| is_closed(rest)),
    }
}

/// What to take out so that a table has one key less, and the table as well where it was the only
/// one and stands in braces; none where a header would be left without anything under it.
pub(super) fn pair(key: Span, value: Span, writing: &Writing<'_>) -> Option<Span> {
    let text = writing.text;
    let (before, after) = (text.get(..key.start)?, text.get(value.end..)?);
    let (open, close) = (before.trim_end(), after.trim_start());
    let whole = Span { start: key.start, end: value.end };
    if let Some(rest) = close.strip_prefix(',') {
        let rest = rest.trim_start_matches(' ');
        return Some(Span { end: text.len() - rest.len(), ..whole });
    }
    if close.starts_with('}') {
        if open.ends_with(',') {
            return Some(Span { start: open.len() - 1, ..whole });
        }
        let outer = open.strip_suffix('{')?.trim_end().strip_suffix('=')?.trim_end();
        let name = outer.len() - outer.trim_end_matches(is_bare).len();
        let key = Span { start: outer.len() - name, end: outer.len() };
        let end = text.len() - close.len() + 1;
        let table = Span { start: open.len() - 1, end };
        return outer_pair(key, table, writing);
    }
    let start = line_start(key.start, text);
    let dotted = text.get(start..key.start)?.trim();
    let is_alone = dotted.is_empty() || dotted.ends_with('.');
    if !is_alone || (dotted.is_empty() && is_only_line(key.start, writing)) {
        return None;
    }
    Some(with_line(Span { start, end: value.end }, text))
}

/// A table in braces that holds nothing any more, with its key.
fn outer_pair(key: Span, table: Span, writing: &Writing<'_>) -> Option<Span> {
    let text = writing.text;
    let (before, after) = (text.get(..key.start)?.trim_end(), text.get(table.end..)?.trim_start());
    if before.ends_with('{') && after.starts_with('}') {
        // What has the key may say nothing else, and is there all the same.
        return Some(Span { start: before.len(), end: text.len() - after.len() });
    }
    let start = line_start(key.start, text);
    if text.get(start..key.start)?.trim().is_empty() {
        return Some(with_line(Span { start, end: table.end }, text));
    }
    pair(key, table, writing)
}

/// Whether the line is all that stands under its header.
fn is_only_line(at: usize, writing: &Writing<'_>) -> bool {
    let lines = writing.lines();
    let before = lines.get(..lines.partition_point(|line| line.span.start <= at));
    let before = before.unwrap_or_default().iter().rev();
    let after = lines.get(lines.partition_point(|line| line.span.end <= at)..);
    let after = after.unwrap_or_default().iter();
    let code = |line: &&Line| matches!(line.kind, Kind::Code | Kind::Header);
    // Its own line is the first of both.
    let before = before.filter(code).nth(1).map(|line| line.kind);
    let after = after
        .filter(|line| !line.is_continued && line.span.start > at)
        .find(code)
        .map(|line| line.kind);
    before == Some(Kind::Header) && after != Some(Kind::Code)
}

/// What to take out so that a list of tables has one entry less, whose header this is: the comments
/// right above it too, unless they may head the whole list.
pub(super) fn entry(header: Span, writing: &Writing<'_>) -> Option<Span> {
    let text = writing.text;
    let (before, rest) = writing.lines().split_at_checked(writing.position(header)?)?;
    let (first, body) = rest.split_first()?;
    let written = |line: &Line| text.get(line.span.start..line.span.end).unwrap_or_default().trim();
    let name = written(first).strip_prefix("[[")?.split(']').next()?;
    let end = body.iter().position(|line| line.kind == Kind::Header).unwrap_or(body.len());
    let is_inside = |line: &Line| {
        let key = written(line).trim_start_matches('[');
        key.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'))
    };
    if body.get(end).is_some_and(is_inside) {
        return None;
    }
    let mut last = *first;
    let mut behind = body;
    for (at, line) in body.iter().take(end).enumerate() {
        if line.kind == Kind::Code {
            last = *line;
            behind = body.get(at + 1..)?;
        }
    }
    let is_same = |line: &&Line| line.kind == Kind::Header && written(line).starts_with("[[");
    let is_next = before.iter().rev().filter(is_same).any(|line| {
        written(line).strip_prefix("[[").is_some_and(|rest| rest.split(']').next() == Some(name))
    });
    let above = before.iter().rev().take_while(|line| line.kind == Kind::Comment && is_next);
    let mut kept = before.get(..before.len() - above.count())?;
    let blank = behind.iter().take_while(|line| line.kind == Kind::Blank);
    let mut out = Span { start: first.span.start, end: last.span.end };
    let is_apart = kept.last().is_none_or(|line| matches!(line.kind, Kind::Blank | Kind::Comment));
    if let Some(blank) = blank.last()
        && is_apart
    {
        out.end = blank.span.end;
    }
    if out.end == text.len() {
        while let Some((Line { kind: Kind::Blank, .. }, more)) = kept.split_last() {
            kept = more;
        }
    }
    out.start = kept.last().map_or(0, |line| line.span.end);
    Some(out)
}

/// What to take out so that a line is gone, of which nothing goes on in the next.
pub(super) fn line(place: Span, writing: &Writing<'_>) -> Option<Span> {
    let (lines, at) = (writing.lines(), writing.position(place)?);
    let (line, next) = (lines.get(at)?, lines.get(at + 1));
    let is_whole = next.is_none_or(|next| !next.is_continued);
    (is_whole && line.kind == Kind::Code && !line.is_continued).then_some(line.span)
}

/// The place, and its line as well, where nothing is left on it.
fn with_line(place: Span, text: &str) -> Span {
    let Span { start, end } = place;
    let rest = text.get(end..).unwrap_or_default();
    let end_of_line = rest.find('\n').map_or(text.len(), |at| end + at + 1);
    let is_rest_empty = text.get(end..end_of_line).is_some_and(|rest| rest.trim().is_empty());
    if is_first_in_line(start, text) && is_rest_empty {
        return Span { start: line_start(start, text), end: end_of_line };
    }
    let spaces = rest.len() - rest.trim_start_matches(' ').len();
    Span { start, end: end + spaces }
}

fn line_start(at: usize, text: &str) -> usize {
    let before = text.get(..at).unwrap_or_default();
    before.rfind('\n').map_or(0, |at| at + 1)
}

fn is_first_in_line(at: usize, text: &str) -> bool {
    let indent = text.get(line_start(at, text)..at);
    indent.is_some_and(|indent| indent.trim().is_empty())
}

const fn is_bare(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '-' || letter == '_'
}

/// A line of TOML, with its end.
#[derive(Debug, Clone, Copy)]
struct Line {
    span: Span,
    kind: Kind,
    /// Whether it goes on with a value of the line before.
    is_continued: bool,
}

impl Line {
    const fn holds(&self, place: Span) -> bool {
        self.span.start <= place.start && place.end <= self.span.end
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Blank,
    Comment,
    Header,
    /// A key, or what goes on of a value.
    Code,
}

/// The lines of a text that is TOML.
fn lines(text: &str) -> Vec<Line> {
    let (mut start, mut open) = (0, Open::default());
    let line = |line: &str| {
        let begun = line.trim_start();
        let is_continued = open.depth > 0 || open.quote.is_some();
        let kind = match begun.chars().next() {
            _ if is_continued => Kind::Code,
            None => Kind::Blank,
            Some('#') => Kind::Comment,
            Some('[') => Kind::Header,
            Some(_) => Kind::Code,
        };
        open.read(line);
        let span = Span { start, end: start + line.len() };
        start = span.end;
        Line { span, kind, is_continued }
    };
    text.split_inclusive('\n').map(line).collect()
}

/// What a line leaves open: brackets, and a text in three quotes.
#[derive(Debug, Default)]
struct Open {
    depth: usize,
    quote: Option<&'static str>,
}

impl Open {
    fn read(&mut self, line: &str) {
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            let mut step = first.len_utf8();
            match self.quote {
                Some(quote) if rest.starts_with(quote) => {
                    // A text in three quotes may end in two more of them.
                    let quotes = rest.len() - rest.trim_start_matches(first).len();
                    step = if quote.len() == 3 { quotes } else { step };
                    self.quote = None;
                }
                Some(quote) => {
                    let is_escape = first == '\\' && quote.starts_with('"');
                    let escaped = rest.chars().nth(1).filter(|_| is_escape);
                    step += escaped.map_or(0, char::len_utf8);
                }
                None => match first {
                    '#' => return,
                    '[' | '{' => self.depth += 1,
                    ']' | '}' => self.depth = self.depth.saturating_sub(1),
                    _ => {
                        let quotes = ["\"\"\"", "'''", "\"", "'"];
                        self.quote = quotes.into_iter().find(|quote| rest.starts_with(quote));
                        step = self.quote.map_or(step, str::len);
                    }
                },
            }
            rest = rest.get(step..).unwrap_or_default();
        }
    }
}
