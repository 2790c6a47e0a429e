//! The words of short messages in Chinese.

use super::Row;

/// Holds them by template.
pub(super) const CHINESE: &[Row] = &[
    (
        "filed",
        "您的事收到了，短号{short}，编号{number}，查询码{code}。{office}负责，{promise}。回“查{short}”看办到哪了，回“帮助”看还能发什么。",
    ),
    ("accepted", "短号{short}：已受理，{office}办，{promise}。"),
    ("not_accepted", "短号{short}：没有受理。为什么、还能找谁，请打开{track}用编号和查询码看，或者到窗口问。"),
    ("extended", "短号{short}：事情比较复杂，期限延到{due}。理由在{track}里，窗口也能问。"),
    ("paused", "短号{short}：按规定暂停计时，恢复了再告诉您。"),
    ("resumed", "短号{short}：恢复计时，{promise}。"),
    ("due_moved", "短号{short}：放假安排变了，期限按规定重新算：{promise}。"),
    ("word_moved", "短号{short}：申请复查（复核）的最后一天遇到休息日，顺延到{until}。"),
    ("new_owner", "短号{short}：现在由{office}负责，期限没变，{promise}。"),
    ("handed_down", "短号{short}：交下级平台办了，{office}仍然负责，期限没变，{promise}。不用您再跑。"),
    ("stays", "短号{short}：转给别的单位，又退回来了，还是{office}负责，不用您再跑。期限没变，{promise}。"),
    ("supplement_asked", "短号{short}：{office}想请您补充：{words}\n回“补{short}”加上您要说的话就行。"),
    (
        "replied",
        "短号{short}：{office}答复了：{opinion}\n回“答{short}”看全文。办得好不好您说了算：回“评{short} 5”，5最满意，1最不满意，后面可以写原因。",
    ),
    (
        "invite_rating",
        "短号{short}：答复几天了，办得好不好您说了算：回“评{short} 5”，5最满意，1最不满意。不想评不用回，我们不再催。",
    ),
    ("under_review", "短号{short}：复查（复核）申请收到了，{promise}。"),
    ("review_decided", "短号{short}：复查（复核）意见出来了，请打开{track}用编号和查询码看，或者到窗口看。"),
    ("withdraw_asked", "收到撤回短号{short}的申请，72小时后生效。不是您申请的，请马上到窗口或打电话取消。"),
    ("withdrawn", "短号{short}：已按您的申请撤回。有新情况，再发过来。"),
    ("code_reissued", "短号{short}：有人带身份证明到窗口领了新的查询码，旧的作废。不是您本人，请马上打电话告诉我们。"),
    ("delegate_named", "短号{short}：您登记了代办人，对方能看进度、能补充，不能撤回、不能评价。"),
    ("closed", "短号{short}：已办结。理由在{track}里；不同意，期限内可以重新提出。"),
    ("disclosed", "短号{short}：依法提供给了别的机关。给了谁、依据哪一条，在{track}里。"),
    (
        "sms_help",
        "有事直接写过来：什么事、在哪里。\n查0931：看办到哪了（0931换成您的短号）\n补0931 您的话：补充情况\n答0931：看答复全文\n评0931 5：打分，5最满意，1最不满意\n退订：不再收短信\n人命关天先打110、119、120。",
    ),
    ("sms_greeting", "您好。有什么事，直接写过来：什么事、在哪里、什么时候。发“帮助”看还能发什么。"),
    ("sms_money", "短信里还查不到钱。低保、补贴到没到账，请打{hotline}问。"),
    ("sms_unknown", "没有找到这件事。请核对短号，用报事的那个手机发；也可以打开{track}，用编号和查询码查。"),
    ("sms_none", "这个手机号发来的事里，没有这样的一件。有新的事，直接写过来。"),
    ("sms_which", "您有好几件事，请写上短号，比如“查0931”。短号在我们发给您的短信里。"),
    (
        "sms_where",
        "刚才这条，是补充短号{short}那件事，还是另外一件？回1：补充到{short}；回2：另报一件。10分钟没有回，我们当另外一件办。",
    ),
    ("sms_added", "补充到短号{short}了，{office}看得到。"),
    ("sms_progress", "短号{short}：{stage}。现在由{office}负责，{promise}。"),
    ("sms_answer", "短号{short}，{office}：\n{reply}"),
    ("sms_grade", "打分写1到5：5非常满意，4满意，3基本满意，2不满意，1非常不满意。比如“评5”，后面可以写原因。"),
    ("sms_rated", "短号{short}：您的评价记下了，哪个单位都改不了。谢谢您。"),
    ("sms_rate_none", "现在没有等您评的答复。有了答复，会发短信告诉您。"),
    ("sms_rate_page", "短号{short}：这一件短信里评不了，请打开{track}评，或者到窗口评。"),
    ("sms_stopped", "退订好了，不再给您发短信；要紧的事，会有人打电话给您。想再收，发“订”。"),
    ("sms_started", "好的，以后照常给您发短信。"),
    ("hotline_code", "您正在和热线通话，验证码{code}，{minutes}分钟内有效。只念给正在通话的热线人员；没有打电话的，不要理会。"),
    ("forum_code", "您在论坛发帖的验证码{code}，{minutes}分钟内有效，在发帖的页面输入。没有发帖的，不要理会。"),
];
