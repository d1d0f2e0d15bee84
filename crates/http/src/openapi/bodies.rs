//! Bodies that make and change definitions, from the type of their settings: which
//! members must be given, which may be `null`, and what they are without being given.

use roster_model::define::{Presence, Settings};
use serde::Serialize;
use serde_json::Value;
use std::borrow::Cow;
use std::marker::PhantomData;
use utoipa::openapi::schema::{AnyOfBuilder, Object, SchemaType};
use utoipa::openapi::{RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// The body that makes a definition with settings `S`.
#[derive(Debug, Serialize)]
pub struct New<S>(PhantomData<S>);

/// The body that changes what `N` makes: a merge patch (RFC 7396).
#[derive(Debug, Serialize)]
pub struct Patch<N>(PhantomData<N>);

/// What settings are of, as the document calls it: `Form` of `FormSettings` and `NewForm`.
pub fn noun<S: ToSchema>() -> String {
    let name = S::name();
    let name = name.strip_prefix("New").unwrap_or(&name);
    name.strip_suffix("Settings").unwrap_or(name).to_owned()
}

/// The schema of settings as an object.
fn object<S: PartialSchema>() -> Object {
    match S::schema() {
        RefOr::T(Schema::Object(object)) => object,
        // No settings are anything else.
        _ => Object::new(),
    }
}

/// The same, or `null`.
fn nullable(schema: RefOr<Schema>) -> RefOr<Schema> {
    let or_null = |kind| match kind {
        SchemaType::Type(kind) => SchemaType::from_iter([kind, Type::Null]),
        kind => kind,
    };
    match schema {
        RefOr::T(Schema::Object(mut object)) => {
            object.schema_type = or_null(object.schema_type);
            object.into()
        }
        RefOr::T(Schema::Array(mut array)) => {
            array.schema_type = or_null(array.schema_type);
            array.into()
        }
        other => {
            let null = Object::with_type(SchemaType::Type(Type::Null));
            let either = AnyOfBuilder::new().item(other).item(null);
            RefOr::T(Schema::AnyOf(either.build()))
        }
    }
}

/// Says what a member is without being given; a reference says it where it leads to.
fn set_default(schema: &mut RefOr<Schema>, default: Option<Value>) {
    match schema {
        RefOr::T(Schema::Object(object)) => object.default = default,
        RefOr::T(Schema::Array(array)) => array.default = default,
        _ => {}
    }
}

impl<S: Settings + ToSchema> PartialSchema for New<S> {
    fn schema() -> RefOr<Schema> {
        let mut object = object::<S>();
        object.required.clear();
        for member in S::MEMBERS {
            if member.presence == Presence::Needed {
                object.required.push(member.name.to_owned());
                continue;
            }
            let Some(mut schema) = object.properties.remove(member.name) else {
                continue;
            };
            if member.presence == Presence::Optional {
                schema = nullable(schema);
            }
            set_default(&mut schema, Some((member.default)()));
            object.properties.insert(member.name.to_owned(), schema);
        }
        object.into()
    }
}

impl<N: ToSchema> PartialSchema for Patch<N> {
    fn schema() -> RefOr<Schema> {
        let mut object = object::<N>();
        object.description = Some(
            "What changes: a member that is absent stays, `null` goes back to what a new one \
             has, and a list replaces the whole list."
                .to_owned(),
        );
        let needed = std::mem::take(&mut object.required);
        if let Some(example) = object.example.as_mut().and_then(Value::as_object_mut)
            && example.keys().any(|name| !needed.contains(name))
        {
            example.retain(|name, _| !needed.contains(name));
        }
        for member in object.properties.values_mut() {
            set_default(member, None);
        }
        object.into()
    }
}

impl<S: Settings + ToSchema> ToSchema for New<S> {
    fn name() -> Cow<'static, str> {
        format!("New{}", noun::<S>()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        S::schemas(schemas);
    }
}

impl<N: ToSchema> ToSchema for Patch<N> {
    fn name() -> Cow<'static, str> {
        format!("{}Patch", noun::<N>()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        N::schemas(schemas);
    }
}
