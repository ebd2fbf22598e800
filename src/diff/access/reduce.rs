//! The situations of a cell reduced to what makes a difference.
//!
//! Not the alternatives that are made of it, and not their words.
//!
//! A choice of an attribute that nothing tells apart from another is one with it, and an attribute
//! with one choice left is not spoken of: so conditions that change no decision leave no trace.

use std::collections::BTreeMap;

use crate::diff::cover::Place;
use crate::diff::domains::{ClassName, Domain};
use crate::diff::space::{KindCase, Variable};
use crate::model::{BuiltIn, Literal, Namespace};

use super::asked::Asked;
use super::grid::{Feature, Grid};

/// A pair of attributes that are compared with each other.
type Pair<'t> = [(Namespace, &'t str); 2];

/// The choices of a variable, those together that are one to the reader.
#[derive(Debug)]
struct Choices {
    of: Vec<Vec<usize>>,
    /// Whether each choice meets others, so that the last of a class does not stand for all.
    is_joined: bool,
}

impl Choices {
    const fn matter(&self) -> bool {
        self.of.len() > 1
    }

    /// The class of a choice; none where another choice stands for it.
    fn class(&self, digit: usize) -> Option<usize> {
        self.of.iter().position(|class| {
            if self.is_joined { class.contains(&digit) } else { class.last() == Some(&digit) }
        })
    }
}

/// The situations of a cell by the features that matter, from the places of its answers.
pub(super) fn reduced<'a>(asked: &'a Asked<'a, '_>, places: &[Vec<Place>]) -> Grid<'a> {
    let mut choices = merged(asked, &signs(asked, places));
    let matters = |name: &(Namespace, &str)| match variable(asked, *name) {
        Some(at) => choices.get(at).is_some_and(Choices::matter),
        // The kind, which varies on its own.
        None => true,
    };
    let pairs: Vec<Pair<'_>> =
        asked.pairs.iter().filter(|pair| pair.iter().all(matters)).copied().collect();
    for at in pairs.iter().flatten().filter_map(|name| variable(asked, *name)) {
        let Some(Variable::Attribute(domain)) = asked.space.variables().get(at) else { continue };
        if let Some(place) = choices.get_mut(at) {
            *place = Choices { of: shown(domain), is_joined: true };
        }
    }
    for (choices, variable) in choices.iter_mut().zip(asked.space.variables()) {
        if matches!(variable, Variable::Assertion(_)) && choices.matter() {
            choices.of = vec![vec![0], vec![1], vec![2]];
        }
    }
    rows(asked, &choices, &pairs, places).without_idle()
}

/// By kind and valuation: a number that those with the same places have in common.
fn signs(asked: &Asked<'_, '_>, places: &[Vec<Place>]) -> Vec<Vec<usize>> {
    let mut known: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    let mut sign = |places: &Vec<Place>| {
        let next = known.len();
        *known.entry(places.iter().map(|place| order(*place)).collect()).or_insert(next)
    };
    let of_group: Vec<usize> = places.iter().map(&mut sign).collect();
    let of_kind = |group: &Vec<usize>| {
        group.iter().filter_map(|at| of_group.get(*at).copied()).collect::<Vec<_>>()
    };
    asked.groups.iter().map(of_kind).collect()
}

const fn order(place: Place) -> u8 {
    match place {
        Place::In => 0,
        Place::Out => 1,
        Place::Either => 2,
    }
}

/// By variable: its choices, those together that nothing tells apart, sorted by the last of each.
fn merged(asked: &Asked<'_, '_>, signs: &[Vec<usize>]) -> Vec<Choices> {
    let mut stride = 1;
    let merge = |variable: &Variable<'_>| {
        let count = variable.choice_count();
        let mut class_of = vec![0_usize; count];
        for signs in signs {
            for base in (0..signs.len()).filter(|number| (number / stride) % count == 0) {
                let mut split: BTreeMap<(usize, Option<usize>), usize> = BTreeMap::new();
                for (digit, class) in class_of.iter_mut().enumerate() {
                    let sign = signs.get(base + digit * stride).copied();
                    let next = split.len();
                    *class = *split.entry((*class, sign)).or_insert(next);
                }
            }
        }
        stride *= count;
        let mut classes: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (digit, class) in class_of.into_iter().enumerate() {
            classes.entry(class).or_default().push(digit);
        }
        let mut of: Vec<Vec<usize>> = classes.into_values().collect();
        of.sort_by_key(|digits| digits.last().copied());
        Choices { of, is_joined: false }
    };
    asked.space.variables().iter().map(merge).collect()
}

