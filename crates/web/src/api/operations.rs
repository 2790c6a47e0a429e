//! The table of what can be asked: the description is made of it, and a test holds it to the addresses that answer.

use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::acts::{Acted, Deed};
use super::consult::{ConsultOut, Gave, NewVoice, PointOut};
use super::matters::{NewMatter, NewReceipt};
use super::open::{OfficeRow, Paged, PlaceRow, SubjectRow, TermRow};
use super::posts::{NewReply, NewTopic, PostRow, Posted, TopicPage};
use super::receptions::{Booked, DayOut, NewBooking};
use super::sent::{Changes, SentPage, Since};
use super::sessions::{Begun, Shown};
use super::supervision::FileOut;
use super::view::Matter;
use crate::take::Figures;

/// Says who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asker {
    /// Anybody.
    Anybody,
    /// Anybody, or a program with its key.
    Program,
    /// A program with its key only.
    ProgramOnly,
    /// A resident who showed number and query code.
    Resident,
}

/// Says what is answered.
#[derive(Clone, Copy)]
pub(super) enum Gives {
    /// Nothing but the status.
    Nothing,
    /// JSON of a type: its name, and how it and what it is made of are described.
    Json(&'static str, fn(&mut Vec<(String, RefOr<Schema>)>)),
    /// Something of another media type.
    Media(&'static str),
}

/// Is one thing that can be asked.
pub(super) struct Operation {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) id: &'static str,
    pub(super) group: &'static str,
    pub(super) zh: &'static str,
    pub(super) en: &'static str,
    pub(super) asker: Asker,
    /// Names in the query, with what they are.
    pub(super) query: &'static [(&'static str, &'static str)],
    pub(super) takes: Gives,
    /// The status of success and what comes with it.
    pub(super) gives: (&'static str, Gives),
    /// Whether it is sent under an `Idempotency-Key`.
    pub(super) once: bool,
    /// Whether its answer bears a mark of its version.
    pub(super) marked: bool,
}

/// Describes a type and what it is made of.
fn of<T: ToSchema + PartialSchema>(all: &mut Vec<(String, RefOr<Schema>)>) {
    all.push((T::name().into_owned(), T::schema()));
    T::schemas(all);
}

/// Describes a page of rows, and the rows.
fn paged<T: ToSchema + PartialSchema>(all: &mut Vec<(String, RefOr<Schema>)>) {
    all.push((Paged::<T>::name().into_owned(), Paged::<T>::schema()));
    of::<T>(all);
}

const PAGED: &[(&str, &str)] = &[
    ("limit", "Rows of one page, 1 to 500; 100 where nothing is said."),
    ("cursor", "Where the page before ended: its `next`."),
];

const CURSOR: &[(&str, &str)] = &[("cursor", "Where the page before ended: its `next`.")];

const BOARD: &[(&str, &str)] = &[
    ("kind", "`blog` for posts of offices; topics where nothing is said."),
    ("place", "Code of a place: topics there and below it."),
    ("theme", "Code of a category."),
    ("office", "Code of an office, with `kind=blog`."),
    ("only", "`open` for topics that wait for an answer."),
    ("limit", "Rows of one page, 1 to 500; 100 where nothing is said."),
    ("cursor", "Where the page before ended: its `next`."),
];

const READ: Operation = Operation {
    method: "GET",
    path: "",
    id: "",
    group: "open",
    zh: "",
    en: "",
    asker: Asker::Anybody,
    query: &[],
    takes: Gives::Nothing,
    gives: ("200", Gives::Nothing),
    once: false,
    marked: true,
};

/// Lists everything that can be asked.
pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        method: "POST",
        path: "/api/v1/matters",
        id: "fileMatter",
        group: "resident",
        zh: "提交诉求；返回编号、查询码和回执",
        en: "Sends a matter; number, query code and receipt come back. The same one sent again is answered with 200.",
        asker: Asker::Program,
        takes: Gives::Json("NewMatter", of::<NewMatter>),
        gives: ("201", Gives::Json("NewReceipt", of::<NewReceipt>)),
        once: true,
        marked: false,
        ..READ
    },
    Operation {
        method: "POST",
        path: "/api/v1/sessions",
        id: "beginSession",
        group: "resident",
        zh: "用编号和查询码打开自己的事项，半小时内有效",
        en: "Opens the own matter for half an hour, by number and query code.",
        takes: Gives::Json("Shown", of::<Shown>),
        gives: ("201", Gives::Json("Begun", of::<Begun>)),
        marked: false,
        ..READ
    },
    Operation {
        method: "DELETE",
        path: "/api/v1/session",
        id: "endSession",
        group: "resident",
        zh: "退出",
        en: "Ends the session.",
        asker: Asker::Resident,
        gives: ("204", Gives::Nothing),
        marked: false,
        ..READ
    },
    Operation {
        path: "/api/v1/matter",
        id: "showMatter",
        group: "resident",
        zh: "查看自己的事项：进展、谁看过、寄出的消息、现在能做什么",
        en: "The own matter: steps, who read it, what was sent, what can be done now.",
        asker: Asker::Resident,
        gives: ("200", Gives::Json("Matter", of::<Matter>)),
        ..READ
    },
    Operation {
        method: "POST",
        path: "/api/v1/matter/acts/{act}",
        id: "act",
        group: "resident",
        zh: "补充、评价、申请复查等",
        en: "Does what the resident can do: supplement, rate, reopen, ask for review, withdraw, name a delegate, join, report pressure. With `If-Match` only on the version the program saw; 412 where it changed.",
        asker: Asker::Resident,
        takes: Gives::Json("Deed", of::<Deed>),
        gives: ("200", Gives::Json("Acted", of::<Acted>)),
        once: true,
        ..READ
    },
    Operation {
        path: "/api/v1/matter/files/{version}/{at}",
        id: "takeFile",
        group: "resident",
        zh: "下载自己事项的附件",
        en: "An attachment of the own matter.",
        asker: Asker::Resident,
        gives: ("200", Gives::Media("*/*")),
        marked: false,
        ..READ
    },
    Operation {
        path: "/api/v1/matter/receipt",
        id: "takeReceipt",
        group: "resident",
        zh: "下载回执",
        en: "The receipt, the same file byte for byte.",
        asker: Asker::Resident,
        gives: ("200", Gives::Media("text/plain")),
        marked: false,
        ..READ
    },
    Operation {
        path: "/api/v1/matter/archive",
        id: "takeArchive",
        group: "resident",
        zh: "带走自己的全部资料（压缩包）",
        en: "Everything of the own matter in one signed file.",
        asker: Asker::Resident,
        gives: ("200", Gives::Media("application/zip")),
        marked: false,
        ..READ
    },
    Operation {
        path: "/api/v1/sent",
        id: "listSent",
        group: "program",
        zh: "本程序提交的事项及进展（不含内容和个人信息）",
        en: "What the asking program sent, the newest first: steps and days, never words or a person.",
        asker: Asker::ProgramOnly,
        query: PAGED,
        gives: ("200", Gives::Json("SentPage", of::<SentPage>)),
        ..READ
    },
    Operation {
        path: "/api/v1/sent/changes",
        id: "listChanges",
        group: "program",
        zh: "本程序提交的事项有了什么变化（从上次读到的地方接着读）",
        en: "What has changed of what the asking program sent, the oldest change first; its `next` holds for ever. The same list that its hook is told.",
        asker: Asker::ProgramOnly,
        query: PAGED,
        gives: ("200", Gives::Json("Changes", of::<Changes>)),
        ..READ
    },
    Operation {
        method: "POST",
        path: "/api/v1/sent/replay",
        id: "replayChanges",
        group: "program",
        zh: "从某一刻起，把变化重新推送一遍",
        en: "Has the hook of the asking program told again what has changed since a time. Harmless where it is sent twice.",
        asker: Asker::ProgramOnly,
        takes: Gives::Json("Since", of::<Since>),
        gives: ("202", Gives::Nothing),
        marked: false,
        ..READ
    },
    Operation {
        path: "/api/v1/topics",
        id: "listTopics",
        group: "board",
        zh: "论坛话题，或单位发布（kind=blog），最新的在前",
        en: "Topics of the board, or with `kind=blog` posts of offices, the newest first.",
        query: BOARD,
        gives: ("200", Gives::Json("PostPage", paged::<PostRow>)),
        ..READ
    },
    Operation {
        method: "POST",
        path: "/api/v1/topics",
        id: "beginTopic",
        group: "board",
        zh: "发话题；个人信息先盖住再保存，像检举控告的不收",
        en: "Begins a topic. Personal data is covered before anything is kept; what reads like an accusation is refused and not kept.",
        takes: Gives::Json("NewTopic", of::<NewTopic>),
        gives: ("201", Gives::Json("Posted", of::<Posted>)),
        once: true,
        marked: false,
        ..READ
    },
    Operation {
        path: "/api/v1/topics/{topic}",
        id: "showTopic",
        group: "board",
        zh: "一个话题和下面的跟帖、答复",
        en: "A topic, or a post of an office, with what stands below it.",
        query: &[("cursor", "Where the page before ended: its `next`.")],
        gives: ("200", Gives::Json("TopicPage", of::<TopicPage>)),
        ..READ
    },
    Operation {
        method: "POST",
        path: "/api/v1/topics/{topic}/replies",
        id: "reply",
        group: "board",
        zh: "跟帖",
        en: "Replies to a topic, or to a post of an office.",
        takes: Gives::Json("NewReply", of::<NewReply>),
        gives: ("201", Gives::Json("Posted", of::<Posted>)),
        once: true,
        marked: false,
        ..READ
    },
    Operation {
        path: "/api/v1/supervision",
        id: "listSupervision",
        group: "board",
        zh: "督查公开：三项建议和答复、督查任务、联席会议的裁定",
        en: "What supervision suggested and how offices answered, what campaigns drew, what joint conferences ruled.",
        query: &[
            ("kind", "`advice`, `task` or `conference`."),
            ("over", "`true` for those that are over."),
            ("before", "`next` of the answer before."),
        ],
        gives: ("200", Gives::Json("SupervisionPage", paged::<FileOut>)),
        ..READ
    },
    Operation {
        path: "/api/v1/receptions",
        id: "listReceptionDays",
        group: "board",
        zh: "领导接访日，最近的在前",
        en: "Reception days of leaders from a day on, the next first; with the times that are free.",
        query: &[("from", "The first day, `2026-12-01`; today where nothing is said.")],
        gives: ("200", Gives::Json("DayPage", paged::<DayOut>)),
        ..READ
    },
    Operation {
        path: "/api/v1/receptions/{day}",
        id: "showReceptionDay",
        group: "board",
        zh: "一个接访日：时间、答应的事、结果",
        en: "One reception day: its free times, what was promised, what came of it.",
        gives: ("200", Gives::Json("DayOut", of::<DayOut>)),
        ..READ
    },
    Operation {
        method: "POST",
        path: "/api/v1/receptions/{day}/bookings",
        id: "bookReception",
        group: "board",
        zh: "约一个时间；约满了排队",
        en: "Books a time, or waits for one. What reads like an accusation is refused and not kept.",
        takes: Gives::Json("NewBooking", of::<NewBooking>),
        gives: ("201", Gives::Json("Booked", of::<Booked>)),
        once: true,
        marked: false,
        ..READ
    },
    Operation {
        path: "/api/v1/consultations",
        id: "listConsultations",
        group: "board",
        zh: "单位征询大家意见的事，新的在前",
        en: "What offices ask everybody, the newest first: those in which people are heard, then the others.",
        query: CURSOR,
        gives: ("200", Gives::Json("ConsultPage", paged::<ConsultOut>)),
        ..READ
    },
    Operation {
        path: "/api/v1/consultations/{number}",
        id: "showConsultation",
        group: "board",
        zh: "一次征询：要点、答复、草案、决定、办得怎样",
        en: "What an office asks everybody: points with their answers, drafts, what was decided, how far it is.",
        gives: ("200", Gives::Json("ConsultOut", of::<ConsultOut>)),
        ..READ
    },
    Operation {
        path: "/api/v1/consultations/{number}/points/{point}",
        id: "showConsultationPoint",
        group: "board",
        zh: "一个要点和它后面大家的原话（去掉个人信息）",
        en: "A point with the words behind it, as they were kept: without personal data, fifty at a time.",
        query: CURSOR,
        gives: ("200", Gives::Json("PointOut", of::<PointOut>)),
        ..READ
    },
    Operation {
        method: "POST",
        path: "/api/v1/consultations/{number}/voices",
        id: "speak",
        group: "board",
        zh: "说一句话",
        en: "Says something to what is asked. Personal data is taken out before it is kept; what reads like an accusation is refused and not kept.",
        takes: Gives::Json("NewVoice", of::<NewVoice>),
        gives: ("201", Gives::Json("Gave", of::<Gave>)),
        once: true,
        marked: false,
        ..READ
    },
    Operation {
        path: "/api/v1/places",
        id: "listPlaces",
        zh: "地点",
        en: "Places that take matters.",
        query: PAGED,
        gives: ("200", Gives::Json("PlacePage", paged::<PlaceRow>)),
        ..READ
    },
    Operation {
        path: "/api/v1/offices",
        id: "listOffices",
        zh: "单位",
        en: "Offices at work.",
        query: PAGED,
        gives: ("200", Gives::Json("OfficePage", paged::<OfficeRow>)),
        ..READ
    },
    Operation {
        path: "/api/v1/subjects",
        id: "listSubjects",
        zh: "事项分类",
        en: "Categories and topics.",
        query: PAGED,
        gives: ("200", Gives::Json("SubjectPage", paged::<SubjectRow>)),
        ..READ
    },
    Operation {
        path: "/api/v1/terms",
        id: "listTerms",
        zh: "办理期限和依据",
        en: "Terms, each with where it stands in the law.",
        query: PAGED,
        gives: ("200", Gives::Json("TermPage", paged::<TermRow>)),
        ..READ
    },
    Operation {
        path: "/api/v1/figures/{name}",
        id: "showFigures",
        zh: "公开统计：offices、levels、places、categories",
        en: "Figures: `offices` exact; `levels`, `places` and `categories` of people, rounded, at least ten each.",
        query: &[("month", "A finished month, `YYYY-MM`; the newest where nothing is said.")],
        gives: ("200", Gives::Json("Figures", of::<Figures>)),
        ..READ
    },
    Operation {
        path: "/api/v1/openapi.json",
        id: "showDocument",
        zh: "本说明",
        en: "This description.",
        gives: ("200", Gives::Media("application/json")),
        ..READ
    },
];
