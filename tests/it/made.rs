//! Bundles that were made and not compiled: sound to `decode`, and what no policy comes to.
//!
//! Not damage, which `golden` has, and not found by chance, which `fuzzed` has.

use policyc::{Bundle, Source, build};
use xxhash_rust::xxh3::xxh3_64;

use crate::fuzzed::bundles;

const VERSIONS: u32 = 1;
const CELLS: u32 = 2;
const ASSIGN: u32 = 3;

/// So many elements that what is allocated beside them does not count.
const MANY: usize = 100_000;

/// A bundle of one policy and without explanations; its digest is not right.
fn container(cells: &[u8], assign: &[u8]) -> Vec<u8> {
    let sections: [(u32, &[u8]); 3] =
        [(VERSIONS, b"\x01\x051.0.0"), (CELLS, cells), (ASSIGN, assign)];
    let number = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
    let mut bytes = [b"policyc\0".as_slice(), &[1, 0, 0, 0], &[0; 52]].concat();
    bytes.extend([number(1), number(3)].concat());
    let mut after = Vec::new();
    for (kind, section) in sections {
        let at = 72 + 3 * 16 + after.len();
        bytes.extend([kind.to_le_bytes(), number(0), number(at), number(section.len())].concat());
        after.extend(section);
        after.resize(after.len().next_multiple_of(8), 0);
    }
    bytes.extend(after);
    let length = u64::try_from(bytes.len()).unwrap();
    bytes[16..24].copy_from_slice(&length.to_le_bytes());
    let check = xxh3_64(&bytes[32..]);
    bytes[24..32].copy_from_slice(&check.to_le_bytes());
    bytes
}

/// The cells and assign sections of a policy.
fn sections(text: &str) -> [Vec<u8>; 2] {
    let bytes = build(vec![Source::new("made.toml", text)]).expect("a good policy").encode();
    let outline = Bundle::outline(&bytes).expect("a sound bundle");
    [1, 2].map(|at| {
        let (from, length) = (outline[at].position, outline[at].length);
        bytes[from..from + length].to_vec()
    })
}

const KIOSK: &str = r#"
schema = 1
policy = "kiosk"
version = "1.0.0"
[roles.seller]
[roles.chief]
inherits = ["seller"]
[[grants]]
actions = ["papers.sell"]
roles = ["seller"]
[[grants]]
actions = ["till.open"]
roles = ["chief"]
"#;

/// A number as plain data.
fn counted(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7f {
        bytes.push(0x80 | u8::try_from(number & 0x7f).unwrap());
        number >>= 7;
    }
    bytes.push(u8::try_from(number).unwrap());
    bytes
}

fn list(element: &[u8]) -> Vec<u8> {
    [counted(MANY), element.repeat(MANY)].concat()
}

#[test]
fn what_was_put_together_here_is_a_bundle() {
    let [cells, assign] = sections(KIOSK);
    let bundle = Bundle::decode(&container(&cells, &assign)).expect("a sound bundle");
    assert_eq!(bundle.encode(), container(&cells, &assign));
    let error = bundle.verify().expect_err("its digest is all zeros").to_string();
    assert!(error.contains("digest"), "{error}");
}

#[test]
fn decoding_allocates_a_bounded_multiple_of_any_file() {
    let [cells, assign] = sections(KIOSK);
    // Constraints that a principal's kind never changes: two bytes each, in their order.
    let constraints = [&[0][..], &list(&[0, 5]), &[0]].concat();
    let bundle = bundles::decoded(&container(&cells, &constraints)).expect("a sound bundle");
    assert_eq!(bundle.tables().len(), 1);
    // Delegations by nobody, and seniors without juniors: the shortest there are.
    let delegations = [&[0, 0][..], &list(&[0; 8])].concat();
    bundles::decoded(&container(&cells, &delegations)).expect("sound too");
    bundles::decoded(&container(&cells, &[&list(&[0, 0])[..], &[0, 0]].concat()))
        .expect_err("seniors without juniors");
    // Lists that claim more than there is, in others that do.
    let (most, ids) = (counted(u32::MAX.try_into().unwrap()), vec![1; MANY]);
    for before in [&[0][..], &[0, 0]] {
        let claims = [before, &most, &[0, 0], &most, &ids].concat();
        bundles::decoded(&container(&cells, &claims)).expect_err("a list that is shorter");
    }
    // In the model: conditions, kinds, ways to hold roles and guards, the shortest there are.
    for (before, element) in [(3, &[0, 0][..]), (0, &[0, 0]), (4, &[0, 0]), (5, &[0; 4])] {
        let model = [&b"\x05kiosk"[..], &vec![0; before], &list(element), &[0; 6]].concat();
        let length = u32::try_from(model.len()).unwrap().to_le_bytes();
        let mut made = [&length[..], &cells[4..48], &model].concat();
        made.resize(made.len().next_multiple_of(8), 0);
        bundles::decoded(&container(&made, &assign)).expect_err("a strange model");
    }
}

/// `decode` does not look for it, as it costs what compiling costs; `verify` does.
#[test]
fn cells_that_no_policy_compiles_to_are_not_verified() {
    let [cells, assign] = sections(KIOSK);
    let verified = |cells: &[u8]| {
        let mut bytes = container(cells, &assign);
        let bundle = Bundle::decode(&bytes).expect("a sound bundle");
        let digest = bundle.tables()[0].digest().to_string();
        for (at, byte) in bytes[32..64].iter_mut().enumerate() {
            *byte = u8::from_str_radix(&digest[at * 2..at * 2 + 2], 16).expect("two digits");
        }
        let check = xxh3_64(&bytes[32..]);
        bytes[24..32].copy_from_slice(&check.to_le_bytes());
        let verified = Bundle::decode(&bytes).expect("a sound bundle").verify();
        verified.map_err(|error| error.to_string())
    };
    assert_eq!(verified(&cells), Ok(()));
    let replaced = |from: &[u8], to: &[u8]| {
        let at = cells.windows(from.len()).position(|window| window == from).expect("in there");
        [&cells[..at], to, &cells[at + from.len()..]].concat()
    };
    // The chief has one action, and the seller, its junior, has two: where rows begin, how many
    // positions they have, and the positions.
    let rows = |places: [u32; 4], positions: [u16; 4]| -> Vec<u8> {
        let places = places.into_iter().flat_map(u32::to_le_bytes);
        places.chain(positions.into_iter().flat_map(u16::to_le_bytes)).collect()
    };
    let compiled = rows([0, 2, 2, 1], [0, 1, 0, 0]);
    let swapped = replaced(&compiled, &rows([0, 1, 1, 2], [1, 0, 1, 0]));
    let expected = "the bundle has cells that no policy compiles to";
    assert_eq!(verified(&swapped).expect_err("the seller has more"), expected);
    // A name that reads, and that no policy could have.
    let renamed = replaced(b"till.open", b"till!open");
    assert_eq!(verified(&renamed).expect_err("no name"), "the bundle has a malformed name");
}
