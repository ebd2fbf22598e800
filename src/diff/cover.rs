//! The shortest true condition: a set of points said in few words, and exactly.
//!
//! Not what the words are: a point is a row of features here, and a word allows some values of one.
//!
//! A prime cover, found greedily: each alternative begins as everything that is true of a point
//! and drops what is not needed to keep the points out that must be out. Points that may be in or
//! out make it shorter. So it is exact, and no word of an alternative can be left out.

use std::collections::BTreeSet;

/// What is true of a point, feature by feature.
pub(crate) type Row = Vec<usize>;

/// Where a point must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    In,
    Out,
    /// It does not matter.
    Either,
}

/// How a feature is spoken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Feature {
    /// Of so many values some: kinds, holdings, values of attributes.
    Choice(usize),
    /// False, unknown or true; as 0, 1, 2.
    Truth,
}

/// The values of a feature that a word allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub feature: usize,
    pub allows: BTreeSet<usize>,
}

/// Alternatives of words that all hold; one without words is always true.
pub(crate) type Cover = Vec<Vec<Word>>;

/// Covers all points that must be in and none that must be out.
pub(crate) fn cover(features: &[Feature], points: &[(Row, Place)]) -> Cover {
    let rows = |place: Place| {
        let rows = points.iter().filter(move |(_, other)| *other == place);
        rows.map(|(row, _)| row).collect::<Vec<_>>()
    };
    let (inside, out) = (rows(Place::In), rows(Place::Out));
    let mut left = inside.clone();
    let mut cover = Cover::new();
    while let Some(row) = left.first() {
        let words = prime(features, row, &out);
        left.retain(|row| !holds(&words, row));
        cover.push(words);
    }
    for words in &mut cover {
        assert_plainly(features, words, &inside);
    }
    // An alternative that the others cover says nothing.
    let mut at = 0;
    while at < cover.len() {
        let others = |row: &&Row| {
            let mut others = cover.iter().enumerate().filter(|(other, _)| *other != at);
            others.any(|(_, words)| holds(words, row))
        };
        if inside.iter().all(others) {
            cover.remove(at);
        } else {
            at += 1;
        }
    }
    cover
}

/// "Holds" where "is not known to fail" would do: it is what people say, and where nobody asks
/// about what is unknown, both are true.
fn assert_plainly(features: &[Feature], words: &mut [Word], inside: &[&Row]) {
    let held: Vec<&&Row> = inside.iter().filter(|row| holds(words, row)).collect();
    for word in words {
        let is_weak =
            features.get(word.feature) == Some(&Feature::Truth) && word.allows.iter().eq(&[1, 2]);
        if is_weak && held.iter().all(|row| row.get(word.feature) == Some(&2)) {
            word.allows = BTreeSet::from([2]);
        }
    }
}

fn holds(words: &[Word], row: &Row) -> bool {
    words.iter().all(|word| word_holds(word, row))
}

fn word_holds(word: &Word, row: &Row) -> bool {
    row.get(word.feature).is_some_and(|value| word.allows.contains(value))
}

/// What is true of a row, without the words that are not needed to keep all of `out` out.
fn prime(features: &[Feature], row: &Row, out: &[&Row]) -> Vec<Word> {
    // By word the rows that must be out and are, by its doing; a row is out while one word does it.
    let words = true_words(features, row);
    let mut keepers: Vec<usize> = Vec::with_capacity(out.len());
    for other in out {
        keepers.push(words.iter().filter(|word| !word_holds(word, other)).count());
    }
    let mut kept = Vec::new();
    for word in words {
        let kept_out = |other: &Row| !word_holds(&word, other);
        let is_needed =
            out.iter().zip(&keepers).any(|(other, count)| *count == 1 && kept_out(other));
        if is_needed {
            kept.push(word);
            continue;
        }
        for (other, count) in out.iter().zip(&mut keepers) {
            *count -= usize::from(kept_out(other));
        }
    }
    widen(features, kept, out)
}

/// Everything that is true of a row, what is better left out first.
fn true_words(features: &[Feature], row: &Row) -> Vec<Word> {
    let (mut choices, mut strong, mut weak) = (Vec::new(), Vec::new(), Vec::new());
    for (feature, (is, value)) in features.iter().zip(row).enumerate() {
        let word = |allows: &[usize]| Word { feature, allows: allows.iter().copied().collect() };
        match (is, value) {
            (Feature::Choice(_), value) => choices.push(word(&[*value])),
            (Feature::Truth, 0) => {
                strong.push(word(&[0]));
                weak.push(word(&[0, 1]));
            }
            (Feature::Truth, 2) => {
                strong.push(word(&[2]));
                weak.push(word(&[1, 2]));
            }
            (Feature::Truth, _) => weak.extend([word(&[0, 1]), word(&[1, 2])]),
        }
    }
    // What comes later is more likely to stay: a holding is said only where no kind says it, and
    // "is not known to hold" where "does not hold" is too little.
    choices.reverse();
    [choices, strong, weak].concat()
}

/// Lets each choice have all the values that it can.
fn widen(features: &[Feature], mut words: Vec<Word>, out: &[&Row]) -> Vec<Word> {
    for at in 0..words.len() {
        let Some(word) = words.get(at).cloned() else { continue };
        let Some(Feature::Choice(count)) = features.get(word.feature) else { continue };
        // Those that the other words do not keep out.
        let near: BTreeSet<usize> = out
            .iter()
            .filter(|row| {
                let mut others = words.iter().enumerate().filter(|(other, _)| *other != at);
                others.all(|(_, word)| word_holds(word, row))
            })
            .filter_map(|row| row.get(word.feature).copied())
            .collect();
        if let Some(word) = words.get_mut(at) {
            word.allows = (0..*count).filter(|value| !near.contains(value)).collect();
        }
    }
    words
}
