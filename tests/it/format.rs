//! The layout of policies: it changes no meaning, loses no comment, and is made once.
//!
//! Not the files on disk, which `tests/cli/fmt-*.case` shows. Comments are found here by a lexer of
//! our own, so that the two can disagree.

use policyc::{Source, build, format_policy};

use crate::random::Rng;

fn laid_out(text: &str) -> Option<String> {
    format_policy(&Source::new("policy.toml", text)).ok()
}

fn pick<'a>(rng: &mut Rng, texts: &[&'a str]) -> &'a str {
    let text: &&str = rng.pick(texts);
    text
}

fn files(folder: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.display().to_string();
        if path.extension().is_some_and(|extension| extension == "toml") {
            files.extend(std::fs::read_to_string(path).ok().map(|text| (name, text)));
        }
    }
    assert!(!files.is_empty(), "{folder} has no TOML");
    files.sort();
    files
}

/// Files of every kind, all of them TOML.
fn documents() -> Vec<(String, String)> {
    let folders = ["policies", "tests/shapes/valid", "tests/shapes/invalid", "tests/data"];
    let mut all: Vec<_> = folders.into_iter().flat_map(files).chain(files("tests/bad")).collect();
    all.push(("awkward".to_owned(), AWKWARD.to_owned()));
    all.retain(|(_, text)| laid_out(text).is_some());
    assert!(all.len() > 200, "only {} files are TOML", all.len());
    all
}

/// The values, in any order of keys.
fn parsed(text: &str) -> toml::Table {
    text.trim_start_matches('\u{feff}').parse().unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The comments in order, without white space behind them.
pub(crate) fn comments(text: &str) -> Vec<String> {
    let mut comments = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let quotes = ["\"\"\"", "'''", "\"", "'"];
        if let Some(quote) = quotes.into_iter().find(|quote| rest.starts_with(quote)) {
            rest = &rest[quote.len()..];
            while !rest.starts_with(quote) {
                let is_escape = rest.starts_with('\\') && quote.starts_with('"');
                let mut letters = rest.chars();
                letters.nth(usize::from(is_escape));
                rest = letters.as_str();
            }
            rest = &rest[quote.len()..];
            // A text in three quotes may end in two more of them.
            rest = rest.trim_start_matches(if quote.len() == 3 { &quote[..1] } else { "\0" });
        } else if first == '#' {
            let end = rest.find('\n').unwrap_or(rest.len());
            comments.push(rest[..end].trim_end().to_owned());
            rest = &rest[end..];
        } else {
            rest = &rest[first.len_utf8()..];
        }
    }
    comments
}

fn assert_laws(name: &str, text: &str) {
    let Some(once) = laid_out(text) else { panic!("{name} is not TOML:\n{text}") };
    assert_eq!(parsed(text), parsed(&once), "{name}: another meaning");
    assert_eq!(comments(text), comments(&once), "{name}: other comments");
    assert_eq!(laid_out(&once).as_ref(), Some(&once), "{name}: laid out twice");
    assert!(once.is_empty() || once.ends_with('\n') && !once.ends_with("\n\n"), "{name}: its end");
    assert!(once.starts_with(|first: char| first != '\n') || once.is_empty(), "{name}: its start");
    if !text.contains("\"\"\"") && !text.contains("'''") {
        assert!(!once.contains("\n\n\n"), "{name}: two empty lines");
        assert!(!once.contains('\r'), "{name}: a carriage return");
        assert!(once.lines().all(|line| line.trim_end() == line), "{name}: white space at an end");
    }
}

#[test]
fn every_file_keeps_its_meaning_and_comments_and_is_laid_out_once() {
    for (name, text) in documents() {
        assert_laws(&name, &text);
    }
}

