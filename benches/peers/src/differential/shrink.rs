//! A request made smaller for as long as it still shows what it should.
//!
//! Not a search for the smallest: parts are taken away one by one, in one order.

use serde_json::Value;

/// The request without all that can be left out of it, part by part.
pub(super) fn smallest(request: &Value, shows: &mut dyn FnMut(&Value) -> bool) -> Value {
    let mut smallest = request.clone();
    loop {
        let smaller = without_one(&smallest).into_iter().find(|one| shows(one));
        match smaller {
            Some(one) => smallest = one,
            None => return smallest,
        }
    }
}

/// The value with one member or element less, at any depth, each way.
fn without_one(value: &Value) -> Vec<Value> {
    let mut ways = Vec::new();
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                let mut less = members.clone();
                less.remove(key);
                ways.push(Value::Object(less));
                for way in without_one(member) {
                    let mut less = members.clone();
                    less.insert(key.clone(), way);
                    ways.push(Value::Object(less));
                }
            }
        }
        Value::Array(elements) => {
            for at in 0..elements.len() {
                let mut less = elements.clone();
                less.remove(at);
                ways.push(Value::Array(less));
            }
        }
        _ => {}
    }
    ways
}
