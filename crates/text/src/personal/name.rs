//! Names where people put them: behind "我叫", "联系人", "村民" and the like, with a form of address, or as 王某.

use super::spell::Spelt;
use super::{Found, Kind};

/// Surnames of two characters.
const DOUBLE: &[&str] = &[
    "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯", "端木", "百里", "呼延",
    "南宫", "长孙", "宇文", "鲜于", "独孤",
];
/// Surnames that are seldom anything else.
const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱林何郭罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾魏薛叶阎余潘杜戴夏钟汪田任姜范廖姚邹熊陆郝孔崔邱秦史顾侯邵孟龙段雷钱汤尹黎武贺赖龚庞樊殷施翟倪严牛俞章鲁葛韦毛柳祁聂冉焦齐梅莫庄辛管祝左涂谷舒耿牟卜路詹苗凌费纪靳盛童欧甄项曲鲍温裴席司苑褚甘娄丘艾申覃柯喻甯宁岳麦邢阮蓝植敖屈冼郁鄢闵晏阳茅肖闫桂党仇滕车荣景丁万石金高方白马孟江卫尚康";
/// Surnames that are common words too: they count behind a cue only.
const ALSO_WORDS: &str = "于花安常连单乔成古文洪易华";
/// Words that begin like a name and are none, apart by spaces.
const NO_NAMES: &str = "丁字 万一 万元 严格 严重 乔迁 于是 代表 任何 任意 任职 何时 余下 余额 党员 党委 党支 党的 全部 包括 华为 单位 单方 单独 古代 周一 周围 周末 周边 夏天 夏季 宁愿 安全 安排 安置 安装 尚无 尚未 岳母 岳父 左右 席位 常常 常年 广州 康复 徐州 成为 成功 成员 成本 成立 成绩 文件 文化 文明 方即 方实 方式 方案 方法 方面 施工 施行 明确 易拉 易燃 景区 曲折 曾经 有恩 有过 杭州 柳州 梅雨 武力 武装 毛病 毛重 江苏 江西 江边 汪洋 沈阳 洪水 涂料 温度 牛奶 田地 白天 白白 石头 石山 石材 石油 程序 程度 章程 童年 管理 管管 管线 管道 胡乱 胡说 花园 花费 花钱 苏州 荣誉 蓝色 许可 许多 谢谢 贺卡 路上 路口 路段 路灯 路线 路边 路面 车辆 连夜 连带 连接 连续 郑州 金牌 金融 金额 钱款 陈述 雷电 雷雨 项目 顾客 顾问 马上 马路 高层 高度 高温 高级 黄色 龙头";
/// Posts: a name stands behind them, and they stand behind a surname.
const POSTS: &[&str] = &[
    "老师", "医生", "主任", "书记", "村长", "支书", "局长", "镇长", "乡长", "队长", "组长", "会计", "所长", "科长", "院长",
    "校长", "站长", "老板", "经理",
];
/// Further words behind which a name stands.
const CUES: &[&str] = &[
    "我叫",
    "我是",
    "本人叫",
    "本人",
    "名叫",
    "名字叫",
    "叫做",
    "姓名",
    "联系人",
    "申请人",
    "投诉人",
    "反映人",
    "举报人",
    "报修人",
    "来信人",
    "来电人",
    "上访人",
    "信访人",
    "当事人",
    "受害人",
    "经办人",
    "负责人",
    "户主",
    "业主",
    "租户",
    "村民",
    "居民",
    "市民",
    "邻居",
    "老人",
    "法人",
    "父亲",
    "母亲",
    "丈夫",
    "妻子",
    "儿子",
    "女儿",
    "爱人",
    "老伴",
    "孩子",
    "学生",
    "同事",
    "残疾人",
    "低保户",
    "叫",
    "找",
    "收件人",
    "收款人",
    "户名",
    "监护人",
    "保姆",
    "司机",
    "房东",
    "工人",
];
/// Further forms of address behind a surname.
const TITLES: &[&str] = &[
    "大爷",
    "大妈",
    "大娘",
    "大叔",
    "大婶",
    "大姐",
    "大哥",
    "大嫂",
    "阿姨",
    "奶奶",
    "爷爷",
    "叔叔",
    "婶婶",
    "婶子",
    "伯伯",
    "先生",
    "女士",
    "小姐",
    "师傅",
    "同志",
    "老汉",
    "老太",
    "护士",
    "律师",
    "法官",
    "警官",
    "某某",
    "某",
    "家大儿",
    "姐",
    "哥",
    "叔",
    "婶",
    "姨",
    "嫂",
];
/// Characters that do not stand in given names, but right behind names.
const BEHIND: &str = "，。、；：？！,.;:?!()（）“”\"'《》【】[] \n\t的说是在于今昨已住家电反映投诉来去到给向对把被与及或因为没不也就都还从将我你您他她它们手号身份证联系先女同某欠打要想请求称报申有人等上下前后里外一二三四五六七八九十年月日，这那此很最曾当";
/// Most signs between a cue and a name.
const GAP_MAX: usize = 3;

