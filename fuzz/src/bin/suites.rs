//! Fuzzes suites and directories: any bytes, as YAML.
//!
//! Not what must hold of them, which `laws` says.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| policyc_fuzz::suite_and_directory(bytes));
