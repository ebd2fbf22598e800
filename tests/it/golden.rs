//! The golden bundles: sources compile to exactly their bytes, and nothing near them is read.
//!
//! Not what any bytes come to, which `fuzzed` asks of edits of the same bundles.

use std::path::{Path, PathBuf};

use policyc::{Bundle, BundleErrorKind, Source, build};

const FOLDER: &str = "tests/data/golden";

/// A bundle, and the policies that it was made from.
struct Golden {
    name: String,
    bytes: Vec<u8>,
    sources: Vec<Source>,
}

/// What is in the folder: `NAME.bundle` beside the folder `NAME`; and the newsroom, beside its
/// source.
fn golden() -> Vec<Golden> {
    let files_in = |folder: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        files.sort_unstable();
        files
    };
    let source = |file: &PathBuf| {
        let name = file.file_name().unwrap().to_str().unwrap();
        Source::new(name, std::fs::read(file).unwrap())
    };
    let mut bundles = files_in(Path::new(FOLDER));
    bundles.retain(|file| file.extension().is_some_and(|found| found == "bundle"));
    bundles.push(PathBuf::from("tests/data/newsroom.bundle"));
    let golden = |file: PathBuf| {
        let folder = file.with_extension("");
        let alone = || vec![source(&file.with_extension("toml"))];
        Golden {
            name: file.display().to_string(),
            bytes: std::fs::read(&file).unwrap(),
            sources: if folder.is_dir() {
                files_in(&folder).iter().map(source).collect()
            } else {
                alone()
            },
        }
    };
    let all: Vec<Golden> = bundles.into_iter().map(golden).collect();
    assert!(all.len() > 4, "only {} bundles", all.len());
    all
}

#[test]
fn a_golden_bundle_is_what_its_sources_compile_to() {
    for Golden { name, bytes, sources } in golden() {
        let decoded = Bundle::decode(&bytes).expect(&name);
        decoded.verify().expect(&name);
        let built = build(sources).expect("good policies");
        let built = if decoded.has_explanations() { built } else { built.without_explanations() };
        let remedy = "see tests/data/README.md";
        assert!(built.encode() == bytes, "{name}: the format or the policy changed; {remedy}");
        assert!(decoded.encode() == bytes, "{name}: there is one form of every table");
    }
}

#[test]
fn any_changed_bit_is_refused() {
    for Golden { name, mut bytes, .. } in golden() {
        for at in 0..bytes.len() {
            for bit in 0..8 {
                bytes[at] ^= 1 << bit;
                let error = Bundle::decode(&bytes).expect_err("a flipped bit");
                let is_expected = match at {
                    0..8 => error.kind() == BundleErrorKind::NotABundle,
                    8..12 => matches!(error.kind(), BundleErrorKind::OtherFormat { .. }),
                    _ => matches!(error.kind(), BundleErrorKind::Broken { .. }),
                };
                assert!(is_expected, "bit {bit} of byte {at} of {name}: {error}");
                bytes[at] ^= 1 << bit;
            }
        }
    }
}

#[test]
fn any_truncation_and_any_addition_is_refused() {
    for Golden { name, bytes, .. } in golden() {
        for length in 0..bytes.len() {
            assert!(Bundle::decode(&bytes[..length]).is_err(), "{length} bytes of {name}");
        }
        for byte in 0..=u8::MAX {
            let longer = [bytes.as_slice(), &[byte]].concat();
            assert!(Bundle::decode(&longer).is_err(), "{name} and {byte}");
        }
    }
}
