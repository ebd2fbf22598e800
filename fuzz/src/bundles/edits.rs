//! From bytes to bundles that are nearly right: a golden bundle, a few edits, and what is checked
//! before anything else made right again.
//!
//! Not random: the same bytes give the same bundle, so that what was found stays found.

use sha2::{Digest as _, Sha256};
use xxhash_rust::xxh3::xxh3_64;

const GOLDEN: [&[u8]; 4] = [
    include_bytes!("../../../tests/data/golden/everything.bundle"),
    include_bytes!("../../../tests/data/golden/rows.bundle"),
    include_bytes!("../../../tests/data/golden/bare.bundle"),
    include_bytes!("../../../tests/data/golden/two.bundle"),
];

/// Where the list of sections begins, and the numbers of one: kind, table, position, length.
const SECTIONS_AT: usize = 72;
const SECTION_BYTES: usize = 16;
const CELLS: u32 = 2;
const ASSIGN: u32 = 3;

/// How much of cells comes before their model.
const HEAD_BYTES: usize = 48;

/// Bits of the second byte.
const EDIT_THE_FILE: u8 = 1;
const LEAVE_THE_DIGEST: u8 = 2;

const EDITS_MAX: usize = 24;
const BYTES_MAX: usize = 1 << 16;

/// A golden bundle by the first byte (or else the rest of the bytes itself), edited as the rest
/// says: the file as it stands, or its sections, of which a file is made anew.
pub(super) fn edited(bytes: &[u8]) -> Vec<u8> {
    let mut input = Input { rest: bytes };
    let choice = usize::from(input.byte()) % (GOLDEN.len() + 1);
    let how = input.byte();
    let mut file = match GOLDEN.get(choice) {
        None => input.rest.to_vec(),
        Some(golden) if how & EDIT_THE_FILE != 0 => {
            let mut file = golden.to_vec();
            edit(&mut input, std::slice::from_mut(&mut file));
            file
        }
        Some(golden) => {
            let (places, mut parts) = parts(golden);
            edit(&mut input, &mut parts);
            file(&places, &parts)
        }
    };
    repair(&mut file, how & LEAVE_THE_DIGEST == 0);
    file
}

/// Makes length, check and, if asked for, the digest of what decides right.
fn repair(file: &mut [u8], with_digest: bool) {
    if file.len() < SECTIONS_AT {
        return;
    }
    let length = u64::try_from(file.len()).expect("a length");
    file[16..24].copy_from_slice(&length.to_le_bytes());
    if with_digest {
        let decides = sections(file).into_iter().filter(|section| section.0 <= ASSIGN);
        let mut decides: Vec<_> = decides.filter(|section| section.0 >= CELLS).collect();
        decides.sort_by_key(|(kind, table, _)| (*table, *kind));
        let mut digest = Sha256::new();
        for (_, _, bytes) in decides {
            digest.update(bytes);
        }
        file[32..64].copy_from_slice(&digest.finalize());
    }
    let check = xxh3_64(&file[32..]);
    file[24..32].copy_from_slice(&check.to_le_bytes());
}

/// Kind, table and bytes of the sections that there are, as far as they lie in the file.
fn sections(file: &[u8]) -> Vec<(u32, u32, Vec<u8>)> {
    let count = usize::try_from(number(file, SECTIONS_AT - 4)).expect("a position");
    let list = file.get(SECTIONS_AT..).unwrap_or_default().chunks_exact(SECTION_BYTES).take(count);
    let section = |entry: &[u8]| {
        let [at, length] = [8, 12].map(|at| usize::try_from(number(entry, at)).expect("a number"));
        let bytes = file.get(at..).and_then(|rest| rest.get(..length)).unwrap_or_default();
        (number(entry, 0), number(entry, 4), bytes.to_vec())
    };
    list.map(section).collect()
}

fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(*bytes[at..].first_chunk().expect("four bytes"))
}

