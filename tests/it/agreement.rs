//! The oracle, the table and the table after encoding agree on every decision and every cell.
//!
//! Not examples: the five policies over their whole finite model, and thousands of random policies.

use policyc::{Bundle, Source, View, build, grid};

use crate::doors::Asked;
use crate::oracle::Oracle;
use crate::{engine, finite, random};

pub(crate) const POLICIES: [(&str, &str); 5] = [
    ("account-contacts", include_str!("../../policies/account-contacts.toml")),
    ("child-tenants", include_str!("../../policies/child-tenants.toml")),
    ("cloud-users", include_str!("../../policies/cloud-users.toml")),
    ("enterprise-users", include_str!("../../policies/enterprise-users.toml")),
    ("managed-accounts", include_str!("../../policies/managed-accounts.toml")),
];

fn bundle(name: &str, text: &str) -> Bundle {
    match build(vec![Source::new(name, text)]) {
        Ok(bundle) => bundle,
        Err(report) => panic!("{name}: {:#?}\n{text}", report.diagnostics),
    }
}

/// Asks the oracle, the table, and the table that was encoded and decoded.
struct Three {
    oracle: Oracle,
    built: Bundle,
    decoded: Bundle,
    /// Decoded from a bundle that carries only what decides.
    bare: Bundle,
}

impl Three {
    fn new(name: &str, text: &str) -> Self {
        let built = bundle(name, text);
        let decoded = Bundle::decode(&built.encode()).expect("what was encoded decodes");
        assert_eq!(decoded, built, "decoding gives back what was encoded");
        decoded.verify().expect("what was encoded says what it decides");
        let bare = built.without_explanations();
        let bare = Bundle::decode(&bare.encode()).expect("what was encoded decodes");
        assert_eq!(bare.digest(), built.digest(), "what explains does not decide");
        Self { oracle: Oracle::new(text), built, decoded, bare }
    }

    fn agree_on(&self, request: &serde_json::Value) {
        let expected = self.oracle.decide(request);
        for engine in [&self.built, &self.decoded, &self.bare] {
            let answer = engine::decide(engine, request);
            match (&expected, &answer) {
                (Ok(expected), Ok(answer)) => {
                    assert_eq!(answer, expected, "{request}");
                    Asked::new(request).agree(engine, expected.basis);
                }
                (Err(_), Err(_)) => {}
                _ => panic!("{request}: the oracle says {expected:?}, the table {answer:?}"),
            }
        }
    }

    fn agree_on_cells(&self, text: &str) {
        let table = &self.built.tables()[0];
        let expected =
            [(View::Actions, self.oracle.action_cells()), (View::Rows, self.oracle.row_cells())];
        for (view, expected) in expected {
            let lines = grid(table, view).expect("few enough situations").lines;
            let cells: Vec<(String, Vec<&str>)> = lines
                .into_iter()
                .map(|line| (line.label, line.cells.iter().map(|cell| cell.word).collect()))
                .collect();
            assert_eq!(cells, expected, "{view:?} of\n{text}");
        }
    }
}

#[test]
fn every_request_of_the_finite_model_of_the_five_policies() {
    for (name, text) in POLICIES {
        let three = Three::new(name, text);
        three.agree_on_cells(text);
        let mut count = 0_u64;
        finite::for_each_request(&three.oracle, 2, &mut |request| {
            count += 1;
            three.agree_on(request);
        });
        assert!(count > 1_000, "{name}: {count} requests are too few to mean anything");
    }
}

#[test]
fn random_requests_to_random_policies() {
    for seed in 0..3_000 {
        let mut rng = random::Rng::new(seed);
        let text = random::policy(&mut rng, 1 + usize::try_from(seed % 5).unwrap());
        let three = Three::new("random.toml", &text);
        three.agree_on_cells(&text);
        for _ in 0..40 {
            let request = random::request(&mut rng, &three.oracle);
            three.agree_on(&request);
        }
    }
}
