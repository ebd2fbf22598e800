//! The one integration test binary: every test that needs more than one module.
//!
//! Not unit tests, and not the runtime half alone (`tests/runtime.rs`).

mod agreement;
mod agreement_constraints;
mod agreement_delegations;
mod agreement_directories;
mod agreement_invariants;
mod agreement_review;
mod agreement_suggest;
mod assignments;
mod bad_files;
#[cfg(target_os = "linux")] // its devices and the wording of its errors
mod cli;
mod delegations;
mod diff_laws;
mod diffs;
mod doors;
mod editors;
mod engine;
mod evidence;
mod evidence_tables;
mod faults;
mod finite;
mod fixes;
mod format;
mod fuzzed;
mod golden;
mod house;
mod laws;
mod lints;
mod locks;
mod made;
mod matrices;
mod mutants;
mod mutations;
mod oracle;
mod oracle_cells;
mod oracle_conditions;
mod oracle_constraints;
mod oracle_delegations;
mod oracle_diff;
mod oracle_directories;
mod oracle_draft_conditions;
mod oracle_draft_grants;
mod oracle_drafts;
mod oracle_entries;
mod oracle_invariants;
mod oracle_model;
mod oracle_names;
mod oracle_policy;
mod oracle_request;
mod oracle_review;
mod outputs;
mod pages;
mod random;
mod random_constraints;
mod random_delegations;
mod random_directories;
mod random_edits;
mod random_invariants;
mod reader;
mod readme;
mod remedies;
#[cfg(target_os = "linux")] // its shell
mod replays;
#[cfg(target_os = "linux")] // as `cli`, for which it is
mod repository;
mod sequences;
mod shells;
mod sizes;
#[cfg(target_os = "linux")] // its users, and the wording of its errors
mod unreadable;
