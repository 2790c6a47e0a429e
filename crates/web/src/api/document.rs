//! The description of this interface (OpenAPI 3.1), made of the table of operations and of the types that are read and answered.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use axum::Json;
use axum::http::HeaderMap;
use axum::response::Response;
use civic::permit::Act;
use serde_json::json;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::{OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, Content, HttpMethod, InfoBuilder, LicenseBuilder, ObjectBuilder, OpenApi, OpenApiBuilder, OpenApiVersion,
    PathItem, PathsBuilder, Ref, RefOr, Required, ResponseBuilder, Schema, SecurityRequirement, Type,
};

use super::acts::doable;
use super::again;
use super::etag;
use super::open::{COUNT_MAX, SHEETS};
use super::operations::{Asker, Gives, OPERATIONS, Operation};

/// Answers with the description.
pub(super) async fn show(headers: HeaderMap) -> Response {
    static SHOWN: OnceLock<(OpenApi, String)> = OnceLock::new();
    let (document, mark) = SHOWN.get_or_init(|| {
        let document = document();
        let mark = etag::mark(1, &document);
        (document, mark)
    });
    etag::answer(&headers, mark, Json(document))
}

/// Makes the description.
fn document() -> OpenApi {
    let mut schemas: BTreeMap<String, RefOr<Schema>> = BTreeMap::new();
    let mut paths = PathsBuilder::new();
    for one in OPERATIONS {
        for gives in [one.takes, one.gives.1] {
            if let Gives::Json(name, describe) = gives {
                let mut all = Vec::new();
                describe(&mut all);
                // the type itself under the name of the table, for one of many is called by what it holds
                schemas.extend(all.drain(..1).map(|(_, schema)| (name.to_owned(), schema)));
                schemas.extend(all);
            }
        }
        paths = paths.path(one.path, PathItem::new(method(one.method), operation(one)));
    }
    let bearer =
        |about: &str| SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(about)).build());
    let components = ComponentsBuilder::new()
        .schemas_from_iter(schemas)
        .schema("Problem", problem())
        .security_scheme("session", bearer("The token of a session, from `POST /api/v1/sessions`."))
        .security_scheme("program", bearer("The key of a program, from the administrator of the site."));
    let about = "群众诉求平台的程序接口。居民能在页面上办的事，程序也能替居民办；公开数据无需密钥。\n\nWhat a resident can do on pages, and open data. \
        Names of codes are those of the pages; errors are problem+json (RFC 9457) with a sentence and a code. `Accept-Language` chooses between \
        `zh-CN` and `en`. See `docs/api.md`.";
    OpenApiBuilder::new()
        .openapi(OpenApiVersion::Version31)
        .info(
            InfoBuilder::new()
                .title("民声 Minsheng")
                .version("1")
                .description(Some(about))
                .license(Some(LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build()))
                .build(),
        )
        .paths(paths.build())
        .components(Some(components.build()))
        .build()
}

fn method(name: &str) -> HttpMethod {
    match name {
        "POST" => HttpMethod::Post,
        "DELETE" => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}

fn operation(one: &Operation) -> OperationBuilder {
    let mut built =
        OperationBuilder::new().operation_id(Some(one.id)).tag(one.group).summary(Some(one.zh)).description(Some(one.en));
    for name in one.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
        built = built.parameter(parameter((name, ParameterIn::Path), "", Required::True));
    }
    for (name, about) in one.query {
        built = built.parameter(parameter((name, ParameterIn::Query), about, Required::False));
    }
    if one.id == "act" {
        let about = "The `ETag` of the matter as the program saw it; 412 where it changed since.";
        built = built.parameter(parameter(("If-Match", ParameterIn::Header), about, Required::False));
    }
    if one.once {
        let about =
            "What was sent under the same key before is not done again. 16 to 128 visible characters, drawn anew for each act.";
        built = built.parameter(parameter(("Idempotency-Key", ParameterIn::Header), about, Required::True));
    }
    if one.marked && one.method == "GET" {
        let about = "The `ETag` of an answer before; 304 where nothing changed since.";
        built = built.parameter(parameter(("If-None-Match", ParameterIn::Header), about, Required::False));
    }
    let any: [&str; 0] = [];
    built = match one.asker {
        Asker::Anybody => built,
        Asker::Program => built.security(SecurityRequirement::default()).security(SecurityRequirement::new("program", any)),
        Asker::ProgramOnly => built.security(SecurityRequirement::new("program", any)),
        Asker::Resident => built.security(SecurityRequirement::new("session", any)),
    };
    if let Some(content) = content(one.takes) {
        let body = RequestBodyBuilder::new().required(Some(Required::True)).content("application/json", content.1);
        built = built.request_body(Some(body.build()));
    }
    answers(built, one)
}

