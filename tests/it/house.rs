//! The house rules that a machine can hold: floors, absences, sizes, first lines.
//!
//! Not lints, which clippy holds.

use std::fs;
use std::path::{Path, PathBuf};

/// The floors of the design, by module; imports go down a floor, or stay inside a module.
const FLOORS: [(&str, u32); 17] = [
    ("model", 0),
    ("table", 0),
    ("diagnostic", 0),
    ("parallel", 0),
    ("source", 1),
    ("evaluate", 1),
    ("compile", 2),
    ("analyze", 2),
    ("audit", 2),
    ("diff", 2),
    ("format", 2),
    ("check", 3),
    ("review", 3),
    ("lock", 3),
    ("page", 3),
    ("suite", 3),
    ("wire", 3),
];

/// The modules that every service links; they may know no other.
const RUNTIME: [&str; 3] = ["model", "table", "evaluate"];

/// On one floor, and yet below: the table is made of the model's words, and diagnostics of a
/// bundle are made of the table's errors.
const BESIDE: [(&str, &str); 2] = [("table", "model"), ("diagnostic", "table")];

struct SourceText {
    /// With forward slashes, from the root of the repository.
    name: String,
    text: String,
}

impl SourceText {
    /// The module of the library that the file belongs to; none for the root and the binary.
    fn module(&self) -> Option<&'static str> {
        let inside = self.name.strip_prefix("src/")?;
        let first = inside.split(['/', '.']).next()?;
        FLOORS.iter().map(|(module, _)| *module).find(|module| *module == first)
    }

    fn is_cli(&self) -> bool {
        self.name.starts_with("src/cli") || self.name == "src/main.rs"
    }

    fn is_test(&self) -> bool {
        self.name.contains("/tests/") || self.name.ends_with("/tests.rs")
    }

    /// The code without comments and the texts of documentation.
    fn code(&self) -> String {
        let lines = self.text.lines().filter(|line| !line.trim_start().starts_with("//"));
        lines.collect::<Vec<_>>().join("\n")
    }
}

fn files(folder: &str) -> Vec<SourceText> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut open, mut files) = (vec![root.join(folder)], Vec::new());
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a folder of the repository") {
            let path: PathBuf = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root).expect("below the root").to_string_lossy();
                let text = fs::read_to_string(&path).expect("readable");
                files.push(SourceText { name: name.replace('\\', "/"), text });
            }
        }
    }
    assert!(!files.is_empty(), "{folder} has no Rust files");
    files.sort_by(|before, after| before.name.cmp(&after.name));
    files
}

fn floor(module: &str) -> u32 {
    FLOORS.iter().find(|(name, _)| *name == module).expect("a module of the library").1
}

/// Every `crate::module` that the code names.
fn imports(code: &str) -> Vec<&str> {
    let after = code.split("crate::").skip(1);
    after.filter_map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()).collect()
}

#[test]
fn imports_go_down_a_floor() {
    for file in files("src") {
        let Some(module) = file.module() else { continue };
        for import in imports(&file.code()).into_iter().filter(|import| *import != module) {
            assert!(
                floor(import) < floor(module) || BESIDE.contains(&(module, import)),
                "{}: `{module}` must not know `{import}`",
                file.name
            );
            assert!(
                !RUNTIME.contains(&module) || RUNTIME.contains(&import),
                "{}: the runtime half must not know `{import}`",
                file.name
            );
        }
    }
}

#[test]
fn every_module_of_the_library_has_a_floor() {
    let root = files("src").into_iter().find(|file| file.name == "src/lib.rs").expect("lib.rs");
    let modules = root.text.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'));
    let mut modules: Vec<&str> = modules.collect();
    let mut known: Vec<&str> = FLOORS.iter().map(|(module, _)| *module).collect();
    modules.sort_unstable();
    known.sort_unstable();
    assert_eq!(modules, known);
}

#[test]
fn below_the_command_line_only_the_loader_does_io() {
    let io =
        ["std::fs", "std::io", "std::env", "std::net", "std::process", "std::time", "std::thread"];
    for file in files("src") {
        if file.is_cli() || file.is_test() || file.name == "src/table/load.rs" {
            continue;
        }
        let code = file.code();
        for name in io {
            let is_parallel = name == "std::thread" && file.name == "src/parallel.rs";
            assert!(is_parallel || !code.contains(name), "{} uses {name}", file.name);
        }
    }
}

#[test]
fn what_is_absent_stays_absent() {
    for file in files("src") {
        let code = file.code();
        let is_in = |folder: &str| file.name.starts_with(folder);
        for name in ["HashMap", "HashSet"] {
            assert!(!code.contains(name), "{} uses {name}: its order is random", file.name);
        }
        assert!(!code.contains("Serialize"), "{}: wire forms are written by hand", file.name);
        assert!(is_in("src/source/") || !code.contains("toml::"), "{} reads TOML", file.name);
        let is_feature = |line: &&str| line.contains("cfg(feature");
        for (line, next) in file.text.lines().zip(file.text.lines().skip(1)) {
            let declares = ["mod ", "pub mod ", "pub(crate) mod ", "pub use "];
            let fits = declares.iter().any(|start| next.starts_with(start));
            assert!(!is_feature(&line) || fits, "{}: a feature stands on `{next}`", file.name);
        }
    }
}

#[test]
fn files_say_what_they_are_and_stay_small() {
    const LINES_MAX: usize = 400;
    const COLUMNS_MAX: usize = 100;
    for folder in ["src", "tests", "examples", "fuzz/src", "benches/peers/src"] {
        for file in files(folder) {
            let name = &file.name;
            assert!(file.text.starts_with("//! "), "{name} does not open with `//!`");
            let count = file.text.lines().count();
            assert!(count <= LINES_MAX, "{name} has {count} lines");
            for (at, line) in file.text.lines().enumerate() {
                let width = line.chars().count();
                assert!(width <= COLUMNS_MAX, "{name}:{} is {width} wide", at + 1);
            }
        }
    }
}

#[test]
fn tests_are_run_and_expect_no_panic() {
    for file in files("tests") {
        for banned in ["#[ignore", "#[should", "sleep("] {
            let itself = file.name.ends_with("house.rs");
            assert!(itself || !file.text.contains(banned), "{} has {banned}", file.name);
        }
    }
}
