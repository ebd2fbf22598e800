//! Fuzzes bundles: any bytes, as edits of a golden bundle that has its length, check and digest.
//!
//! Not what must hold of them, which `bundles` says.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| policyc_fuzz::edited_bundle(bytes));