fn answers(mut built: OperationBuilder, one: &Operation) -> OperationBuilder {
    let (status, gives) = one.gives;
    let mut good = ResponseBuilder::new().description("好的");
    if let Some((media, content)) = content(gives) {
        good = good.content(media, content);
    }
    let good = good.build();
    if one.once && status == "201" {
        built = built.response("200", good.clone());
    }
    built = built.response(status, good);
    if one.marked && one.method == "GET" {
        built = built.response("304", ResponseBuilder::new().description("没有变化").build());
    }
    let wrong = |about: &str| {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        ResponseBuilder::new().description(about).content("application/problem+json", content).build()
    };
    built.response("4XX", wrong("没有办成：为什么，怎么办")).response("5XX", wrong("系统出错，稍后再试"))
}

fn parameter((name, place): (&str, ParameterIn), about: &str, required: Required) -> ParameterBuilder {
    let whole = matches!(name, "version" | "at" | "limit");
    let mut schema = ObjectBuilder::new().schema_type(if whole { Type::Integer } else { Type::String });
    if name == "Idempotency-Key" {
        schema = schema.min_length(Some(again::KEY_CHARS_MIN)).max_length(Some(again::KEY_CHARS_MAX)).pattern(Some("^[!-~]+$"));
    }
    if name == "act" {
        schema = schema.enum_values(Some(doable().map(Act::code)));
    }
    if name == "name" {
        schema = schema.enum_values(Some(SHEETS));
    }
    if whole {
        schema = schema.minimum(Some(i32::from(name == "limit")));
    }
    if name == "limit" {
        schema = schema.maximum(Some(COUNT_MAX));
    }
    let about = Some(about).filter(|about| !about.is_empty());
    ParameterBuilder::new().name(name).parameter_in(place).required(required).description(about).schema(Some(schema))
}

fn content(gives: Gives) -> Option<(&'static str, Content)> {
    match gives {
        Gives::Nothing => None,
        Gives::Json(name, _) => {
            Some(("application/json", ContentBuilder::new().schema(Some(Ref::from_schema_name(name))).build()))
        }
        Gives::Media(media) => Some((media, ContentBuilder::new().build())),
    }
}

/// Describes an answer that is no (RFC 9457).
fn problem() -> RefOr<Schema> {
    let text = |about: &str| ObjectBuilder::new().schema_type(Type::String).description(Some(about));
    ObjectBuilder::new()
        .property("type", text("`urn:minsheng:` and the code."))
        .property("title", text("What kind of no it is, in words."))
        .property("status", ObjectBuilder::new().schema_type(Type::Integer))
        .property("detail", text("Why, in words."))
        .property("instead", text("What to do, in words."))
        .property("code", text("Why, by code."))
        .property("incident", text("Where the site failed: what its operator finds it by."))
        .property(
            "errors",
            serde_json::from_value::<Schema>(json!({"type": "array", "items": {"type": "object"}})).unwrap_or_default(),
        )
        .required("type")
        .required("title")
        .required("status")
        .required("code")
        .into()
}
