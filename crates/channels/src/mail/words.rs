//! What letters say. Never the query code, never what a person wrote: mail is read by many machines on its way. Whoever wrote by
//! mail themselves, from an address that nobody forged, has chosen that way, and gets code and answer by it (decision 0036).

use appeals::appeal::{Promised, ReplyText};
use jiff::civil::{Date, DateTime};

use super::incoming::{MARK, MARK_ENGLISH};

/// Lists the templates that have words.
pub const TEMPLATES: &[&str] = &[
    "filed",
    "filed_by_mail",
    "accepted",
    "not_accepted",
    "extended",
    "paused",
    "resumed",
    "new_owner",
    "stays",
    "due_moved",
    "word_moved",
    "supplement_asked",
    "replied",
    "replied_by_mail",
    "invite_rating",
    "under_review",
    "review_decided",
    "withdraw_asked",
    "withdrawn",
    "code_reissued",
    "delegate_named",
    "closed",
    "disclosed",
    "new_matter",
    "danger",
    "danger_again",
    "returned",
    "review_asked",
    "supplemented",
    "reopened",
    "came_again",
    "unmerged",
    "withdraw_revoked",
    "referral",
    "overdue",
    "called_in",
    "whistled",
    "disputed",
    "digest",
    "glass_broken",
    "issue_warned",
    "account_new_device",
    "account_setup_code",
    "account_set_up",
    "account_password",
    "account_address",
];

/// Finds subject and body of a template.
pub(super) fn find(template: &str, language: &str) -> Option<(&'static str, &'static str)> {
    let words = if language == "en" { ENGLISH } else { CHINESE };
    words.iter().find(|(known, _, _)| *known == template).map(|(_, subject, body)| (*subject, *body))
}

/// Returns what stands above and below a letter that may be answered.
pub(super) fn answered(language: &str) -> (String, &'static str) {
    if language == "en" {
        let below = "Is there more to say? Just answer this letter; photos may be attached.";
        return (format!("—— {MARK_ENGLISH} ——"), below);
    }
    (format!("—— {MARK} ——"), "还有情况要说，直接回这封信就行，照片也可以附上。")
}

/// Writes the answer of an office as a letter does.
pub(super) fn reply(language: &str, reply: &ReplyText) -> String {
    let titles = if language == "en" {
        ["You asked", "What we found", "What is done", "If you do not agree"]
    } else {
        ["您反映的", "我们查到的", "怎么办", "不同意怎么办"]
    };
    let parts = [&reply.request, &reply.facts, &reply.opinion, &reply.way_on];
    let written = titles.into_iter().zip(parts).filter(|(_, part)| !part.trim().is_empty());
    let mark = if language == "en" { ":" } else { "：" };
    written.map(|(title, part)| format!("{title}{mark}\n{}", part.trim())).collect::<Vec<_>>().join("\n\n")
}

/// Says a moment.
pub(super) fn moment(language: &str, at: DateTime) -> String {
    at.strftime(if language == "en" { "%-d %B %Y at %H:%M" } else { "%Y年%-m月%-d日 %H:%M" }).to_string()
}

/// Says what is promised, by which office, until when; where nobody owes a word any more, where the word stands.
pub(super) fn promise(language: &str, promised: Option<(Promised, &str, Date)>) -> String {
    let Some((what, office, day)) = promised else {
        return if language == "en" { "the answer stands on the tracking page" } else { "答复在查询页里" }.to_owned();
    };
    if language == "en" {
        let day = day.strftime("%-d %B %Y");
        return match what {
            Promised::Acceptance => format!("by {day} at the latest you will be told whether it is accepted"),
            Promised::Answer => format!("by {day} at the latest you will be answered in writing"),
            Promised::Review => format!("{office} decides the review by {day} at the latest"),
            Promised::Recheck => format!("{office} decides the re-review by {day} at the latest"),
        };
    }
    let day = day.strftime("%Y年%-m月%-d日");
    match what {
        Promised::Acceptance => format!("最迟 {day} 前告诉您是否受理"),
        Promised::Answer => format!("最迟 {day} 前给您书面答复"),
        Promised::Review => format!("由{office}复查,最迟 {day} 前作出复查意见"),
        Promised::Recheck => format!("由{office}复核,最迟 {day} 前作出复核意见"),
    }
}

