//! Fuzzing of policyc: what each fuzz target in `src/bin` does with its bytes.
//!
//! Not a part of policyc, and not needed to build or test it.

mod bundles;
mod laws;

/// Any bytes, as a policy and as a configuration.
pub fn policy(bytes: &[u8]) {
    laws::policy(bytes);
}

/// Any bytes, as a suite and as a directory.
pub fn suite_and_directory(bytes: &[u8]) {
    laws::suite_and_directory(bytes);
}

/// Any bytes, as edits of a golden bundle.
pub fn edited_bundle(bytes: &[u8]) {
    bundles::edited(bytes);
}
