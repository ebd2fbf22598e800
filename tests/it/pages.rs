//! The pages of the rules: well formed, and their examples have exactly the finding they show.
//!
//! Not the wording of messages: `bad_files` has the reviewed reports.

use policyc::{
    Bundle, Group, Level, Levels, Report, Rule, Severity, Source, audit_directory, build,
    bundle_diagnostic, check_against, check_with, find_rule, rules, run_suites,
};

/// The codes that checking the texts together gives, in the order of the report. Of the pedantic
/// rules, the one in question is turned on.
fn codes(rule: &Rule, texts: &[Vec<u8>]) -> Vec<&'static str> {
    let sources = texts.iter().enumerate();
    let sources = sources.map(|(at, text)| Source::new(format!("{at}.toml"), text.clone()));
    let mut levels = Levels::default();
    if rule.group == Group::Pedantic {
        levels.set(rule.code, Level::Advise).expect("a lint");
    }
    let report = check_with(sources.collect(), &levels).report;
    report.diagnostics.iter().map(|diagnostic| diagnostic.rule.code).collect()
}

/// The codes of a section's examples: policies, and what is said of them in YAML.
fn codes_of_examples(rule: &Rule, heading: &str, examples: &[String]) -> Vec<&'static str> {
    if let ([before, after], "insufficient-version") = (examples, rule.name) {
        let report = report_against(before, after);
        return report.diagnostics.iter().map(|diagnostic| diagnostic.rule.code).collect();
    }
    let texts = examples.iter().map(|text| text.clone().into_bytes());
    let mut codes = codes(rule, &texts.collect::<Vec<_>>());
    let section = rule.page.split(&format!("\n## {heading}\n")).nth(1).unwrap_or_default();
    let section = section.split("\n## ").next().unwrap_or_default();
    let blocks = section.split("```yaml\n").skip(1).filter_map(|block| block.split("```").next());
    let blocks: Vec<&str> = blocks.collect();
    if let ([policy], Some(last)) = (examples, blocks.last()) {
        let report = report_on_yaml(policy, &blocks, last);
        codes.extend(report.diagnostics.iter().map(|diagnostic| diagnostic.rule.code));
    }
    codes
}

/// What is found of a policy where another one is what it was.
fn report_against(before: &str, after: &str) -> Report {
    let before = build(vec![Source::new("a.toml", before)]).expect("a good policy");
    check_against(vec![Source::new("a.toml", after)], &Levels::default(), &before).report
}

/// A directory has a list of principals; of two, the first is the one before. All else is a suite.
fn report_on_yaml(policy: &str, blocks: &[&str], last: &str) -> Report {
    let bundle = build(vec![Source::new("a.toml", policy)]).expect("a good policy");
    let source = |text: &str, head: &str| Source::new("a.yaml", format!("schema: 1\n{head}{text}"));
    if last.contains("principals:\n  - ") {
        let before = (blocks.len() > 1).then(|| source(blocks[0], ""));
        return audit_directory(&bundle, None, &source(last, ""), before.as_ref())
            .expect("one policy")
            .report;
    }
    run_suites(&bundle, Report::default(), &[source(last, "policy: example\n")], None).report
}

fn policy(rest: &str) -> Vec<u8> {
    format!("{}{rest}", Rule::EXAMPLE_HEADER).into_bytes()
}

const GRANT: &str = "\n[[grants]]\nactions = [\"articles.read\"]\nroles = [\"reader\"]\n";

/// Bad examples that are too long, or not text, for a page: by the name of the rule.
fn generated(name: &str) -> Option<Vec<u8>> {
    Some(match name {
        "not-utf8" => {
            let mut bytes = policy("\n[roles.reader]\ntitle = \"R");
            bytes.push(0xe9);
            bytes.extend(format!("dacteur\"\n{GRANT}").bytes());
            bytes
        }
        "name-too-long" => {
            let verb = "v".repeat(200);
            let grant = GRANT.replace("articles.read", &format!("articles.{{read,{verb}}}"));
            policy(&format!("\n[roles.reader]\n{grant}"))
        }
        "condition-too-complex" => {
            let mut text = String::from("\n[roles.reader]\n\n[conditions.level-33]\n");
            for level in 1..33 {
                let part = level + 1;
                text += &format!("\n[conditions.level-{level}]\nnot = \"level-{part}\"\n");
            }
            policy(&(text + GRANT))
        }
        "too-many-situations" => {
            let names = (1..=13).map(|number| format!("asserted-{number}")).collect::<Vec<_>>();
            let declared: String = names.iter().map(|n| format!("\n[conditions.{n}]\n")).collect();
            let row = format!("row = \"Read\"\nticks = 0\nwhen = {names:?}\n");
            let forbid = GRANT.replace("actions", "effect = \"forbid\"\nactions");
            policy(&format!("\n[roles.reader]\n{declared}{GRANT}{row}{forbid}"))
        }
        "hidden-character" => policy(&format!("\n# A\u{200b}reader.\n[roles.reader]\n{GRANT}")),
        "policy-too-large" => {
            let roles: String = (0..=20_000).map(|number| format!("[roles.r{number}]\n")).collect();
            policy(&format!("\n[roles.reader]\n{roles}{GRANT}"))
        }
        _ => return None,
    })
}

