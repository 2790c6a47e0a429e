//! The invented county that tests live in: 清禾县, code 990121. All places, offices and people are made up.

use civic::directory::{Duty, Entry, Office, Place, PlaceLevel, Role, Staff};
use civic::site::SiteConfig;
use uuid::Uuid;

/// The site's jurisdiction.
pub const JURISDICTION: i64 = 990_121;
/// The county's code, also the site's.
pub const COUNTY: &str = "990121";
/// Origin of the site's public log.
pub const ORIGIN: &str = "log.qinghe.example/990121";
/// Says who the county's site is.
pub fn site() -> SiteConfig {
    SiteConfig {
        jurisdiction: JURISDICTION,
        code: COUNTY.to_owned(),
        origin: ORIGIN.to_owned(),
        zone: "Asia/Shanghai".to_owned(),
        witnesses_required: 0,
    }
}

/// A village that tests may file from; its township is [`TOWNSHIP`].
pub const VILLAGE: &str = "990121100201";
/// The township of [`VILLAGE`].
pub const TOWNSHIP: &str = "990121100";

/// The county's complaints office (信访局): intake of the county.
pub const PETITIONS: &str = "xf";
/// The county government, above all other offices but the supervising body.
pub const GOVERNMENT: &str = "zf";
/// The supervising body, which receives accusations.
pub const SUPERVISION: &str = "jw";
/// The housing and building office.
pub const HOUSING: &str = "zj";
/// The water office.
pub const WATER: &str = "sw";
/// The township government of [`TOWNSHIP`]: intake of its villages.
pub const TOWNSHIP_OFFICE: &str = "bd";
/// The other township's government.
pub const OTHER_TOWNSHIP_OFFICE: &str = "ny";

const PLACES: &[(&str, &str, &str, &str, PlaceLevel)] = &[
    (COUNTY, "清禾县", "Qinghe County", "", PlaceLevel::County),
    (TOWNSHIP, "北渡镇", "Beidu Town", COUNTY, PlaceLevel::Township),
    ("990121101", "南窑乡", "Nanyao Township", COUNTY, PlaceLevel::Township),
    (VILLAGE, "柳湾村", "Liuwan Village", TOWNSHIP, PlaceLevel::Village),
    ("990121100202", "石桥村", "Shiqiao Village", TOWNSHIP, PlaceLevel::Village),
    ("990121100001", "渡口社区", "Dukou Community", TOWNSHIP, PlaceLevel::Village),
    ("990121101201", "上窑村", "Shangyao Village", "990121101", PlaceLevel::Village),
    ("990121101202", "下窑村", "Xiayao Village", "990121101", PlaceLevel::Village),
];

