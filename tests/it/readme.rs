//! The README's examples do what the README says.
//!
//! Not its Rust, which runs as documentation of the crate.

use std::process::Command;

use policyc::{Report, Source, audit_directory, build, check, run_suites};

const README: &str = include_str!("../../README.md");

/// The code blocks of a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    let blocks = README.split(fence.as_str()).skip(1);
    blocks.filter_map(|block| block.split("\n```").next()).collect()
}

#[test]
fn the_policy_in_the_readme_is_complete() {
    let policy = blocks("toml")[0];
    let report = check(vec![Source::new("newsroom.toml", policy)]).report;
    assert!(report.diagnostics.is_empty(), "{:?}", report.diagnostics);
}

#[test]
fn the_rest_of_the_language_in_the_readme_goes_on_top_of_it() {
    let policy = format!("{}\n\n{}\n", blocks("toml")[0], blocks("toml")[1]);
    let report = check(vec![Source::new("newsroom.toml", policy)]).report;
    assert!(report.diagnostics.is_empty(), "{:?}", report.diagnostics);
}

#[test]
fn the_suite_and_the_directory_in_the_readme_are_of_its_policy() {
    let policy = Source::new("newsroom.toml", blocks("toml")[0]);
    let bundle = build(vec![policy]).expect("a good policy");
    let [suite, directory] = blocks("yaml").try_into().expect("a suite and a directory");
    let suite = Source::new("newsroom.test.yaml", suite);
    let tested = run_suites(&bundle, Report::default(), &[suite], None);
    assert!(tested.report.diagnostics.is_empty(), "{:?}", tested.report.diagnostics);
    assert_eq!(tested.cases.len(), 5);
    let directory = Source::new("staff.yaml", directory);
    let audited = audit_directory(&bundle, None, &directory, None).expect("one policy");
    assert!(audited.report.diagnostics.is_empty(), "{:?}", audited.report.diagnostics);
    assert_eq!((audited.counts.principals, audited.counts.active), (2, 1));
}

#[test]
fn the_commands_in_the_readme_print_what_stands_there() {
    let shown: Vec<&str> = blocks("console").into_iter().filter(|b| b.starts_with('$')).collect();
    assert!(shown.len() >= 2, "the README shows the program at work");
    for block in shown {
        for example in block.split("$ policyc ").skip(1) {
            let (line, expected) = example.split_once('\n').expect("output below the command");
            let output = Command::new(env!("CARGO_BIN_EXE_policyc"))
                .args(line.split_whitespace())
                .current_dir(env!("CARGO_MANIFEST_DIR"))
                .output()
                .expect("the binary runs");
            let printed = [output.stdout, output.stderr].concat();
            let printed = String::from_utf8(printed).expect("text");
            assert_eq!(printed.trim_end(), expected.trim_end(), "$ policyc {line}");
        }
    }
}