#[test]
fn any_white_space_between_the_same_words_gives_files_that_obey_the_same_laws() {
    let mut rng = Rng::new(20);
    let pieces = [" ", "\t", "\n", "\r\n", "\n\n", " # why\n", "#\n", "", ""];
    let mut obeyed = 0;
    for (name, text) in documents() {
        for _ in 0..12 {
            let mut other = text.clone();
            for _ in 0..rng.between(1, 6) {
                let at = other.floor_char_boundary(rng.below(other.len() + 1));
                let letter = other[at..].chars().next().filter(|letter| letter.is_whitespace());
                let end = at + letter.map_or(0, char::len_utf8);
                other.replace_range(at..end, pick(&mut rng, &pieces));
            }
            if laid_out(&other).is_some() {
                assert_laws(&format!("{name}, changed"), &other);
                obeyed += 1;
            }
        }
    }
    assert!(obeyed > 500, "only {obeyed} changed files are TOML");
}

#[test]
fn indentation_line_ends_and_empty_lines_do_not_matter() {
    let mut rng = Rng::new(21);
    for (name, text) in files("policies") {
        for _ in 0..20 {
            let mut other = pick(&mut rng, &["", "\u{feff}", "\n\n"]).to_owned();
            for line in text.lines() {
                let line = line.replacen(" = ", pick(&mut rng, &["=", " = ", "\t=  "]), 1);
                other.push_str(pick(&mut rng, &["", "  ", "\t"]));
                other.push_str(&line);
                other.push_str(pick(&mut rng, &["", " "]));
                other.push_str(pick(&mut rng, &["\n", "\r\n"]));
                other.push_str(if line.is_empty() { pick(&mut rng, &["", "\n"]) } else { "" });
            }
            let other = other.trim_end_matches(['\r', '\n']);
            assert_eq!(laid_out(other), Some(text.clone()), "{name}");
        }
    }
}

#[test]
fn a_thousand_policies_of_one_grant_are_laid_out_in_time() {
    let grant = "\n[[grants]]\nactions=[ 'articles.read' ]\nroles = [\"reader\"] # all\n";
    let text = format!("[roles.reader]\n{}", grant.repeat(1_000));
    assert_laws("large", &text);
}

#[test]
fn the_five_policies_are_laid_out() {
    for (name, text) in files("policies").into_iter().chain(files("tests/data")) {
        assert_eq!(laid_out(&text), Some(text.clone()), "policyc fmt {name}");
    }
}

#[test]
fn what_is_decided_is_the_same_before_and_after() {
    for (name, text) in files("policies") {
        let before = build(vec![Source::new(name.as_str(), text.replace("\n[[", "\n\n\n  [["))]);
        let after = build(vec![Source::new(name.as_str(), text)]);
        assert_eq!(before.unwrap().digest(), after.unwrap().digest(), "{name}");
    }
}

#[test]
fn the_layout() {
    insta::assert_snapshot!(laid_out(AWKWARD).unwrap());
}

/// Everything that TOML 1.0 lets a person write strangely.
const AWKWARD: &str = "\u{feff}

#:schema ../schema/policy.v1.schema.json\t
schema=1
 policy   =   'example'   # a text in `'`


version = \"1.0.0\" # behind
title = 'a \"quoted\" word'
'description' = \"an \\u0065scape\"
\t# indented
  [  roles . 'reader'  ]   # behind a header

kinds=['person',   'robot' ,]
inherits = [
  \"a\"
]
[roles.empty]
[roles.empty-too]
# on the next
[roles.editor]
# remark, and a gap

inherits = [ # behind the bracket
  # above
  'reader',    # first
  'writer',    # second

  'guest' # third
  , # after the comma
  # below
]
because = \"\"\"
in lines,   
as they are \"\"\"\"\"
long=[\"aaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\
\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\",\"ccccccccccccccccccccccc\"]
table={a=1,b={c=[1,2 , [ 3 ]],d={ }},'e'=1979-05-27T07:32:00Z}
deep = [ [ \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", \
\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\" ], { x = [ 1, # one
2 ] } ]
none = [ ]
a . 'b' . c = +1_000
one = 1        # in
three = 333    # one column
two = [
  22
]              # but for this

# about what follows
# in two lines
[[ grants ]]
x = '''a'''


# a section

[[grants]]
# the end
";
