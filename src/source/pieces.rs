//! A large TOML text, parsed in pieces by several threads; the tree is that of the whole.
//!
//! Not a parser, and nothing about mistakes: where a piece has one, or two pieces speak of the same
//! table, there is no answer, and the text is parsed whole.
//!
//! A text is cut where a line begins with `[[`. If what stands before the cut is TOML by itself, no
//! text, list or comment is open there, and a header begins anew in whatever table it names. So the
//! whole says what its pieces say, as long as no two of them have a key of the root in common, but
//! for lists of tables, which go on. The parser keeps every token of what it is given, so that
//! pieces also take a fraction of the memory.

use indexmap::map;
use toml::de::DeTable;

use crate::parallel;

use super::dialect;
use super::tree::{Entries, Node, NodeValue, Reader};

/// Bytes of a piece, or some more: enough for a thread to be worth its while.
const PIECE: usize = parallel::LARGE;

/// The root of a text; none where only the whole can tell.
pub(super) fn parse(text: &str) -> Option<Entries<'_>> {
    let pieces = cut(text);
    if pieces.len() < 2 {
        return None;
    }
    let mut pieces = parallel::map(pieces, |(start, piece)| parse_piece(start, piece)).into_iter();
    let mut whole = pieces.next()??;
    for piece in pieces {
        append(&mut whole, piece?, text)?;
    }
    Some(whole)
}

/// The pieces of a text, each with where it starts.
fn cut(text: &str) -> Vec<(usize, &str)> {
    let (mut pieces, mut start, mut rest) = (Vec::new(), 0, text);
    while rest.len() >= 2 * PIECE {
        let least = rest.floor_char_boundary(PIECE);
        let header = rest.get(least..).and_then(|rest| rest.find("\n[["));
        let Some((piece, after)) = header.and_then(|at| rest.split_at_checked(least + at + 1))
        else {
            break;
        };
        pieces.push((start, piece));
        start += piece.len();
        rest = after;
    }
    pieces.push((start, rest));
    pieces
}

fn parse_piece(start: usize, piece: &str) -> Option<Entries<'_>> {
    let (table, errors) = DeTable::parse_recoverable(piece);
    if !errors.is_empty() || dialect::newer(piece).is_some() {
        return None;
    }
    let mut reader = Reader::new(start);
    let entries = reader.entries(table.into_inner());
    reader.numbers.is_empty().then_some(entries)
}

/// Puts what a piece says behind what those before it say; none where it speaks of the same.
fn append<'t>(whole: &mut Entries<'t>, piece: Entries<'t>, text: &str) -> Option<()> {
    for (key, entry) in piece {
        match whole.entry(key) {
            map::Entry::Vacant(vacant) => {
                vacant.insert(entry);
            }
            map::Entry::Occupied(mut there) => {
                match (&mut there.get_mut().node.value, entry.node.value) {
                    (NodeValue::Array(before), NodeValue::Array(after))
                        if has_header(before, text) && has_header(&after, text) =>
                    {
                        before.extend(after);
                    }
                    _ => return None,
                }
            }
        }
    }
    Some(())
}

/// Whether a list is written as tables with headers, which stand at them, and not in brackets.
fn has_header(items: &[Node<'_>], text: &str) -> bool {
    items.first().is_some_and(|first| {
        let written = text.get(first.span.start..first.span.end).unwrap_or_default();
        first.as_table().is_some() && written.starts_with("[[")
    })
}
