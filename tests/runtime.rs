//! The runtime half alone: what a service links can load, decide and explain.
//!
//! Not the decisions of the language, which `tests/it` compares with the oracle. This target needs
//! no feature, and builds without any: `cargo test --no-default-features --test runtime`.

use policyc::{
    Assignment, Basis, Bundle, BundleErrorKind, Circumstances, LiveBundle, PreparedPrincipal,
    Principal, Query, Request, RequestError, Resource, Scope, Value, allowed_actions, decide,
    explain,
};

const NEWSROOM: &[u8] = include_bytes!("data/newsroom.bundle");

fn newsroom() -> Bundle {
    Bundle::decode(NEWSROOM).expect("the bundle is of this format; a test of `it` keeps it so")
}

const DESK: Scope<'_> = Scope { kind: "desk", id: "sports" };

fn writer() -> [Assignment<'static>; 1] {
    [Assignment::parse("writer@desk:sports").expect("an assignment")]
}

fn edit<'a>(roles: &'a [Assignment<'a>], state: &'a [(&'a str, Value<'a>)]) -> Query<'a> {
    Query {
        principal: Principal { kind: Some("person"), assignments: roles, ..Principal::default() },
        action: "articles.edit",
        resource: Resource { scopes: &[DESK], attributes: state, ..Resource::default() },
        assertions: &[("suspended", false)],
        ..Query::default()
    }
}

#[test]
fn a_bundle_decides_and_explains_without_the_compiler() {
    let bundle = newsroom();
    let table = bundle.table("newsroom").expect("the policy");
    let roles = writer();
    let draft = [("state", Value::String("draft"))];
    let request = Request::new(table, edit(&roles, &draft)).expect("a request");
    assert_eq!(decide(&request).basis(), Basis::Granted);

    let explanation = explain(&request);
    let [reason] = explanation.reasons.as_slice() else { panic!("{explanation:?}") };
    assert_eq!(reason.stated.title, Some("Writers edit drafts"));
    assert_eq!((reason.stated.file, reason.stated.line), ("newsroom.toml", 54));
    assert_eq!(reason.scope, Some(DESK));
    assert_eq!(
        allowed_actions(&request),
        ["articles.edit", "articles.read", "front-page.read", "panel.enter"]
    );
}

#[test]
fn what_is_missing_never_allows_and_never_lifts_a_forbid() {
    let bundle = newsroom();
    let table = bundle.table("newsroom").expect("the policy");
    let roles = writer();
    let request = Request::new(table, edit(&roles, &[])).expect("a request");
    assert_eq!(decide(&request).basis(), Basis::ConditionUnknown);

    let draft = [("state", Value::String("draft"))];
    let query = Query { assertions: &[], ..edit(&roles, &draft) };
    let request = Request::new(table, query).expect("a request");
    assert_eq!(decide(&request).basis(), Basis::Forbidden);
}

#[test]
fn a_contradictory_query_is_no_request() {
    let bundle = newsroom();
    let table = bundle.table("newsroom").expect("the policy");
    let asserting = |assertions| Request::new(table, Query { assertions, ..Query::default() });
    let twice: &[(&str, bool)] = &[("suspended", true), ("suspended", false)];
    assert!(matches!(asserting(twice), Err(RequestError::AssertedTwice { .. })));
    assert!(matches!(asserting(&[("is-draft", true)]), Err(RequestError::AssertedTest { .. })));
    assert!(asserting(&[("undeclared", true)]).is_ok());

    let two = [("desk", Value::Integer(1)), ("desk", Value::Integer(2))];
    let query = Query { context: &two, ..Query::default() };
    assert!(matches!(Request::new(table, query), Err(RequestError::AttributeTwice { .. })));
    let id = [("id", Value::String("7"))];
    let principal = Principal { attributes: &id, ..Principal::default() };
    let query = Query { principal, ..Query::default() };
    assert!(matches!(Request::new(table, query), Err(RequestError::BuiltInAttribute { .. })));
}

#[test]
fn an_unknown_policy_denies() {
    let bundle = newsroom();
    let query = Query { action: "articles.read", ..Query::default() };
    let request = Request::for_policy(&bundle, Some("newsrom"), query).expect("a request");
    assert_eq!(decide(&request).basis(), Basis::UnknownPolicy);
    let request = Request::for_policy(&bundle, None, query).expect("there is only one policy");
    assert_eq!(decide(&request).basis(), Basis::NotGranted);
}

#[test]
fn loading_says_what_is_wrong() {
    let missing = Bundle::load("no/such.bundle").expect_err("there is no such file");
    assert_eq!(missing.to_string(), "cannot load the bundle `no/such.bundle`");
    assert!(missing.bundle_error().is_none() && std::error::Error::source(&missing).is_some());
    let kind = |bytes: &[u8]| Bundle::decode(bytes).expect_err("no bundle").kind();
    assert_eq!(kind(b"TOML"), BundleErrorKind::NotABundle);
    let mut other = NEWSROOM.to_vec();
    other[8] = 9;
    assert_eq!(kind(&other), BundleErrorKind::OtherFormat { format: 9 });
    let mut damaged = NEWSROOM.to_vec();
    damaged[100] ^= 1;
    assert!(matches!(kind(&damaged), BundleErrorKind::Broken { .. }));
}

#[test]
fn a_service_may_share_a_bundle_between_threads() {
    fn shared<T: Send + Sync + 'static>(_: &T) {}
    shared(&newsroom());
    shared(&LiveBundle::new(newsroom()));
    let bundle = newsroom();
    let prepared = PreparedPrincipal::new(&bundle.tables()[0], Principal::default(), &[]);
    shared(&prepared.expect("a principal"));
}

