//! Random edits of a policy's text, as a person makes them: a grant more or less, a key changed.
//! Not always a valid policy: whoever edits asks the compiler.

use crate::random::Rng;

/// The blocks of a policy: a table or a grant each, what stands before them first.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks = vec![String::new()];
    for line in text.lines() {
        if line.starts_with('[') {
            blocks.push(String::new());
        }
        let block = blocks.last_mut().expect("there is a first block");
        block.push_str(line);
        block.push('\n');
    }
    blocks
}

/// The text with one to three random edits. Rows and ticks are left out: they say what was.
pub(crate) fn edited(rng: &mut Rng, text: &str) -> String {
    let is_kept =
        |line: &&str| !["row =", "ticks =", "uncertain ="].iter().any(|k| line.starts_with(k));
    let text: String = text.lines().filter(is_kept).map(|line| format!("{line}\n")).collect();
    let mut blocks = blocks(&text);
    for _ in 0..rng.between(1, 3) {
        edit(rng, &mut blocks);
    }
    blocks.concat()
}

fn edit(rng: &mut Rng, blocks: &mut Vec<String>) {
    let at = |rng: &mut Rng, blocks: &[String], start: &str| {
        let found: Vec<usize> =
            (0..blocks.len()).filter(|at| blocks[*at].starts_with(start)).collect();
        (!found.is_empty()).then(|| *rng.pick(&found))
    };
    let Some(grant) = at(rng, blocks, "[[grants]]") else { return };
    match rng.below(11) {
        0 => drop(blocks.remove(grant)),
        1 => {
            // The same once more, to the other effect or for others.
            let copy = flipped(&blocks[grant]);
            blocks.push(copy);
        }
        2 => blocks[grant] = flipped(&blocks[grant]),
        3 => blocks[grant] = without(&blocks[grant], key(rng, &["when", "unless", "anywhere"])),
        4 => blocks[grant] = without(&blocks[grant], "anywhere") + "anywhere = true\n",
        5 => {
            let (one, other) = (blocks[grant].clone(), at(rng, blocks, "[[grants]]"));
            let other = blocks[other.expect("a grant")].clone();
            blocks[grant] = exchanged(&one, &other, key(rng, &["roles", "actions", "when"]));
        }
        6 => blocks[grant] = item_removed(rng, &blocks[grant], "roles"),
        7 => blocks[grant] = item_removed(rng, &blocks[grant], "actions"),
        8 => {
            if let Some(role) = at(rng, blocks, "[roles.") {
                let key = key(rng, &["kinds", "scope", "inherits"]);
                blocks[role] = without(&blocks[role], key);
            }
        }
        9 => {
            if let Some(kind) = at(rng, blocks, "[kinds.") {
                blocks[kind] = without(&blocks[kind], "holds");
            }
        }
        _ => {
            let conditions = at(rng, blocks, "[conditions.").zip(at(rng, blocks, "[conditions."));
            if let Some((one, other)) = conditions {
                // What was tested under one name is tested under another.
                let (head, _) = blocks[one].split_once('\n').expect("a header");
                let (_, body) = blocks[other].split_once('\n').expect("a header");
                blocks[one] = format!("{head}\n{body}");
            }
        }
    }
}

fn key<'a>(rng: &mut Rng, keys: &[&'a str]) -> &'a str {
    let key: &&str = rng.pick(keys);
    key
}

fn flipped(grant: &str) -> String {
    if grant.contains("effect = \"forbid\"") {
        without(grant, "effect").replace("roles = [\"*\"]", "roles = []")
    } else {
        without(grant, "effect") + "effect = \"forbid\"\n"
    }
}

fn without(block: &str, key: &str) -> String {
    let is_other = |line: &&str| !line.starts_with(&format!("{key} ="));
    block.lines().filter(is_other).map(|line| format!("{line}\n")).collect()
}

/// One block with the key of the other.
fn exchanged(block: &str, other: &str, key: &str) -> String {
    let line = other.lines().find(|line| line.starts_with(&format!("{key} =")));
    without(block, key) + &line.map_or_else(String::new, |line| format!("{line}\n"))
}

fn item_removed(rng: &mut Rng, block: &str, key: &str) -> String {
    let start = format!("{key} = ");
    let edit = |line: &str| match line.strip_prefix(&start) {
        None => format!("{line}\n"),
        Some(list) => {
            let mut items: Vec<String> = serde_json::from_str(list).expect("a list of strings");
            if items.len() > 1 {
                items.remove(rng.below(items.len()));
            }
            format!("{start}{items:?}\n")
        }
    };
    block.lines().map(edit).collect()
}

/// The same statements in another order.
pub(crate) fn shuffled(rng: &mut Rng, text: &str) -> String {
    let mut blocks = blocks(text);
    let mut rest = blocks.split_off(1);
    rng.shuffle(&mut rest);
    blocks.extend(rest);
    blocks.concat()
}

/// Every grant taken apart: one for each of its roles. Rows and titles go, as they would repeat.
pub(crate) fn split(text: &str) -> String {
    let part = |block: String| {
        let line = block.lines().find_map(|line| line.strip_prefix("roles = "));
        let (true, Some(line)) = (block.starts_with("[[grants]]"), line) else { return block };
        let roles: Vec<String> = serde_json::from_str(line).expect("a list of strings");
        let keys = ["row", "ticks", "uncertain", "cites", "title"];
        let block = keys.iter().fold(block.clone(), |block, key| without(&block, key));
        let of_role = |role| without(&block, "roles") + &format!("roles = {:?}\n", [role]);
        roles.iter().map(of_role).collect()
    };
    let is_kept = |block: &String| !block.starts_with("[source]");
    blocks(text).into_iter().filter(is_kept).map(part).collect()
}