/// Holds code, Chinese and English name, place, superior, categories of its duties.
type OfficeRow = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static [&'static str]);

const OFFICES: &[OfficeRow] = &[
    (GOVERNMENT, "清禾县人民政府办公室", "Qinghe County Government Office", COUNTY, "", &["24"]),
    (SUPERVISION, "清禾县纪委监委", "Qinghe County Supervision Commission", COUNTY, "", &["21"]),
    (PETITIONS, "清禾县信访局", "Qinghe County Petitions Office", COUNTY, GOVERNMENT, &["20", "99"]),
    (HOUSING, "清禾县住房和城乡建设局", "Qinghe County Housing Office", COUNTY, GOVERNMENT, &["04", "14"]),
    (WATER, "清禾县水务局", "Qinghe County Water Office", COUNTY, GOVERNMENT, &["03"]),
    (TOWNSHIP_OFFICE, "北渡镇人民政府", "Beidu Town Government", TOWNSHIP, GOVERNMENT, &["02", "16", "19"]),
    (OTHER_TOWNSHIP_OFFICE, "南窑乡人民政府", "Nanyao Township Government", "990121101", GOVERNMENT, &["02", "16", "19"]),
];

/// Log-in name, name, job title, office, role. One line stands for each role, and some roles for two offices.
const STAFF: &[(&str, &str, &str, &str, Role)] = &[
    ("lin", "林之衡", "承办人", HOUSING, Role::Officer),
    ("shao", "邵问渠", "局长", HOUSING, Role::OfficeHead),
    ("wei", "魏听澜", "承办人", WATER, Role::Officer),
    ("kong", "孔照野", "局长", WATER, Role::OfficeHead),
    ("gu", "顾行舟", "承办人", TOWNSHIP_OFFICE, Role::Officer),
    ("qiao", "乔仲禾", "镇长", TOWNSHIP_OFFICE, Role::OfficeHead),
    ("an", "安若朴", "接访员", PETITIONS, Role::Officer),
    ("bai", "白守拙", "局长", PETITIONS, Role::OfficeHead),
    ("du", "杜望舒", "副县长", GOVERNMENT, Role::Leader),
    ("meng", "孟执中", "督查室主任", GOVERNMENT, Role::Supervisor),
    ("yan", "严知白", "审计员", GOVERNMENT, Role::Auditor),
    ("tang", "唐守一", "系统管理员", GOVERNMENT, Role::Administrator),
    ("he", "何晓岸", "窗口工作人员", PETITIONS, Role::WindowOperator),
    ("jin", "金语迟", "热线话务员", PETITIONS, Role::HotlineOperator),
    ("luo", "罗春耕", "村党支部书记", TOWNSHIP_OFFICE, Role::VillageCadre),
    ("xu", "许小满", "网格员", TOWNSHIP_OFFICE, Role::GridWorker),
    ("fang", "方以和", "人民调解员", TOWNSHIP_OFFICE, Role::Mediator),
    ("ning", "宁思齐", "监督人员", SUPERVISION, Role::Officer),
    ("su", "苏问月", "信访室干部", SUPERVISION, Role::AccusationHandler),
    ("pan", "潘既明", "信访室干部", SUPERVISION, Role::AccusationHandler),
];

/// Returns every entry of the county, in an order in which they can be set.
pub fn entries() -> Vec<Entry> {
    let places = PLACES.iter().map(|(code, name, name_en, parent, level)| {
        Entry::Place(Place {
            code: (*code).to_owned(),
            name: (*name).to_owned(),
            name_en: (*name_en).to_owned(),
            parent: some(parent),
            level: *level,
            also: Vec::new(),
            merged_into: None,
            outline: Vec::new(),
        })
    });
    let staff = STAFF.iter().map(|row| Entry::Staff(member(row)));
    places.chain(OFFICES.iter().map(|row| Entry::Office(office(row)))).chain(staff).collect()
}

/// Returns the id of the member of staff with a log-in name of this county.
pub fn staff_id(login: &str) -> Uuid {
    let number = STAFF.iter().position(|row| row.0 == login).expect("the county has such a log-in name");
    Uuid::from_u128(0x5747_4646_0000_4000_8000_0000_0000_0000 + number as u128)
}

/// Returns the id of the first member of staff with a role.
pub fn somebody(role: Role) -> Uuid {
    let row = STAFF.iter().find(|row| row.4 == role).expect("the county has somebody for each role");
    staff_id(row.0)
}

fn office((code, name, name_en, place, superior, categories): &OfficeRow) -> Office {
    let intake = match *code {
        PETITIONS => vec![COUNTY.to_owned()],
        TOWNSHIP_OFFICE | OTHER_TOWNSHIP_OFFICE => vec![(*place).to_owned()],
        _ => Vec::new(),
    };
    Office {
        code: (*code).to_owned(),
        name: (*name).to_owned(),
        name_en: (*name_en).to_owned(),
        place: (*place).to_owned(),
        superior: some(superior),
        phone: "0990-5550100".to_owned(),
        address: format!("清禾县禾川路 12 号（{name}）"),
        hours: "周一至周五 8:30–12:00，14:00–17:30".to_owned(),
        duties: categories.iter().map(|category| Duty { category: (*category).to_owned(), places: Vec::new() }).collect(),
        intake_for: intake,
        supervising: *code == SUPERVISION,
        successor: None,
    }
}

fn member((login, name, title, office, role): &(&str, &str, &str, &str, Role)) -> Staff {
    Staff {
        id: staff_id(login),
        login: (*login).to_owned(),
        name: (*name).to_owned(),
        title: (*title).to_owned(),
        office: (*office).to_owned(),
        roles: vec![*role],
        place: role.is_bound_to_a_place().then(|| VILLAGE.to_owned()),
        active: true,
        email: Some(format!("{login}@qinghe.example")),
        deputy: None,
        away: None,
    }
}

fn some(code: &str) -> Option<String> {
    (!code.is_empty()).then(|| code.to_owned())
}