/// The position of an attribute among what is varied.
fn variable(asked: &Asked<'_, '_>, name: (Namespace, &str)) -> Option<usize> {
    asked.space.variables().iter().position(|variable| match variable {
        Variable::Attribute(domain) => (domain.namespace, domain.name) == name,
        Variable::Assertion(_) => false,
    })
}

/// The choices of a domain, those together that have one name.
fn shown(domain: &Domain<'_>) -> Vec<Vec<usize>> {
    let mut classes: Vec<Vec<usize>> = Vec::new();
    let mut last: Option<&ClassName> = None;
    for (at, class) in domain.values.iter().enumerate() {
        let is_same = class.shown != ClassName::Value && last == Some(&class.shown);
        match classes.last_mut().filter(|_| is_same) {
            Some(same) => same.push(at),
            None => classes.push(vec![at]),
        }
        last = Some(&class.shown);
    }
    classes.push(vec![domain.values.len()]);
    classes
}

fn rows<'a>(
    asked: &'a Asked<'a, '_>,
    choices: &[Choices],
    pairs: &[Pair<'_>],
    places: &[Vec<Place>],
) -> Grid<'a> {
    let mut attributes: Vec<(usize, Feature<'a>)> = Vec::new();
    let mut assertions: Vec<(usize, Feature<'a>)> = Vec::new();
    let variables = asked.space.variables().iter().zip(choices).enumerate();
    for (at, (variable, choices)) in variables.filter(|(_, (_, choices))| choices.matter()) {
        match variable {
            Variable::Attribute(domain) => {
                let choices = choices.of.clone();
                attributes.push((at, Feature::Attribute { domain, choices }));
            }
            Variable::Assertion(name) => assertions.push((at, Feature::Assertion(name))),
        }
    }
    let mut rows = BTreeMap::new();
    for number in 0..asked.space.count() {
        let digits = asked.space.digits(number);
        let values = digits.iter().zip(choices).map(|(digit, choices)| choices.class(*digit));
        let Some(values) = values.collect::<Option<Vec<usize>>>() else { continue };
        let of = |features: &[(usize, Feature<'_>)]| {
            features.iter().filter_map(|(at, _)| values.get(*at).copied()).collect::<Vec<_>>()
        };
        for (kind_at, (kind, group)) in asked.model.kinds.iter().zip(&asked.groups).enumerate() {
            let Some(places) = group.get(number).and_then(|at| places.get(*at)) else { continue };
            let mut same = Vec::with_capacity(pairs.len());
            same.extend(pairs.iter().map(|pair| is_same(asked, pair, *kind, &digits)));
            for (holding, place) in places.iter().enumerate() {
                let row = [of(&attributes), vec![holding, kind_at], same.clone(), of(&assertions)];
                rows.insert(row.concat(), *place);
            }
        }
    }
    let name = |(namespace, name): (Namespace, &str)| format!("{}.{name}", namespace.as_str());
    let mut features: Vec<Feature<'a>> = attributes.into_iter().map(|(_, one)| one).collect();
    features.push(Feature::Holding(&asked.model.holdings));
    features.push(Feature::Kind(&asked.model.kinds));
    features.extend(pairs.iter().map(|[one, other]| Feature::Pair(name(*one), name(*other))));
    features.extend(assertions.into_iter().map(|(_, one)| one));
    Grid { features, rows }
}

/// Whether two attributes are the same: 0 no, 1 not known, 2 yes.
fn is_same(asked: &Asked<'_, '_>, pair: &Pair<'_>, kind: KindCase<'_>, digits: &[usize]) -> usize {
    let value = |(namespace, name): (Namespace, &str)| {
        if BuiltIn::find(namespace, name) == Some(BuiltIn::PrincipalKind) {
            return match kind {
                KindCase::Named(name) => Some(Literal::String(name.to_owned())),
                KindCase::NotAsked | KindCase::Missing | KindCase::Undeclared => None,
            };
        }
        let at = variable(asked, (namespace, name))?;
        match (asked.space.variables().get(at)?, digits.get(at)?) {
            (Variable::Attribute(domain), digit) => {
                domain.values.get(*digit).map(|class| class.value.clone())
            }
            (Variable::Assertion(_), _) => None,
        }
    };
    match pair.map(value) {
        [Some(one), Some(other)] if one == other => 2,
        [Some(_), Some(_)] => 0,
        _ => 1,
    }
}
