//! The tree as the schema sees it: JSON, read in place and not copied.
//!
//! Not a second tree, and not the rules: those stand in the schema. JSON has no dates and takes 1.0
//! for an integer; both are null here, which no schema of ours allows anywhere.

use std::borrow::Cow;
use std::iter::Map;

use foldhash::fast::RandomState;
use indexmap::IndexSet;
use jsonschema::JsonType;
use jsonschema::json::{self, Json, NodeIdentity};
use serde_json::{Number, Value};

use super::tree::{Entries, Entry, Node, NodeValue};

/// The representation of JSON whose values are [`View`]s.
#[derive(Debug)]
pub(super) struct TreeJson;

/// A value of the tree, or the key of a table.
#[derive(Debug, Clone, Copy)]
pub(super) enum View<'t> {
    Node(&'t Node<'t>),
    Key(&'t str),
}

impl Json for TreeJson {
    type Node<'a> = View<'a>;
    type PreparedKey = String;
    type StringBuffer = ();

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>((): &mut (), key: &str, read: impl FnOnce(View<'_>) -> T) -> T {
        read(View::Key(key))
    }
}

impl<'t> json::Node<'t, TreeJson> for View<'t> {
    type Object = &'t Entries<'t>;
    type Array = &'t [Node<'t>];
    type Number = Number;

    fn as_object(&self) -> Option<&'t Entries<'t>> {
        if let Self::Node(node) = self { node.as_table() } else { None }
    }

    fn as_array(&self) -> Option<&'t [Node<'t>]> {
        if let Self::Node(Node { value: NodeValue::Array(items), .. }) = self {
            return Some(items);
        }
        None
    }

    fn as_string(&self) -> Option<Cow<'t, str>> {
        self.text().map(Cow::Borrowed)
    }

    fn as_number(&self) -> Option<Number> {
        if let Self::Node(Node { value: NodeValue::Integer(number), .. }) = self {
            return Some(Number::from(*number));
        }
        None
    }

    fn as_boolean(&self) -> Option<bool> {
        if let Self::Node(Node { value: NodeValue::Boolean(known), .. }) = self {
            return Some(*known);
        }
        None
    }

    fn is_null(&self) -> bool {
        self.json_type() == JsonType::Null
    }

    fn json_type(&self) -> JsonType {
        let Self::Node(node) = self else {
            return JsonType::String;
        };
        match &node.value {
            NodeValue::Nothing | NodeValue::Float | NodeValue::Datetime => JsonType::Null,
            NodeValue::String(_) => JsonType::String,
            NodeValue::Integer(_) => JsonType::Number,
            NodeValue::Boolean(_) => JsonType::Boolean,
            NodeValue::Array(_) => JsonType::Array,
            NodeValue::Table(_) => JsonType::Object,
        }
    }

    fn to_value(&self) -> Cow<'t, Value> {
        Cow::Owned(match self {
            Self::Node(node) => node.to_json(),
            Self::Key(key) => Value::from(*key),
        })
    }

    fn identity(&self) -> Option<NodeIdentity> {
        let Self::Node(node) = self else {
            return None;
        };
        Some(NodeIdentity::new(std::ptr::from_ref::<Node<'_>>(node).addr()))
    }
}

impl<'t> View<'t> {
    fn text(&self) -> Option<&'t str> {
        match self {
            Self::Key(key) => Some(key),
            Self::Node(Node { value: NodeValue::String(text), .. }) => Some(text),
            Self::Node(_) => None,
        }
    }
}

impl<'t> json::Object<'t, TreeJson> for &'t Entries<'t> {
    type Node = View<'t>;
    type MemberName = &'t str;
    type MembersIter = Map<
        indexmap::map::Iter<'t, Cow<'t, str>, Entry<'t>>,
        fn((&'t Cow<'t, str>, &'t Entry<'t>)) -> (&'t str, View<'t>),
    >;

    fn len(&self) -> usize {
        Entries::len(self)
    }

    fn get(&self, key: &String) -> Option<View<'t>> {
        Entries::get(self, key.as_str()).map(|entry| View::Node(&entry.node))
    }

    fn members(&self) -> Self::MembersIter {
        self.iter().map(|(key, entry)| (key.as_ref(), View::Node(&entry.node)))
    }
}

impl<'t> json::Array<'t, TreeJson> for &'t [Node<'t>] {
    type Node = View<'t>;
    type ElementsIter = Map<std::slice::Iter<'t, Node<'t>>, fn(&'t Node<'t>) -> View<'t>>;

    fn len(&self) -> usize {
        <[Node<'_>]>::len(self)
    }

    fn elements(&self) -> Self::ElementsIter {
        self.iter().map(View::Node)
    }

    /// Long lists are lists of names, which can be compared as they stand.
    fn is_unique(&self) -> bool {
        let names: Option<Vec<&str>> = self.iter().map(|node| View::Node(node).text()).collect();
        let Some(names) = names else {
            let values: Vec<Value> = self.iter().map(Node::to_json).collect();
            return json::unique::is_unique(&values);
        };
        let seen: IndexSet<&str, RandomState> = names.iter().copied().collect();
        seen.len() == names.len()
    }
}
