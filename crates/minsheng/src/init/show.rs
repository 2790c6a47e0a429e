//! What would be made, for people to read before it is.

use civic::directory::{Directory, Office, Place};

use super::county::County;

/// Draws the tree with the intake office of each place, then offices and staff.
pub(crate) fn plan(county: &County) -> String {
    let directory = county.directory();
    let mut lines = vec![format!("站点 site {} {}，日志 log {}\n", county.site.code, county.site.name, county.site.origin)];
    if let Some(root) = directory.root() {
        branch(root, 0, &directory, &mut lines);
    }
    lines.push(String::new());
    lines.extend(directory.offices.values().map(|office| told(office, county)));
    let (places, offices, people) = (county.places.len(), county.offices.len(), county.people.len());
    let admin = &county.administrator;
    lines.push(format!("\n共 {places} 个地方、{offices} 个单位、{people} 人；首位管理员 {admin}。"));
    lines.push(format!("In all {places} places, {offices} offices, {people} people; the first administrator is {admin}.\n"));
    lines.join("\n")
}

fn told(office: &Office, county: &County) -> String {
    let people: Vec<&str> = county.people.iter().filter(|p| p.office == office.code).map(|p| p.name.as_str()).collect();
    let supervising = if office.supervising { "，受理检举控告 receives accusations" } else { "" };
    format!("{} {}（{}）{supervising}：{}", office.code, office.name, office.name_en, people.join("、"))
}

fn branch(place: &Place, depth: usize, directory: &Directory, lines: &mut Vec<String>) {
    let intake = directory.intake(&place.code).map_or("-", |office| &office.name);
    lines.push(format!("{}{} {}　收件 intake：{intake}", "  ".repeat(depth), place.code, place.name));
    for child in directory.children(&place.code) {
        branch(child, depth + 1, directory, lines);
    }
}
