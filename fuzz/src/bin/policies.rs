//! Fuzzes policies and configurations: any bytes, as TOML.
//!
//! Not what must hold of them, which `laws` says.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| policyc_fuzz::policy(bytes));
