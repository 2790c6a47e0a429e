//! The place tree as JSON, nested, for programs.

use axum::Json;
use axum::extract::State;
use civic::directory::{Directory, Place};
use serde_json::{Value, json};

use crate::app::App;
use crate::error::Problem;

/// Serves the tree; places merged into others take no new matters and are left out.
pub async fn show(State(app): State<App>) -> Result<Json<Value>, Problem> {
    let directory = app.hall.site.directory();
    let root = directory.root().ok_or(Problem::Absent)?;
    Ok(Json(node(&directory, root)))
}

fn node(directory: &Directory, place: &Place) -> Value {
    let below = directory.children(&place.code).filter(|below| below.merged_into.is_none());
    let children: Vec<Value> = below.map(|below| node(directory, below)).collect();
    json!({"code": place.code, "name": place.name, "children": children})
}