/// Kind and table of each section, and the parts that can be edited: what is before the sections,
/// cells in three (head, model, arrays), and the other sections whole.
fn parts(golden: &[u8]) -> (Vec<(u32, u32)>, Vec<Vec<u8>>) {
    let mut parts = vec![golden[..SECTIONS_AT].to_vec()];
    let mut places = Vec::new();
    for (kind, table, bytes) in sections(golden) {
        places.push((kind, table));
        if kind == CELLS {
            let model = usize::try_from(number(&bytes, 0)).expect("a length");
            let arrays = HEAD_BYTES + model.next_multiple_of(8);
            parts.push(bytes[..HEAD_BYTES].to_vec());
            parts.push(bytes[HEAD_BYTES..HEAD_BYTES + model].to_vec());
            parts.push(bytes[arrays..].to_vec());
        } else {
            parts.push(bytes);
        }
    }
    (places, parts)
}

/// The file of these parts: positions and lengths, the model's too, are what they are now.
fn file(places: &[(u32, u32)], parts: &[Vec<u8>]) -> Vec<u8> {
    let pad = |bytes: &mut Vec<u8>| bytes.resize(bytes.len().next_multiple_of(8), 0);
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).expect("a short part").to_le_bytes();
    let mut parts = parts.iter();
    let mut file = parts.next().expect("what is before the sections").clone();
    let mut after = Vec::new();
    let first = (file.len() + places.len() * SECTION_BYTES).next_multiple_of(8);
    for (kind, table) in places {
        let mut section = parts.next().expect("a section").clone();
        if *kind == CELLS {
            let model = parts.next().expect("a model");
            if let Some(number) = section.first_chunk_mut() {
                *number = length(model);
            }
            section.extend(model);
            pad(&mut section);
            section.extend(parts.next().expect("arrays"));
        }
        pad(&mut after);
        file.extend(kind.to_le_bytes());
        file.extend(table.to_le_bytes());
        file.extend(u32::try_from(first + after.len()).expect("a short file").to_le_bytes());
        file.extend(length(&section));
        after.extend(section);
    }
    pad(&mut file);
    pad(&mut after);
    file.extend(after);
    file
}

/// Edits one part after the other, as the input says.
fn edit(input: &mut Input<'_>, parts: &mut [Vec<u8>]) {
    for _ in 0..EDITS_MAX {
        if input.rest.is_empty() {
            break;
        }
        let operation = input.byte();
        let part = usize::from(input.byte()) % parts.len();
        let bytes = &mut parts[part];
        let at = input.position(bytes.len() + 1);
        let operand = input.byte();
        let few = usize::from(operand % 16) + 1;
        let end = bytes.len().min(at + few);
        match operation % 9 {
            0 => bytes[at..].iter_mut().take(1).for_each(|byte| *byte = operand),
            1 => bytes[at..].iter_mut().take(1).for_each(|byte| *byte ^= 1 << (operand % 8)),
            2 => {
                // A word, which counts or points, counts or points elsewhere.
                if let Some(word) = bytes[at / 4 * 4..].first_chunk_mut::<4>() {
                    let less = i32::from(operand.cast_signed());
                    *word = u32::from_le_bytes(*word).wrapping_add_signed(less).to_le_bytes();
                }
            }
            3 => {
                let new: Vec<u8> = (0..few).map(|_| input.byte()).collect();
                bytes.splice(at..at, new);
            }
            4 => drop(bytes.drain(at..end)),
            5 => {
                let copied = bytes[at..end].to_vec();
                let to = input.position(bytes.len() + 1);
                bytes.splice(to..to, copied);
            }
            6 => {
                let copied = bytes[at..end].to_vec();
                let to = input.position(bytes.len() + 1 - copied.len());
                bytes[to..to + copied.len()].copy_from_slice(&copied);
            }
            7 => {
                let at = at / 8 * 8;
                bytes.splice(at..at, [[operand, 0, 0, 0], [0; 4]].concat());
            }
            _ => {
                let at = (at / 8 * 8).min(bytes.len().saturating_sub(8));
                drop(bytes.drain(at..bytes.len().min(at + 8)));
            }
        }
        if bytes.len() > BYTES_MAX {
            break;
        }
    }
}

/// Bytes that say what to do; zeros where they end.
struct Input<'a> {
    rest: &'a [u8],
}

impl Input<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.rest.split_first() else { return 0 };
        self.rest = rest;
        *first
    }

    /// A position below a number of them.
    fn position(&mut self, count: usize) -> usize {
        usize::from(u16::from_le_bytes([self.byte(), self.byte()])) % count
    }
}