#[test]
fn a_prepared_principal_outlives_what_it_was_prepared_from() {
    let prepared = {
        let (bundle, roles) = (newsroom(), writer());
        let query = edit(&roles, &[]);
        let table = bundle.table("newsroom").expect("the policy");
        PreparedPrincipal::new(table, query.principal, &[DESK]).expect("a principal")
    };
    let draft = [("state", Value::String("draft"))];
    let circumstances = Circumstances {
        resource_attributes: &draft,
        assertions: &[("suspended", false)],
        ..Circumstances::default()
    };
    let asked = prepared.with(circumstances).expect("good circumstances");
    assert_eq!(asked.decide("articles.edit").basis(), Basis::Granted);
    assert_eq!(prepared.decide("articles.edit").basis(), Basis::Forbidden, "it may be suspended");
    assert_eq!(prepared.decide("no.such").basis(), Basis::UnknownAction);
    let allowed: Vec<&str> = asked.allowed_actions().names().collect();
    assert_eq!(allowed, ["articles.edit", "articles.read", "front-page.read", "panel.enter"]);
    let asserted = Circumstances { assertions: &[("is-draft", true)], ..circumstances };
    assert!(matches!(prepared.with(asserted), Err(RequestError::AssertedTest { .. })));
}

#[test]
fn what_explains_can_be_left_out() {
    let whole = newsroom();
    let bare = Bundle::decode(&whole.without_explanations().encode()).expect("a bundle");
    assert_eq!(bare.digest(), whole.digest());
    assert!(whole.has_explanations() && !bare.has_explanations());
    let (roles, draft) = (writer(), [("state", Value::String("draft"))]);
    let table = bare.table("newsroom").expect("the policy");
    let explanation_of = Request::new(table, edit(&roles, &draft)).expect("a request");
    let explanation = explain(&explanation_of);
    assert_eq!(explanation.decision.basis(), Basis::Granted);
    let [reason] = explanation.reasons.as_slice() else { panic!("{explanation:?}") };
    assert_eq!((reason.stated.title, reason.stated.line), (None, 0));
}

/// Readers ask all the while; every answer is from one bundle or the other, and a bad file changes
/// nothing.
#[test]
fn a_live_bundle_is_replaced_while_it_is_asked() {
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

    let folder = std::env::temp_dir().join(format!("policyc-live-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let [good, bad] = ["good.bundle", "bad.bundle"].map(|name| folder.join(name));
    let bare = newsroom().without_explanations();
    std::fs::write(&good, bare.encode()).expect("a file");
    let mut damaged = NEWSROOM.to_vec();
    damaged[200] ^= 1;
    std::fs::write(&bad, damaged).expect("a file");

    let live = LiveBundle::new(newsroom());
    let (is_done, answers) = (AtomicBool::new(false), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let roles = writer();
                while !is_done.load(Ordering::Relaxed) {
                    let bundle = live.current();
                    let table = bundle.table("newsroom").expect("the policy, whichever bundle");
                    let draft = [("state", Value::String("draft"))];
                    let request = Request::new(table, edit(&roles, &draft)).expect("a request");
                    assert!(decide(&request).is_allowed());
                    answers.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for at in 0..200 {
            let reloaded = live.reload(&good).expect("a good bundle");
            assert_eq!(reloaded.before, reloaded.after, "both decide the same");
            assert!(!live.current().has_explanations(), "the new one is in place");
            let before = live.current();
            let error = live.reload(&bad).expect_err("a damaged bundle");
            assert!(error.bundle_error().is_some(), "{error}");
            assert!(std::sync::Arc::ptr_eq(&before, &live.current()), "the last good one stays");
            assert!(live.reload(folder.join("missing")).is_err());
            live.replace(newsroom());
            // So that readers have had a turn, however few processors there are.
            while answers.load(Ordering::Relaxed) < at {
                std::thread::yield_now();
            }
        }
        is_done.store(true, Ordering::Relaxed);
    });
    std::fs::remove_dir_all(&folder).expect("the folder");
}

#[test]
fn deciding_allocates_nothing() {
    let bundle = newsroom();
    let table = bundle.table("newsroom").expect("the policy");
    let roles = writer();
    let draft = [("state", Value::String("draft"))];
    let queries = [
        edit(&roles, &draft),
        edit(&roles, &[]),
        Query { action: "articles.read", ..edit(&roles, &[]) },
        Query { action: "articles.publish", ..edit(&roles, &draft) },
        Query { action: "no.such", ..edit(&roles, &[]) },
    ];
    for query in queries {
        let counted = allocation_counter::measure(|| {
            let request = Request::new(table, query).expect("a request");
            let _ = std::hint::black_box(decide(&request));
        });
        assert_eq!(counted.count_total, 0, "{query:?}");

        let scopes = query.resource.scopes;
        let prepared = PreparedPrincipal::new(table, query.principal, scopes).expect("good");
        let circumstances = Circumstances {
            resource_attributes: query.resource.attributes,
            assertions: query.assertions,
            ..Circumstances::default()
        };
        let counted = allocation_counter::measure(|| {
            let asked = prepared.with(circumstances).expect("good");
            let _ = std::hint::black_box(asked.decide(query.action));
        });
        assert_eq!(counted.count_total, 0, "prepared, {query:?}");
    }
}