/// Finds names.
pub(super) fn find(spelt: &Spelt) -> Vec<Found> {
    let mut found = Vec::new();
    for at in 0..spelt.signs.len() {
        for cue in CUES.iter().chain(POSTS).filter(|cue| spelt.goes_on(at, cue)) {
            let mut from = at + cue.chars().count();
            from += (from..from + GAP_MAX)
                .take_while(|place| matches!(spelt.at(*place), ':' | '：' | ' ' | '是' | '为' | '叫' | '"' | '“' | '(' | '，'))
                .count();
            found.extend(cued(spelt, from, cue).map(|to| spelt.found(from, to, Kind::Name)));
        }
        found.extend(titled(spelt, at).map(|(from, to)| spelt.found(from, to, Kind::Name)));
    }
    found
}

fn surname(spelt: &Spelt, at: usize, also_words: bool) -> Option<usize> {
    if DOUBLE.iter().any(|name| spelt.goes_on(at, name)) {
        return Some(at + 2);
    }
    let c = spelt.at(at);
    (SURNAMES.contains(c) || also_words && ALSO_WORDS.contains(c)).then_some(at + 1)
}

fn is_given(spelt: &Spelt, at: usize) -> bool {
    let c = spelt.at(at);
    let tomorrow = c == '明' && matches!(spelt.at(at + 1), '天' | '年' | '日' | '早' | '晚' | '确');
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}') && !BEHIND.contains(c) && !tomorrow
}

/// Returns where a name behind a cue ends: a surname with one or two characters behind it.
fn cued(spelt: &Spelt, from: usize, cue: &str) -> Option<usize> {
    let weak = matches!(
        cue,
        "叫" | "找" | "我是" | "本人" | "学生" | "孩子" | "老人" | "老师" | "主任" | "书记" | "业主" | "居民" | "村民"
    );
    let given = surname(spelt, from, !weak)?;
    if NO_NAMES.split(' ').any(|word| spelt.goes_on(from, word)) {
        return None;
    }
    if !is_given(spelt, given) {
        return (is_rare_given(spelt, given) && is_end(spelt, given + 1)).then_some(given + 1);
    }
    // some given names hold what is a word elsewhere: 家, 明, 一; then the end of the clause decides
    let second = given + 1;
    let two = is_given(spelt, second) || is_rare_given(spelt, second) && is_end(spelt, second + 1);
    Some(if two { second + 1 } else { second })
}

fn is_rare_given(spelt: &Spelt, at: usize) -> bool {
    "家明一三来有人年月上".contains(spelt.at(at))
}

fn is_end(spelt: &Spelt, at: usize) -> bool {
    !matches!(spelt.at(at), '\u{3400}'..='\u{9fff}')
}

/// Returns a surname with a form of address behind it, or a nickname such as 老李.
fn titled(spelt: &Spelt, at: usize) -> Option<(usize, usize)> {
    let before = if at == 0 { ' ' } else { spelt.at(at - 1) };
    let given = surname(spelt, at, false)?;
    if let Some(title) = TITLES.iter().chain(POSTS).find(|title| spelt.goes_on(given, title)) {
        // 双方先生, 黄金老板: a character before that makes another word of the surname
        let other = "公任黄白现资基地双对南北东西官前后地大".contains(before) && "金方石马万高何司".contains(spelt.at(at));
        return (!other).then(|| (at, given + title.chars().count()));
    }
    let is_nickname = matches!(before, '老' | '小') && !"石金马方高万麦康白龙".contains(spelt.at(at));
    let starts = at < 2 || !matches!(spelt.at(at - 2), '古' | '大' | '年' | '城');
    let ends = is_end(spelt, given) || "说的和家在反也告".contains(spelt.at(given));
    (is_nickname && starts && ends).then(|| (at - 1, given))
}
