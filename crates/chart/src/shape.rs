//! Outlines of places, read from GeoJSON (RFC 7946): polygons and multipolygons of features that name a place by the property `code`.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

/// Millionths of a degree, the unit of outlines.
const MICRO: f64 = 1_000_000.0;
/// Most points of all outlines together.
const POINTS_MAX: usize = 200_000;
/// Fewest points of a ring: RFC 7946, section 3.1.6.
const RING_MIN: usize = 4;

/// Is a closed line of places on the earth: longitude and latitude in millionths of a degree.
pub type Ring = Vec<(i32, i32)>;
/// Is the outline of a place: rings, outer ones and holes alike.
pub type Outline = Vec<Ring>;

/// Says why a file holds no outlines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// It is no JSON.
    NotJson,
    /// It is no collection of features.
    NotFeatures,
    /// A feature, counted from 1, has no `code`.
    NoCode(usize),
    /// A feature, counted from 1, has no polygon, or one that is no closed ring on the earth.
    NoPolygon(usize),
    /// There are too many points.
    TooMany,
}

impl fmt::Display for Wrong {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson => write!(to, "it is no JSON"),
            Self::NotFeatures => write!(to, "it is no GeoJSON FeatureCollection"),
            Self::NoCode(at) => write!(to, "feature {at} has no text property `code`"),
            Self::NoPolygon(at) => write!(to, "feature {at} has no polygon of closed rings in degrees"),
            Self::TooMany => write!(to, "it has more than {POINTS_MAX} points"),
        }
    }
}

impl std::error::Error for Wrong {}

/// Reads the outlines of places by their codes.
pub fn outlines(text: &str) -> Result<BTreeMap<String, Outline>, Wrong> {
    let file: Value = serde_json::from_str(text).map_err(|_| Wrong::NotJson)?;
    let features = file.get("features").and_then(Value::as_array).ok_or(Wrong::NotFeatures)?;
    let (mut all, mut points) = (BTreeMap::new(), 0);
    for (at, feature) in features.iter().enumerate() {
        let code = feature.pointer("/properties/code").and_then(Value::as_str).ok_or(Wrong::NoCode(at + 1))?;
        let outline = outline(feature).ok_or(Wrong::NoPolygon(at + 1))?;
        points += outline.iter().map(Vec::len).sum::<usize>();
        if points > POINTS_MAX {
            return Err(Wrong::TooMany);
        }
        all.insert(code.to_owned(), outline);
    }
    Ok(all)
}

fn outline(feature: &Value) -> Option<Outline> {
    let coordinates = feature.pointer("/geometry/coordinates")?.as_array()?;
    let polygons: Vec<&Value> = match feature.pointer("/geometry/type")?.as_str()? {
        "Polygon" => coordinates.iter().collect(),
        "MultiPolygon" => coordinates.iter().map(Value::as_array).collect::<Option<Vec<_>>>()?.into_iter().flatten().collect(),
        _ => return None,
    };
    let rings = polygons.into_iter().map(ring).collect::<Option<Outline>>()?;
    (!rings.is_empty()).then_some(rings)
}

fn ring(value: &Value) -> Option<Ring> {
    let ring = value.as_array()?.iter().map(point).collect::<Option<Ring>>()?;
    (ring.len() >= RING_MIN && ring.first() == ring.last()).then_some(ring)
}

fn point(value: &Value) -> Option<(i32, i32)> {
    let at = |index: usize, most: f64| value.get(index)?.as_f64().filter(|degrees| degrees.abs() <= most);
    let micro = |degrees: f64| (degrees * MICRO).round() as i32;
    Some((micro(at(0, 180.0)?), micro(at(1, 90.0)?)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SQUARE: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"990121101"},
        "geometry":{"type":"Polygon","coordinates":[[[105.0,30.0],[105.1,30.0],[105.1,30.1],[105.0,30.0]]]}}]}"#;

    #[test]
    fn polygons_are_read_by_the_code_of_their_place() {
        let all = outlines(SQUARE).unwrap();
        assert_eq!(
            all["990121101"],
            [[(105_000_000, 30_000_000), (105_100_000, 30_000_000), (105_100_000, 30_100_000), (105_000_000, 30_000_000)]]
        );
        let many = SQUARE.replace("\"Polygon\"", "\"MultiPolygon\"").replace("[[[105.0", "[[[[105.0").replace("]]]}", "]]]]}");
        assert_eq!(outlines(&many).unwrap(), all);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_feature() {
        let wrong = |from: &str, to: &str| outlines(&SQUARE.replacen(from, to, 1)).unwrap_err();
        assert_eq!(outlines("{"), Err(Wrong::NotJson));
        assert_eq!(outlines("[]"), Err(Wrong::NotFeatures));
        assert_eq!(wrong("\"code\"", "\"name\""), Wrong::NoCode(1));
        assert_eq!(wrong("Polygon", "Point"), Wrong::NoPolygon(1));
        assert_eq!(wrong("[105.1,30.0]", "[1051.0,30.0]"), Wrong::NoPolygon(1));
        assert_eq!(wrong(",[105.0,30.0]]", "]"), Wrong::NoPolygon(1), "a ring is closed");
        assert!(wrong("Polygon", "Point").to_string().contains("feature 1"));
    }

    proptest! {
        #[test]
        fn parser_of_outlines(text in "[\\[\\]{}\",:0-9.eE-]{0,80}|.{0,40}", cut in 0..SQUARE.len()) {
            drop(outlines(&text));
            if let Some(part) = SQUARE.get(..cut) {
                prop_assert!(outlines(part).is_err());
            }
        }
    }
}