#[test]
fn codes_and_names_are_unique_and_in_order() {
    let codes: Vec<&str> = rules().map(|rule| rule.code).collect();
    assert!(codes.is_sorted_by(|before, after| before < after), "{codes:?}");
    let mut names: Vec<&str> = rules().map(|rule| rule.name).collect();
    names.sort_unstable();
    assert!(names.is_sorted_by(|before, after| before < after), "{names:?}");
    for rule in rules() {
        let digits = rule.code.strip_prefix('P').expect("a code begins with P");
        assert!(digits.len() == 4 && digits.bytes().all(|digit| digit.is_ascii_digit()));
        let is_kebab = |word: &str| {
            let is_letter = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit();
            !word.is_empty() && word.bytes().all(is_letter)
        };
        assert!(rule.name.split('-').all(is_kebab), "{}", rule.name);
    }
}

#[test]
fn a_rule_is_found_by_its_code_and_by_its_name() {
    for rule in rules() {
        assert_eq!(find_rule(rule.code), Some(rule));
        assert_eq!(find_rule(&rule.code.to_lowercase()), Some(rule));
        assert_eq!(find_rule(rule.name), Some(rule));
    }
    assert_eq!(find_rule("P9999"), None);
}

#[test]
fn each_page_has_its_title_an_explanation_and_both_examples() {
    for rule in rules() {
        let page = rule.page;
        let body = page.strip_prefix(&format!("# {} {}\n\n", rule.code, rule.name));
        let body =
            body.unwrap_or_else(|| panic!("{}: the title is not that of the rule", rule.code));
        let parts: Vec<&str> = body.split("\n## ").collect();
        let [explanation, bad, good] = parts[..] else {
            panic!("{}: not an explanation, `## Bad` and `## Good`", rule.code);
        };
        assert!(explanation.trim().ends_with('.'), "{}: no explanation", rule.code);
        for (section, title) in [(bad, "Bad\n\n"), (good, "Good\n\n")] {
            let section = section.strip_prefix(title);
            assert!(section.is_some_and(|section| !section.trim().is_empty()), "{}", rule.code);
        }
    }
}

#[test]
fn each_bad_example_has_exactly_the_finding_that_its_page_explains() {
    for rule in rules() {
        let examples = rule.bad_examples();
        let codes = match generated(rule.name) {
            Some(bytes) => {
                assert!(examples.is_empty(), "{}: generated, and on its page too", rule.code);
                codes(rule, &[bytes])
            }
            // Nothing that a policy says causes an internal error; bundles have a test below.
            None if rule.name == "internal-error" || rule.code.starts_with("P09") => continue,
            None => codes_of_examples(rule, "Bad", &examples),
        };
        assert_eq!(codes, [rule.code], "{}", rule.name);
    }
}

#[test]
fn each_good_example_has_no_finding() {
    for rule in rules() {
        let examples = rule.good_examples();
        let is_words = rule.name == "internal-error" || rule.code.starts_with("P09");
        assert_eq!(examples.is_empty(), is_words, "{}: a page has a good example", rule.code);
        assert_eq!(codes_of_examples(rule, "Good", &examples), [""; 0], "{}", rule.name);
    }
}

#[test]
fn each_broken_bundle_is_reported_under_a_rule_of_its_own() {
    let text = policy(&format!("\n[roles.reader]\n{GRANT}"));
    let bytes = build(vec![Source::new("a.toml", text)]).expect("a good policy").encode();
    let mut seen: Vec<&str> = Vec::new();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let error = Bundle::decode(&changed).expect_err("any changed byte is refused");
        let diagnostic = bundle_diagnostic(&error);
        assert_eq!(diagnostic.severity, Severity::Error);
        let has_remedy = diagnostic.message.contains("compile the policies again");
        assert!(diagnostic.help.is_some() || has_remedy, "{}", diagnostic.message);
        assert!(!diagnostic.message.ends_with('.'), "{}", diagnostic.message);
        seen.push(diagnostic.rule.code);
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen, ["P0901", "P0902", "P0903"]);
}
