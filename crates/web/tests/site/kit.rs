//! The pieces of the kit, as a person reads them and as a browser gets them.

use civic::refusal::Refusal;
use civic::rules::RuleSet;
use jiff::civil::Date;
use maud::html;
use web::extract::Fields;
use web::kit::choice::{Choice, Choices, choices};
use web::kit::due::{self, DueView, due_line};
use web::kit::errors::{Errors, summary};
use web::kit::field::{Field, Input, field};
use web::kit::refusal::refusal_block;
use web::kit::table::{Table, table};
use web::kit::{Tone, qr, state, steps};
use web::words::Lang;
use worktime::{Calendar, Left};

/// Leaves out tags and shapes.
fn words(markup: &str) -> String {
    let mut out = String::new();
    for part in markup.split('<').skip(1) {
        let text = part.split_once('>').map_or("", |(_, text)| text.trim());
        if !text.is_empty() {
            out.push_str(text);
            out.push('\n');
        }
    }
    out
}

#[test]
fn a_due_line_says_how_long_and_shows_its_arithmetic() {
    let (rules, calendar) = (RuleSet::builtin(), Calendar::builtin());
    let start: Date = "2026-02-06".parse().unwrap();
    let due = worktime::due(&calendar, start, rules.count("xf.inform_direct"));
    let view = DueView { rules: &rules, due: &due, left: Left::Ahead(3), rule: rules.find_term("xf.inform_direct") };
    insta::assert_snapshot!(words(&due_line(Lang::Zh, &view).into_string()), @r"
    还剩 3 个工作日 · 2月24日前
    这个日期怎么算出来的
    2026年2月6日(周五)收到（当天不算）
    从次日 2026年2月7日(周六)起算
    数 15 日
    数到 2026年2月21日(周六)
    这天是休息日，顺延到 2026年2月24日(周二)
    《信访工作条例》第二十三条第二款
    ");
    insta::assert_snapshot!(words(&due_line(Lang::En, &DueView { left: Left::Over(1), ..view }).into_string()), @r"
    1 working day late · was due by 24 February
    How this date was worked out
    Received on Friday 6 February 2026 (this day is not counted)
    Counted from the next day, Saturday 7 February 2026
    Count 15 days
    That leads to Saturday 21 February 2026
    A rest day, so it moves to Tuesday 24 February 2026
    Regulations on Petition Work, Art. 23(2)
    ");
}

#[test]
fn what_is_over_is_never_called_today() {
    let calendar = Calendar::builtin();
    let said = |lang, today: &str, last: &str| {
        let (today, last): (Date, Date) = (today.parse().unwrap(), last.parse().unwrap());
        let left = calendar.left(today, last);
        (due::tone(left), due::sentence(lang, left, last))
    };
    let zh = |today, last| said(Lang::Zh, today, last);
    // due on Friday, seen on that day, through the weekend and on Monday
    assert_eq!(zh("2026-11-27", "2026-11-27"), (Tone::Soon, "今天（11月27日）是最后一天".into()));
    assert_eq!(zh("2026-11-28", "2026-11-27"), (Tone::Late, "已超期 · 应在11月27日前".into()));
    assert_eq!(zh("2026-11-29", "2026-11-27"), (Tone::Late, "已超期 · 应在11月27日前".into()));
    assert_eq!(zh("2026-11-30", "2026-11-27"), (Tone::Late, "已超期 1 个工作日 · 应在11月27日前".into()));
    // due on Monday, seen on Saturday; due on a rest day, seen the day before
    assert_eq!(zh("2026-11-28", "2026-11-30"), (Tone::Soon, "还剩 1 个工作日 · 11月30日前".into()));
    assert_eq!(zh("2026-11-28", "2026-11-29"), (Tone::Soon, "还没到期 · 11月29日前，这之前都是休息日".into()));
    let en = |today, last| said(Lang::En, today, last).1;
    assert_eq!(en("2026-11-29", "2026-11-27"), "Late · was due by 27 November");
    assert_eq!(en("2026-11-28", "2026-11-29"), "Only rest days left · by 29 November");
}

#[test]
fn a_field_carries_label_hint_and_error_in_this_order() {
    let mut typed = Fields::default();
    typed.set("mobile", "12<3");
    let mut errors = Errors::default();
    errors.add("mobile", "请填 11 位手机号。");
    let description = Field {
        name: "mobile",
        label: "手机".into(),
        hint: "只用来联系您".into(),
        input: Input::Phone,
        complete: "tel",
        ..Field::default()
    };
    insta::assert_snapshot!(field(Lang::Zh, &description, &typed, &errors).into_string(), @r#"<div class="field wrong"><label for="mobile">手机<span class="optional">（可不填）</span></label><p class="hint" id="mobile-hint">只用来联系您</p><input id="mobile" name="mobile" type="tel" inputmode="tel" value="12&lt;3" autocomplete="tel" aria-describedby="mobile-hint mobile-error" aria-invalid="true"><p class="error" id="mobile-error"><svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d="M8 1.8 15 14H1Z" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round"></path><path d="M8 6v4M8 12v.1" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"></path></svg><span>请填 11 位手机号。</span></p></div>"#);
    insta::assert_snapshot!(summary(Lang::Zh, &errors).into_string(), @r##"<section class="notice late summary" id="errors" role="alert" tabindex="-1" aria-labelledby="errors-title"><h2 id="errors-title">还有几处要改</h2><p>您填的内容都还在，改好后再提交就行。</p><ul><li><a href="#mobile">请填 11 位手机号。</a></li></ul></section>"##);
    assert_eq!(summary(Lang::Zh, &Errors::default()).into_string(), "");
}

#[test]
fn choices_are_radio_buttons_in_a_named_group() {
    let list =
        ["help", "praise"].map(|value| Choice { value: value.into(), title: value.to_uppercase(), hint: String::new() }).to_vec();
    let mut typed = Fields::default();
    typed.set("kind", "praise");
    let group = Choices { name: "kind", legend: "哪一类？".into(), list, ..Choices::default() };
    insta::assert_snapshot!(choices(&group, &typed, &Errors::default()).into_string(), @r#"<fieldset class="choices"><legend>哪一类？</legend><div class="cards brief"><label class="card" for="kind"><input id="kind" type="radio" name="kind" value="help"><span><strong>HELP</strong></span></label><label class="card" for="kind-praise"><input id="kind-praise" type="radio" name="kind" value="praise" checked><span><strong>PRAISE</strong></span></label></div></fieldset>"#);
}

#[test]
fn a_refusal_names_why_by_which_clause_and_what_instead() {
    let rules = RuleSet::builtin();
    let refusal = Refusal::new("recused").instead("hand_to_colleague").by("xf:28");
    insta::assert_snapshot!(words(&refusal_block(Lang::Zh, &rules, &refusal).into_string()), @r"
    您与这件事的当事人有直接关系，依规定必须回避：不能查看，也不能办理。
    请把它交给没有关系的同事。
    依据：
    《信访工作条例》第二十八条
    ");
    let refusal = Refusal::new("not_your_role").with("act", "ask_review").instead("ask_office_head");
    insta::assert_snapshot!(words(&refusal_block(Lang::En, &rules, &refusal).into_string()), @r"
    Your role cannot do this: ask for a review.
    If it is really needed, ask the head of your office.
    ");
}

#[test]
fn a_table_repeats_its_headings_for_narrow_screens() {
    let rows = vec![vec![html! { "路灯" }, html! { "办理中" }]];
    let drawn = table(&Table { caption: "事项".into(), heads: vec!["标题".into(), "状态".into()], rows }).into_string();
    assert_eq!(drawn.matches("data-head=\"状态\"").count(), 1);
    assert!(drawn.contains("<th scope=\"row\" data-head=\"标题\">路灯</th>"));
}

#[test]
fn small_pieces() {
    let chip = state::chip(Tone::Late, "超期").into_string();
    assert!(chip.contains("<svg") && chip.contains("超期") && chip.contains("late"), "shape, word and colour");
    assert!(qr::qr("MS990121261124ABCDEFG0", "编号二维码").into_string().contains("role=\"img\" aria-label=\"编号二维码\""));
    assert_eq!(qr::qr(&"x".repeat(5_000), "").into_string(), "");
    let titles = ["说事", "地点"].map(str::to_owned);
    assert!(steps::steps(Lang::Zh, &titles, 1).into_string().contains("aria-current=\"step\""));
}
