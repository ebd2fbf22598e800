//! What must hold of any bundle: it is refused, or it decides, explains and is shown without a
//! panic, is written as it was read, and takes no more memory than a multiple of the file.
//!
//! Not the fuzzer: it calls this with bytes of its own, and `tests/it` with those that it found.

mod ask;
mod edits;

use policyc::{Bundle, BundleError, View, grid};

/// What decoding may have allocated at any time, for each byte of the file and beside them.
///
/// A constraint of two bytes is the largest thing in memory beside its bytes, 44 times as large;
/// beside it stand the bytes themselves, and the lists that it holds.
pub(crate) const ALLOCATED_PER_BYTE: u64 = 52;
pub(crate) const ALLOCATED_ALWAYS: u64 = 1 << 10;

/// Takes bytes for edits of a golden bundle, of which length, check and digest are made right.
pub(crate) fn edited(bytes: &[u8]) {
    any(&edits::edited(bytes));
}

/// Takes bytes for a bundle.
pub(crate) fn any(bytes: &[u8]) {
    if let Ok(bundle) = decoded(bytes) {
        accepted(&bundle, bytes);
    }
}

/// Decodes, and counts what is allocated while it does.
pub(crate) fn decoded(bytes: &[u8]) -> Result<Bundle, BundleError> {
    let mut decoded = None;
    let counted = allocation_counter::measure(|| decoded = Some(Bundle::decode(bytes)));
    let length = u64::try_from(bytes.len()).expect("a length");
    let allowed = ALLOCATED_PER_BYTE * length + ALLOCATED_ALWAYS;
    assert!(counted.bytes_max <= allowed, "{} for {length} bytes", counted.bytes_max);
    decoded.expect("what was measured was done")
}

fn accepted(bundle: &Bundle, bytes: &[u8]) {
    assert!(bundle.encode() == bytes, "there is one form of every table");
    let sections = Bundle::outline(bytes).expect("a sound bundle").len();
    let kinds = if bundle.has_explanations() { 3 } else { 2 };
    assert_eq!(sections, 1 + kinds * bundle.tables().len(), "sections");
    let is_sound = bundle.verify().is_ok();

    let bare = bundle.without_explanations();
    assert_eq!(Bundle::decode(&bare.encode()).as_ref(), Ok(&bare), "without what explains");
    assert_eq!(bare.digest(), bundle.digest(), "what explains decides nothing");
    assert!(!is_sound || bare.verify().is_ok(), "sound, and without what explains not");
    for (table, bare) in bundle.tables().iter().zip(bare.tables()) {
        assert_eq!(table.dump().to_string(), bare.dump().to_string(), "the cells");
        assert_eq!(table.digest(), bare.digest(), "what explains decides nothing");
        let asked = ask::answers(table);
        assert_eq!(asked, ask::answers(bare), "what explains decides nothing");
        let views = [View::Actions, View::Rows, View::Kinds, View::Combinations, View::Delegations];
        for view in views {
            let shown = grid(table, view);
            // Statements that were made of the cells have no rows.
            if is_sound && matches!(view, View::Actions | View::Kinds) {
                let cells = shown.map(|shown| ask::sorted_cells(&shown));
                assert_eq!(cells, grid(bare, view).map(|shown| ask::sorted_cells(&shown)));
            }
        }
    }
}
