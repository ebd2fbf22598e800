//! Lints on policies that are good: what fires there is true, and known.
//!
//! Not each lint, which has bad files and a page.

use policyc::{
    Bundle, Group, Level, Levels, PEDANTIC, Report, Source, View, build, check, check_with, grid,
};

use crate::oracle::Oracle;
use crate::{engine, random};

fn text(path: &str) -> String {
    std::fs::read_to_string(path).expect("a policy")
}

fn check_pedantic(sources: Vec<Source>) -> policyc::Checked {
    let mut levels = Levels::default();
    levels.set(PEDANTIC, Level::Advise).expect("the group");
    check_with(sources, &levels)
}

/// A policy without what it allows.
fn bare(path: &str) -> String {
    let text = text(path);
    let lines = text.lines().filter(|line| !line.starts_with("allow = "));
    lines.map(|line| format!("{line}\n")).collect()
}

/// Code and place of each finding.
fn findings(report: &Report) -> Vec<String> {
    let each = report.diagnostics.iter();
    each.map(|one| format!("{} {}", one.rule.name, report.places(one.at).0.line)).collect()
}

#[test]
fn on_the_five_policies_two_findings_are_true_and_nothing_else_fires() {
    let names = ["account-contacts", "child-tenants", "enterprise-users"];
    for name in names {
        let path = format!("policies/{name}.toml");
        let report = check(vec![Source::new(path.as_str(), text(&path))]).report;
        assert_eq!(findings(&report), [""; 0], "{name}");
    }
    // Two policies allow what they have so from their documents.
    let of = |name: &str| {
        let path = format!("policies/{name}.toml");
        let report = check(vec![Source::new(path.as_str(), bare(&path))]).report;
        let messages = report.diagnostics.iter();
        messages.map(|one| format!("{}: {}", one.rule.name, one.message)).collect::<Vec<_>>()
    };
    let alike = "same-access: role `read-only` has the same access as `financial-contact`";
    assert_eq!(of("managed-accounts"), [alike]);
    let more = "delegated-escalation: who holds `user-administrator` can give \
                `account-administrator`, which may `account.manage` where `user-administrator` may \
                not";
    assert_eq!(of("cloud-users"), [more]);
}

#[test]
fn the_newsroom_has_no_finding() {
    let path = "tests/data/newsroom.toml";
    let report = check(vec![Source::new(path, text(path))]).report;
    assert_eq!(findings(&report), [""; 0]);
}

#[test]
fn pedantic_rules_are_off_and_errors_are_what_a_build_reports() {
    let path = "policies/managed-accounts.toml";
    let source = || vec![Source::new(path, text(path))];
    let is_pedantic =
        |report: &Report| report.diagnostics.iter().any(|one| one.rule.group == Group::Pedantic);
    assert!(!is_pedantic(&check(source()).report));
    assert!(is_pedantic(&check_pedantic(source()).report));
    let broken = text(path).replacen("ticks = 1", "ticks = 2", 1);
    let report = build(vec![Source::new(path, broken)]).expect_err("a tick too many");
    assert!(report.diagnostics.iter().all(|one| one.rule.group == Group::Error));
}

#[test]
fn a_policy_with_an_error_has_no_lints() {
    let path = "policies/managed-accounts.toml";
    let broken = text(path).replacen("ticks = 1", "ticks = 2", 1);
    let report = check_pedantic(vec![Source::new(path, broken)]).report;
    let names: Vec<&str> = report.diagnostics.iter().map(|one| one.rule.name).collect();
    assert_eq!(names, ["ticks-differ"]);
}

/// Random policies without errors, each with what was found.
fn drawn() -> impl Iterator<Item = (random::Rng, String, Bundle, Report)> {
    (0..2_000).filter_map(|seed| {
        let mut rng = random::Rng::new(seed);
        let text = random::policy(&mut rng, 1 + usize::try_from(seed % 3).expect("small"));
        let checked = check(vec![Source::new("random.toml", text.as_str())]);
        Some((rng, text, checked.bundle?, checked.report))
    })
}

/// The text without the grants that begin on these lines.
fn without(text: &str, lines: &[usize]) -> String {
    let mut is_left_out = false;
    let mut rest = String::new();
    for (at, line) in text.lines().enumerate() {
        if line.starts_with('[') {
            is_left_out = lines.contains(&(at + 1));
        }
        if !is_left_out {
            rest += line;
            rest.push('\n');
        }
    }
    rest
}

#[test]
fn redundant_grants_and_overridden_permits_can_all_be_removed() {
    let mut removed = 0;
    for (mut rng, text, bundle, report) in drawn() {
        let is_idle = |name: &str| name == "redundant-grant" || name == "overridden-permit";
        let idle = report.diagnostics.iter().filter(|one| is_idle(one.rule.name));
        let lines: Vec<usize> = idle.map(|one| report.places(one.at).0.line).collect();
        // Rows with ticks, invariants and an empty policy may need what decides nothing.
        let rest = without(&text, &lines);
        let Ok(less) = build(vec![Source::new("random.toml", rest)]) else { continue };
        // An overridden permit may be the only one to name an action, which patterns then lose.
        let actions = |bundle: &Bundle| bundle.tables()[0].actions().count();
        if actions(&bundle) != actions(&less) {
            continue;
        }
        removed += lines.len();
        let oracle = Oracle::new(&text);
        for _ in 0..60 {
            let request = random::request(&mut rng, &oracle);
            let decision = |bundle| engine::decide(bundle, &request).map(|answer| answer.decision);
            assert_eq!(decision(&bundle), decision(&less), "{lines:?} {request}\n{text}");
        }
    }
    assert!(removed > 50, "{removed}");
}

#[test]
fn roles_with_the_same_access_have_the_same_cells() {
    let mut same = 0;
    for (_, text, bundle, report) in drawn() {
        let found: Vec<_> =
            report.diagnostics.iter().filter(|one| one.rule.name == "same-access").collect();
        let table = &bundle.tables()[0];
        let Ok(grid) = grid(table, View::Actions) else { continue };
        for one in found {
            let names: Vec<&str> = one.message.split('`').skip(1).step_by(2).collect();
            let column = |name: &str| {
                let at = grid.roles.iter().position(|role| role == name).expect("a role");
                grid.lines.iter().map(|line| line.cells[at].word).collect::<Vec<_>>()
            };
            for other in &names[1..] {
                assert_eq!(column(names[0]), column(other), "{}\n{text}", one.message);
                same += 1;
            }
        }
    }
    assert!(same > 20, "{same}");
}
