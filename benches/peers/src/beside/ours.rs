//! policyc as a service uses it: a bundle that is loaded, `decide`, and a prepared principal.
//!
//! Not the compiler: what makes the bundle is no part of what is measured.

use policyc::{
    Assignment, Bundle, PreparedPrincipal, Principal, Query, Request, Source, Table, build, decide,
};

use super::engine::Engine;
use super::sizes::{Asked, Cells};

pub(super) struct Ours {
    bundle: Bundle,
}

impl Engine for Ours {
    /// The principal is prepared, as for a session; the action is still looked up by its name.
    type Ready = (PreparedPrincipal, &'static str);

    fn stored(cells: &Cells) -> Vec<u8> {
        match build(vec![Source::new("policy.toml", cells.toml.as_str())]) {
            Ok(bundle) => bundle.encode(),
            Err(report) => panic!("{:#?}", report.diagnostics),
        }
    }

    fn load(stored: &[u8]) -> Self {
        Self { bundle: Bundle::decode(stored).expect("a bundle") }
    }

    fn ready(&self, asked: &'static Asked) -> Self::Ready {
        let held: Vec<Assignment> = assignments(asked).collect();
        let principal = Principal { assignments: &held, ..Principal::default() };
        let prepared = PreparedPrincipal::new(table(&self.bundle), principal, &[]);
        (prepared.expect("a well-formed principal"), &asked.action)
    }

    fn decide_ready(&mut self, (principal, action): &Self::Ready) -> bool {
        principal.decide(action).is_allowed()
    }

    fn decide(&mut self, asked: &'static Asked) -> bool {
        // One to three roles: as many as requests have, without a heap.
        let role = |at: usize| asked.roles.get(at).map_or("", |role| role);
        let held: [Assignment; 3] =
            std::array::from_fn(|at| Assignment { role: role(at), scope: None });
        let held = &held[..asked.roles.len()];
        decide(&request(table(&self.bundle), held, &asked.action)).is_allowed()
    }
}

fn table(bundle: &Bundle) -> &Table {
    bundle.tables().first().expect("one policy")
}

fn assignments(asked: &Asked) -> impl Iterator<Item = Assignment<'_>> {
    asked.roles.iter().map(|role| Assignment { role, scope: None })
}

fn request<'a>(table: &'a Table, held: &'a [Assignment<'a>], action: &'a str) -> Request<'a> {
    let principal = Principal { assignments: held, ..Principal::default() };
    let query = Query { principal, action, ..Query::default() };
    Request::new(table, query).expect("a well-formed request")
}
