//! Role tables as data: versioned TOML policies, checked, compiled and answered exactly.
//!
//! A *policy* states the roles, actions, grants and constraints of one system. The compiler makes a
//! *table* of it, a *bundle* carries tables, and a service asks: may this principal do this?
//!
//! ```
//! use policyc::{Assignment, Principal, Query, Request, Source, build, decide};
//!
//! let newsroom = r#"
//! schema = 1
//! policy = "newsroom"
//! version = "1.0.0"
//!
//! [roles.reader]
//! [roles.editor]
//! inherits = ["reader"]
//!
//! [[grants]]
//! actions = ["articles.read"]
//! roles = ["reader"]
//!
//! [[grants]]
//! actions = ["articles.publish"]
//! roles = ["editor"]
//! "#;
//! let bundle = build(vec![Source::new("newsroom.toml", newsroom)]).expect("a good policy");
//! let table = bundle.table("newsroom").expect("the policy that was built");
//!
//! let roles = [Assignment::parse("editor")?];
//! let principal = Principal { assignments: &roles, ..Principal::default() };
//! let query = Query { principal, action: "articles.read", ..Query::default() };
//! let decision = decide(&Request::new(table, query)?);
//! assert!(decision.is_allowed());
//! assert_eq!(decision.basis().as_str(), "granted");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Architecture
//!
//! ```text
//! floor 4   main.rs + cli                argv, files, printing, exit codes (modules of the binary)
//! floor 3   check · suite · wire         compile, then analyze · run cases · JSON
//!           review                       who may do this, what may they do, which roles suffice
//!           lock                         the reviewed access as text, and sources held to it
//!           page                         a policy for its readers
//! floor 2   compile · analyze · audit    what the text, the table, a directory says
//!           diff · format                what changed between two tables · the text, laid out
//! floor 1   source         evaluate      text, typed · decide, decide_each, explain, assignments
//! floor 0   diagnostic     model, table  plain data · index and bytes
//!           parallel                     work on several threads
//!
//!           authoring      runtime half: model, table, evaluate; always built
//!           feature `compile`
//! ```
//!
//! Imports go down a floor or stay inside a module, never sideways or up (`table` may use `model`).
//! A service links the runtime half alone: `default-features = false`. What is *absent* holds it
//! together, and a test reads the sources for it:
//!
//! - no I/O below `cli`, but in the one module that loads a bundle from a path (`table::load`);
//! - no TOML or YAML keys outside `source`;
//! - no hash maps in anything that is written or printed;
//! - no `Serialize` on core types: wire forms belong to the boundary that has them;
//! - no second decision function: only `evaluate` knows what a decision means;
//! - no dependency of the runtime half on the authoring half.

// What code may not do here. Tests and examples may: there a panic is a finding, not an outage.
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::as_conversions,
    clippy::todo,
    clippy::unreachable,
    clippy::dbg_macro,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::exit,
    clippy::iter_over_hash_type,
    clippy::wildcard_enum_match_arm,
    clippy::allow_attributes
)]

#[cfg(feature = "compile")]
mod analyze;
#[cfg(feature = "compile")]
mod audit;
#[cfg(feature = "compile")]
mod check;
#[cfg(feature = "compile")]
mod compile;
#[cfg(feature = "compile")]
mod diagnostic;
#[cfg(feature = "compile")]
mod diff;
mod evaluate;
#[cfg(feature = "compile")]
mod format;
#[cfg(feature = "compile")]
mod lock;
mod model;
#[cfg(feature = "compile")]
mod page;
#[cfg(feature = "compile")]
mod parallel;
#[cfg(feature = "compile")]
mod review;
#[cfg(feature = "compile")]
mod source;
#[cfg(feature = "compile")]
mod suite;
mod table;
#[cfg(feature = "compile")]
mod wire;

#[cfg(feature = "compile")]
pub use analyze::{
    Grid, GridCell, GridLine, Objection, Remedies, Remedy, RequestChange, UnprovedLine, View, grid,
    remedies,
};
#[cfg(feature = "compile")]
pub use audit::{AuditCounts, AuditError, Audited, audit_assignments, audit_directory};
#[cfg(feature = "compile")]
pub use check::{
    Checked, Config, FixedFile, Proofs, UnknownInvariant, apply_fixes, build, build_unproved,
    check, check_against, check_invariant, check_with, read_config,
};
#[cfg(feature = "compile")]
pub use diagnostic::{
    At, Diagnostic, Edit, FileId, Fix, Group, Label, Level, Levels, PEDANTIC, Place, Report, Rule,
    Severity, SourceFile, Span, UnknownLint, bundle_diagnostic, find_rule, nearest_name, rules,
};
#[cfg(feature = "compile")]
pub use diff::{
    AccessChange, Bump, ChangeSource, Clause, ConditionIs, Diff, DiffError, Guard, HeldIs, How,
    KindIs, NameChange, PolicyDiff, Rename, Side, Stands, State, StatementChange, ValueIs, Verdict,
    Who, Within, diff, diff_tables,
};
pub use evaluate::{
    ActionSet, Assignee, Breach, BreachKind, Circumstances, ConditionState, DelegationEntry,
    Directory, Explanation, Holder, Member, Misfit, Permission, PreparedPrincipal, PreparedRequest,
    Proposal, Reason, Request, RequestError, Shortfall, Stated, allowed_actions, broken_by_all,
    broken_by_change, broken_constraints, decide, decide_each, explain, may_change, misfit,
    misfit_direct,
};
#[cfg(feature = "compile")]
pub use format::format_policy;
#[cfg(feature = "compile")]
pub use lock::{Covers, LOCK_VERSION, Lock, LockError, LockFile, check_lock, lock, read_lock};
pub use model::{
    ActionId, Assignment, Attributes, Basis, Change, Decision, DelegationBasis, DirectAction,
    Effect, MalformedName, Principal, Query, Resource, Scope, Truth, Value, ValueType,
};
#[cfg(feature = "compile")]
pub use page::page;
#[cfg(feature = "compile")]
pub use review::{
    Access, ActionCan, DirectCan, KindCan, ReviewError, RoleCan, Suggestion, Suggestions, Term,
    Uncovered, Way, WhatCan, WhoCan, suggest, what, who,
};
#[cfg(feature = "compile")]
pub use source::{CONFIG_SCHEMA, DIRECTORY_SCHEMA, POLICY_SCHEMA, SUITE_SCHEMA, Source};
#[cfg(feature = "compile")]
pub use suite::{
    CaseResult, Coverage, Gap, Mutation, PolicyCoverage, PolicyMutation, Proposed, Survivor,
    Tested, coverage, mutate, run_suites,
};
pub use table::{
    Bundle, BundleError, BundleErrorKind, Digest, FORMAT_VERSION, LiveBundle, LoadError, Reloaded,
    SectionOutline, Table,
};
#[cfg(feature = "compile")]
pub use wire::{JSON_FORMAT_VERSION, MalformedRequest, answer, answer_json};

/// Runs the README's Rust as a test of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