/// Holds template, subject and body.
type Row = (&'static str, &'static str, &'static str);

const CHINESE: &[Row] = &[
    (
        "filed",
        "您的事已收到,编号 {number}",
        "您好:\n\n您反映的事已经收到,编号 {number}。现在由{office}负责,{promise}。\n\n查进度:打开{track},输入编号和查询码。查询码只给过您一次,请收好;丢了可以带身份证到窗口重新领。",
    ),
    (
        "filed_by_mail",
        "您的来信已收到，编号 {number}",
        "您好：\n\n您的来信已经收到，编号 {number}，查询码 {code}。现在由{office}负责，{promise}。\n\n查进度、打分：打开{track}，输入编号和查询码。信里有查询码，请不要把这封信转给别人；信不是您写的，也请直接回信告诉我们。",
    ),
    ("accepted", "{number} 已受理", "您好:\n\n您的事({number})已经受理,由{office}办理,{promise}。"),
    (
        "not_accepted",
        "{number} 不予受理,请看还能怎么办",
        "您好:\n\n您的事({number})没有受理。为什么、还能到哪里解决,写在查询页里。请打开“查进度”,输入编号和查询码。",
    ),
    ("extended", "{number} 的办理期限延长了", "您好:\n\n您的事({number})比较复杂,办理期限延长到 {due}。延长的理由写在查询页里。"),
    ("paused", "{number} 暂停计时", "您好:\n\n您的事({number})按规定暂停计时,理由写在查询页里。恢复计时会再告诉您。"),
    ("resumed", "{number} 恢复计时", "您好:\n\n您的事({number})恢复计时,{promise}。怎么算出来的,写在查询页里。"),
    (
        "due_moved",
        "{number} 的期限重新计算了",
        "您好:\n\n放假安排公布或者更正了,哪天休息、哪天上班有变化,您的事({number})的期限按规定重新计算:{promise}。原来到哪天、现在到哪天,都写在查询页里。",
    ),
    (
        "word_moved",
        "{number}:申请复查(复核)的期限顺延了",
        "您好:\n\n放假安排公布或者更正了,您对 {number} 申请复查(复核)的最后一天遇到休息日,顺延到 {until}。",
    ),
    ("new_owner", "{number} 现在由{office}负责", "您好:\n\n您的事({number})现在由{office}负责。期限没有变,{promise}。"),
    (
        "stays",
        "{number} 退回来了,仍由{office}负责",
        "您好:\n\n您的事({number})转给了别的单位,那个单位认为不归它管,退了回来,理由在“查进度”里。现在仍由{office}负责,\
         不用您再跑一趟。期限没有变,{promise}。",
    ),
    (
        "supplement_asked",
        "{number} 需要您补充一点情况",
        "您好:\n\n{office}办理您的事({number})时,需要您补充一些情况。要补充什么、到哪天为止,请到“查进度”里看。",
    ),
    (
        "replied",
        "{number} 有答复了",
        "您好:\n\n{office}已经答复您的事({number})。请打开{track},输入编号和查询码,看答复,再给这次答复打个分:满意不满意,由您说了算。不满意,可以在期限内申请复查。",
    ),
    (
        "replied_by_mail",
        "{number} 有答复了",
        "您好：\n\n{office}答复您的来信（{number}）：\n\n{reply}\n\n办得好不好，由您说了算：打开{track}，输入编号和查询码，看答复和附件，打个分。不满意，可以在期限内申请复查。",
    ),
    (
        "invite_rating",
        "{number} 的答复,请您打个分",
        "您好:\n\n{office}答复您的事({number})已经几天了,还没有看到您的评价。办得好不好,请您打个分:打开{track},输入编号和查询码,选一档就行,一分钟的事。您打的分,哪个单位都改不了。\n\n不想评价,不用理这封信,我们不再催。",
    ),
    ("under_review", "收到您的复查(复核)申请:{number}", "您好:\n\n您对 {number} 提出的复查(复核)申请已经收到,{promise}。"),
    ("review_decided", "{number} 的复查(复核)有结果了", "您好:\n\n您的事({number})的复查(复核)意见已经作出。请到“查进度”里看。"),
    (
        "withdraw_asked",
        "收到您撤回 {number} 的申请",
        "您好:\n\n收到您撤回 {number} 的申请,72 小时后生效。这段时间里,您可以随时在查询页反悔。如果不是您本人申请的,请立即到查询页取消。",
    ),
    ("withdrawn", "{number} 已按您的申请撤回", "您好:\n\n您的事({number})已经按您的申请撤回。以后有新情况,可以重新提交。"),
    (
        "code_reissued",
        "{number} 换了新的查询码",
        "您好:\n\n有人带身份证明到窗口,为您的事({number})领了新的查询码,旧的已经作废。如果不是您本人,请马上打我们的电话。",
    ),
    (
        "delegate_named",
        "您请了人代办 {number}",
        "您好:\n\n您在查询页登记了代办人,对方可以查看 {number} 的进度、补充情况,不能撤回、不能评价。您随时可以取消。",
    ),
    (
        "disclosed",
        "您的事({number})被依法提供给其他机关",
        "您好:\n\n您的事({number})被依法提供给其他机关。给了谁、依据哪一条、给了什么,写在查询页里。",
    ),
    ("closed", "{number} 已办结", "您好:\n\n您的事({number})已经办结。办结的理由写在查询页里;期限内不同意,可以重新提出。"),
    ("new_matter", "新到一件:{number},{due} 前", "{office}:\n\n新到一件,编号 {number},最迟 {due}。请登录工作台办理。"),
    (
        "danger",
        "【人命关天】{number},请立即处理",
        "{office}:\n\n编号 {number} 说有人有生命危险。请立即登录工作台处理,并与 110、119、120 联系。",
    ),
    (
        "danger_again",
        "【人命关天】{number} 到现在还没有人打开",
        "{office}:\n\n编号 {number} 说有人有生命危险,现在由{owner}负责,到现在还没有人打开。请立即登录工作台打开它,并与 110、119、120 联系;自己打不开的,马上打电话找{owner}值班的人。没有人打开,通知就不会停。",
    ),
    ("returned", "{number} 被退回来了", "{office}:\n\n您转出的 {number} 被退回,仍由您单位负责,期限不变:{due}。理由在工作台里。"),
    ("review_asked", "有人申请复查(复核):{number}", "{office}:\n\n编号 {number} 的群众申请复查(复核),由您单位决定,最迟 {due}。"),
    ("supplemented", "{number} 有新的补充", "{office}:\n\n编号 {number} 的群众补充了情况,请登录工作台查看。"),
    ("reopened", "{number} 重新提出", "{office}:\n\n编号 {number} 的群众不满意,重新提出,最迟 {due} 前答复。"),
    (
        "came_again",
        "同一件事又来了:{number}",
        "{office}:\n\n编号 {number} 的群众为同一件事又提出来了,前面的答复没有解决。现在由{owner}重新办理,最迟 {due} 前答复,换没有答复过的人答复。请登录工作台过问。",
    ),
    (
        "unmerged",
        "{number} 要单独办理",
        "{office}:\n\n编号 {number} 原来与别的事合并,现在要由您单位单独办理,最迟 {due}。请登录工作台。",
    ),
    ("withdraw_revoked", "{number} 不撤回了", "{office}:\n\n编号 {number} 的群众取消了撤回申请,请继续办理。"),
    (
        "referral",
        "有群众说您单位让他“到别处去”:{number}",
        "{office}:\n\n编号 {number} 的群众说,是您单位口头让他到别处去的。请登录工作台确认或者说明。",
    ),
    (
        "overdue",
        "到期没有答复:{number}",
        "{office}:\n\n编号 {number} 由{holder}负责,{missed} 到期,还没有按期答复群众。群众的查询页上已经写明到期上报。请登录工作台,今天就办。",
    ),
    (
        "called_in",
        "请一起办:{number},{report_by} 前答复",
        "{office}:\n\n编号 {number} 请您单位一起办,{report_by} 前答复。要办什么,请登录工作台看。",
    ),
    (
        "whistled",
        "【吹哨】{number},请在 {report_by} 前报到",
        "{office}:\n\n编号 {number} 吹哨请您单位到场,请在 {report_by} 前报到。到哪里、做什么,请登录工作台看。",
    ),
    (
        "disputed",
        "{number} 谁来办有争议,请裁定",
        "{office}:\n\n编号 {number} 由谁办有争议,要请您主持裁定。裁定以前原单位照旧负责,期限不变:{due}。请登录工作台。",
    ),
    (
        "digest",
        "今天要办的:超期 {overdue} 件,快到期 {soon} 件,别的单位在等 {asked} 件",
        "{office}:\n\n您单位超期 {overdue} 件,三个工作日内到期 {soon} 件;别的单位请您单位办的,到期和快到期 {asked} 件。请登录工作台,先办最急的。",
    ),
    (
        "issue_warned",
        "苗头预警:同一件事,反映的人比往常多",
        "{office}:\n\n最近有不少人反映同一件事,比往常多得多。有多少人、在哪里、建议怎么做,在工作台“热点难点”里。请先看一眼,再点“我看到了”;已经行动,或者不用另外处理,也请写明。公开日志里会有这条预警和处理结果,没有任何人的信息。",
    ),
    (
        "glass_broken",
        "两个人打开了平时打不开的内容",
        "有两个人一起打开了各自都打不开的内容,公开日志里有一条记录。打开的是什么、与谁有关,这里不说。请按监督规定核对是不是该有这一次;不该有的,请马上找监督机关。",
    ),
    (
        "account_new_device",
        "您的账号在一台新设备上登录了",
        "您好:\n\n{at},您的工作台账号在一台以前没有用过的设备上登录。\n\n是您本人,不用理这封信。不是您,请马上到工作台“我的账号”更换密码(别处的登录会一起退出),再告诉系统管理员。\n\n我们不会在信里要您的密码和验证码,信里也没有要您点开的网址。",
    ),
    (
        "account_setup_code",
        "您的账号发了新的开通码",
        "您好:\n\n{at},系统管理员给您的工作台账号发了新的开通码,原来的密码和验证器已经失效,别处的登录都已退出。\n\n是您请管理员办的,请用开通码重新设密码。您没有请人办过,请马上告诉您单位负责人。\n\n开通码只当面交,不写在信里。",
    ),
    (
        "account_set_up",
        "您的账号设好了新密码和验证器",
        "您好:\n\n{at},有人用开通码给您的工作台账号设了新的密码和动态验证码。\n\n是您本人,不用理这封信。不是您,请马上告诉系统管理员,请他作废这个账号的登录,再给您发新的开通码。",
    ),
    (
        "account_password",
        "您的密码换了",
        "您好:\n\n{at},您的工作台账号换了密码,别处的登录都已退出。\n\n是您本人,不用理这封信。不是您,请马上告诉系统管理员,请他给您发新的开通码。",
    ),
    (
        "account_address",
        "您的收信邮箱改了",
        "您好:\n\n{at},系统管理员把您工作台账号的收信邮箱改成了这一个,以后的通知寄到这里。\n\n改得不对,请告诉系统管理员。",
    ),
];

const ENGLISH: &[Row] = &[
    (
        "filed",
        "Received, number {number}",
        "Hello,\n\nyour matter has been received under number {number}. {office} has it now; {promise}.\n\nTo follow it, open {track} with the number and your query code. The code was shown to you once; if it is lost, a service window gives you a new one.",
    ),
    (
        "filed_by_mail",
        "We have your letter: {number}",
        "Hello,\n\nyour letter has arrived. Its number is {number}, its query code {code}. It is now with {office}; {promise}.\n\nTo follow it, and to rate the answer, open {track} and type number and query code. The code is in this letter: please do not forward it. If you did not write to us, just answer and say so.",
    ),
    ("accepted", "{number} was accepted", "Hello,\n\nyour matter {number} was accepted by {office}; {promise}."),
    (
        "not_accepted",
        "{number} was not accepted; what you can do",
        "Hello,\n\nyour matter {number} was not accepted. Why, and where it can be solved, stands on the tracking page.",
    ),
    (
        "extended",
        "More time for {number}",
        "Hello,\n\nyour matter {number} needs more time, until {due}. The reason stands on the tracking page.",
    ),
    (
        "paused",
        "The clock of {number} stands still",
        "Hello,\n\nthe clock of your matter {number} stands still for a legal reason, told on the tracking page.",
    ),
    (
        "resumed",
        "The clock of {number} runs again",
        "Hello,\n\nthe clock of your matter {number} runs again; {promise}. How it was computed stands on the tracking page.",
    ),
    (
        "due_moved",
        "The last day of {number} was computed anew",
        "Hello,\n\nthe official calendar was published or corrected, and other days are days off now; so the last day of your matter {number} was computed anew: {promise}. The old and the new day stand on the tracking page.",
    ),
    (
        "word_moved",
        "{number}: more time to ask for a review",
        "Hello,\n\nthe official calendar was published or corrected; the last day to ask for a review of {number} falls on a day off and moves on to {until}.",
    ),
    (
        "new_owner",
        "{office} has {number} now",
        "Hello,\n\nyour matter {number} is with {office} now. The last day has not changed: {promise}.",
    ),
    (
        "stays",
        "{number} was returned and stays with {office}",
        "Hello,\n\nyour matter {number} was passed to another office, which holds that it is not its own and returned it; the reason \
         stands on the tracking page. It stays with {office}, and you need not go anywhere. The last day has not changed: {promise}.",
    ),
    (
        "supplement_asked",
        "{number}: something more is needed",
        "Hello,\n\n{office} needs something more for your matter {number}. What and until when stands on the tracking page.",
    ),
    (
        "replied",
        "An answer to {number}",
        "Hello,\n\n{office} has answered your matter {number}. Please open {track}, enter the number and your query code, read it, and rate it: whether it is good is for you to say. If you do not agree you can ask for a review in time.",
    ),
    (
        "replied_by_mail",
        "{number} has an answer",
        "Hello,\n\n{office} answers your letter ({number}):\n\n{reply}\n\nWhether it helped is for you to say: open {track}, type number and query code, see the answer with its files, and rate it. If you do not agree, you may ask for a review in time.",
    ),
    (
        "invite_rating",
        "{number}: please rate the answer",
        "Hello,\n\n{office} answered your matter {number} some days ago, and you have not rated it yet. Open {track}, enter the number and your query code, and choose one of five grades; it takes a minute. No office can change what you say.\n\nIf you do not want to, ignore this letter; we will not ask again.",
    ),
    (
        "under_review",
        "Your request for a review of {number}",
        "Hello,\n\nyour request for a review of {number} has been received; {promise}.",
    ),
    (
        "review_decided",
        "The review of {number} is decided",
        "Hello,\n\nthe review of your matter {number} is decided. Please read it on the tracking page.",
    ),
    (
        "withdraw_asked",
        "You asked to withdraw {number}",
        "Hello,\n\nyou asked to withdraw {number}. This takes effect in 72 hours and can be taken back until then on the tracking page. If it was not you, take it back at once.",
    ),
    (
        "withdrawn",
        "{number} was withdrawn",
        "Hello,\n\nyour matter {number} was withdrawn as you asked. New facts can be filed anew.",
    ),
    (
        "code_reissued",
        "A new query code for {number}",
        "Hello,\n\nsomebody showed identity papers at a window and got a new query code for {number}; the old one is dead. If it was not you, please call us at once.",
    ),
    (
        "delegate_named",
        "Somebody may act for you in {number}",
        "Hello,\n\nyou named somebody who may follow and supplement {number}, but not withdraw or rate it. You can take this back at any time.",
    ),
    (
        "disclosed",
        "Your matter {number} was disclosed to another body",
        "Hello,\n\nyour matter {number} was disclosed to another body by law. To whom, on which clause, and what went stands on the tracking page.",
    ),
    ("closed", "{number} is closed", "Hello,\n\nyour matter {number} is closed. The reason stands on the tracking page."),
    (
        "new_matter",
        "New: {number}, by {due}",
        "{office},\n\na new matter has come in: {number}, due {due}. Please open the desk.",
    ),
    (
        "danger",
        "DANGER TO LIFE: {number}, act at once",
        "{office},\n\n{number} says that a life is in danger. Open the desk at once and contact 110, 119, 120.",
    ),
    (
        "danger_again",
        "DANGER TO LIFE: nobody has opened {number}",
        "{office},\n\n{number} says that a life is in danger. It is with {owner}, and nobody has opened it so far. Open it at the desk at once and contact 110, 119, 120; if you cannot open it yourself, call whoever is on duty there. These notices do not end until somebody opens it.",
    ),
    (
        "returned",
        "{number} came back",
        "{office},\n\n{number} was returned to you; it is yours as before, due {due}. The reason stands at the desk.",
    ),
    ("review_asked", "A review is asked for: {number}", "{office},\n\na review of {number} is asked for; you decide by {due}."),
    ("supplemented", "{number} was supplemented", "{office},\n\nthe resident added something to {number}. Please open the desk."),
    ("reopened", "{number} was reopened", "{office},\n\nthe resident reopened {number}; answer by {due}."),
    (
        "came_again",
        "The same matter again: {number}",
        "{office},\n\nthe resident of {number} came with it again: the answers so far did not solve it. {owner} handles it anew, due {due}, and somebody who has not answered it yet answers. Please look into it at the desk.",
    ),
    (
        "unmerged",
        "{number} is to be handled by itself",
        "{office},\n\n{number} was merged into another matter and is now yours to handle by itself, by {due}. Please open the desk.",
    ),
    (
        "withdraw_revoked",
        "{number} is not withdrawn after all",
        "{office},\n\nthe resident took the withdrawal of {number} back. Please go on.",
    ),
    (
        "referral",
        "A resident says you sent them away: {number}",
        "{office},\n\nthe resident of {number} says that your office sent them elsewhere by word of mouth. Please confirm or answer at the desk.",
    ),
    (
        "overdue",
        "No answer in time: {number}",
        "{office},\n\n{number} is with {holder}; its last day, {missed}, passed without the promised answer. The resident's page says that this was reported. Please open the desk and act today.",
    ),
    (
        "called_in",
        "Help is asked of you: {number}, by {report_by}",
        "{office},\n\nyou are asked to work on {number} together; answer by {report_by}. What is asked stands at the desk.",
    ),
    (
        "whistled",
        "CALLED IN: {number}, report in by {report_by}",
        "{office},\n\n{number} calls your office in; report in by {report_by}. Where and what for stands at the desk.",
    ),
    (
        "disputed",
        "{number}: please rule who handles it",
        "{office},\n\nwho handles {number} is in dispute and yours to rule. Until then it stays with its holder, due {due}. Please open the desk.",
    ),
    (
        "digest",
        "Today: {overdue} overdue, {soon} due soon, {asked} others wait for",
        "{office},\n\nyour office has {overdue} matters overdue and {soon} due within three working days; others wait for {asked} that you were asked for. Please open the desk and begin with the most urgent.",
    ),
    (
        "issue_warned",
        "Early warning: more people than usual report one thing",
        "{office},\n\nmany people have reported one thing of late, far more than usual. How many, where, and what is proposed stands at the desk under \"Hot issues\". Please look, and say that you have seen it; if you acted, or see no need, say that too. The public log will show this warning and its answer, and nothing about anybody.",
    ),
    (
        "glass_broken",
        "Two people opened what is closed",
        "Two people together opened what is closed to each of them; an entry of the public log says so. What it was, and about whom, is not told here. Please check under your rules whether this was to happen; if it was not, turn to the supervising body at once.",
    ),
    (
        "account_new_device",
        "Your account was used on a new device",
        "Hello,\n\non {at} somebody signed in to your account at the desk on a device not used for it before.\n\nIf it was you, there is nothing to do. If not, change your password under \"My account\" at once (every other session ends with it) and tell the administrator.\n\nNo letter of ours asks for your password or a code, or wants you to open an address.",
    ),
    (
        "account_setup_code",
        "A new setup code for your account",
        "Hello,\n\non {at} an administrator made a new setup code for your account at the desk. The old password and authenticator work no more, and every session has ended.\n\nIf you asked for it, set a new password with the code. If not, tell the head of your office at once.\n\nThe code is handed over in person and never written in a letter.",
    ),
    (
        "account_set_up",
        "Your account has a new password and authenticator",
        "Hello,\n\non {at} somebody set a new password and authenticator for your account at the desk with a setup code.\n\nIf it was you, there is nothing to do. If not, tell the administrator at once, and have a new setup code made.",
    ),
    (
        "account_password",
        "Your password was changed",
        "Hello,\n\non {at} the password of your account at the desk was changed; every other session has ended.\n\nIf it was you, there is nothing to do. If not, tell the administrator at once, and have a new setup code made.",
    ),
    (
        "account_address",
        "The address for your letters was changed",
        "Hello,\n\non {at} an administrator changed the address for letters about your account at the desk to this one.\n\nIf that is wrong, please tell the administrator.",
    ),
];
