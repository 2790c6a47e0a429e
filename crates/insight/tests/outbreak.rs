//! A water main breaks: two hundred people say so within six hours, in forty wordings, among two thousand others. And months in
//! which nothing happens. All invented.

use insight::Message;
use insight::issues::Issues;
use insight::rules::HotRules;
use insight::warn::{Alert, Watch};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// Forty wordings of one trouble: the main under Heping road of Qinghe town is broken.
const BURST: [&str; 40] = [
    "青禾镇和平路水管爆裂，自来水冲到马路上",
    "和平路自来水主管爆了，整条街停水",
    "青禾和平路路口水管破裂喷水，赶紧来修",
    "和平路停水了，说是主管爆裂，什么时候来水",
    "我家在和平路，水管爆裂后一直停水",
    "青禾镇和平路地下水管爆了，路面全是水",
    "和平路小学门口自来水管爆裂，孩子蹚水上学",
    "自来水主管在和平路爆裂，店里进水了",
    "和平路一带全部停水，水管爆裂没人管",
    "青禾镇停水，和平路水管爆裂何时修好",
    "和平路水管爆裂，水压没有了，做不了饭",
    "请抢修和平路自来水爆裂的主管",
    "和平路水漫金山，自来水管爆裂两小时了",
    "青禾镇和平路自来水停水通知在哪里看，水管爆裂",
    "水管爆裂，和平路的车都堵住了",
    "和平路爆管停水，医院那边也没水",
    "青禾镇和平路主水管爆裂，快派人关阀门",
    "和平路自来水管道爆裂，路面塌了一块",
    "和平路上自来水喷起两米高，水管爆裂",
    "水厂快来和平路，水管爆裂停水了",
    "和平路楼上没水，楼下水管爆裂到处是水",
    "青禾和平路停水半天，说水管爆裂正在抢修",
    "和平路菜市场水管爆裂，停水没法做生意",
    "和平路自来水管爆裂，老人在家没水喝",
    "和平路主管爆裂，能不能派送水车来",
    "青禾镇和平路爆水管，自来水白白流走",
    "和平路水管又爆裂了，停水什么时候结束",
    "自来水停水，听说和平路水管爆裂，是真的吗",
    "和平路东段水管爆裂，西段停水",
    "青禾镇和平路自来水管破了，水流进地下室",
    "和平路居民楼停水，主管爆裂要修多久",
    "和平路水管爆裂造成停水，请公布来水时间",
    "和平路自来水爆管，交警也来了",
    "青禾镇和平路口水管爆裂，电动车都熄火了",
    "和平路幼儿园停水，水管爆裂午饭做不了",
    "和平路自来水管爆裂，请先送点水给老人",
    "今天和平路水管爆裂停水，没有人通知我们",
    "和平路停水四个小时了，爆裂的水管还没修",
    "青禾镇和平路主管爆裂，停水的小区有三个",
    "和平路水管爆裂，自来水公司的电话打不通",
];

/// What others say: a place, a trouble and a remark, each drawn by chance.
const PLACES: [&str; 24] = [
    "白沙乡",
    "石桥村",
    "云岭花园",
    "西门桥头",
    "东湖社区",
    "南关街",
    "北山林场",
    "柳溪村",
    "青松小学",
    "县医院",
    "城南市场",
    "火车站广场",
    "红星小区",
    "竹园路",
    "望江亭",
    "银杏大道",
    "老粮站",
    "枫林村",
    "民主街",
    "新华书店旁",
    "体育场",
    "双井巷",
    "长青家园",
    "翠屏山",
];
const TROUBLES: [&str; 40] = [
    "路灯不亮",
    "垃圾没人清运",
    "广场舞声音太大",
    "公交车班次太少",
    "井盖松动响声大",
    "流浪狗咬人",
    "烧烤摊油烟呛人",
    "学校门口堵车",
    "医保报销太慢",
    "工地夜里施工",
    "路面坑洼",
    "树枝挡住信号灯",
    "停车位被占",
    "电梯经常坏",
    "养老金没到账",
    "幼儿园学位不够",
    "快递乱扔",
    "共享单车堆满人行道",
    "河道有臭味",
    "拖欠工钱",
    "宅基地界线不清",
    "暖气不热",
    "网络信号差",
    "斑马线看不清",
    "健身器材坏了",
    "公厕没有水",
    "秸秆焚烧",
    "外墙瓷砖掉落",
    "物业收费不公示",
    "消防通道被堵",
    "补贴名单没有公示",
    "道路积雪没人扫",
    "鱼塘被污染",
    "噪声扰民",
    "门牌号重复",
    "驾校不退费",
    "蔬菜滞销",
    "水渠淤塞",
    "低保没批下来",
    "危房没人鉴定",
];
const REMARKS: [&str; 16] = [
    "反映过几次没有结果",
    "希望尽快处理",
    "老人和孩子受影响",
    "已经一个多月了",
    "邻居们都有意见",
    "打电话没人接",
    "请告诉我找哪个部门",
    "影响大家出行",
    "去年也是这样",
    "能不能派人看看",
    "说了要修一直没修",
    "到底归谁管",
    "谢谢你们的辛苦",
    "这事说大不大",
    "晚上更严重",
    "下雨天特别危险",
];

struct World {
    chance: ChaCha8Rng,
}

impl World {
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.chance.next_u64() % end as u64).unwrap()
    }

    fn other(&mut self) -> String {
        let (place, trouble) = (PLACES[self.below(24)], TROUBLES[self.below(40)]);
        let (one, two) = (REMARKS[self.below(16)], REMARKS[self.below(16)]);
        format!("{place}{trouble}，{one}，{two}。")
    }

    fn time(&mut self, from: i64, to: i64) -> i64 {
        from + i64::try_from(self.below(usize::try_from(to - from).unwrap())).unwrap()
    }
}

/// Sends messages in the order of their times, tidies up every four weeks as a site does each night, and collects what is told,
/// each with how many came before it.
fn send(issues: &mut Issues, watch: &mut Watch, mut texts: Vec<(i64, String)>) -> Vec<(usize, Alert)> {
    texts.sort();
    let mut told = Vec::new();
    let mut weeks = 0;
    for (at, (time, body)) in texts.iter().enumerate() {
        if *time / (28 * DAY) > weeks {
            weeks = *time / (28 * DAY);
            issues.settle().into_iter().for_each(|(gone, into)| watch.join(gone, into));
        }
        let placed = issues.add(&Message { subject: "", body, at: *time, who: None, joined: 0, home: None });
        told.extend(watch.see(placed.issue, *time, None).map(|alert| (at, alert)));
    }
    told
}

#[test]
fn a_broken_main_is_told_within_the_first_fifteen_reports() {
    for seed in 0..3 {
        let mut world = World { chance: ChaCha8Rng::seed_from_u64(seed) };
        let (mut issues, mut watch) = (Issues::default(), Watch::new(HotRules::builtin()));
        // eight weeks in which the site learns what is usual, then two thousand others in four weeks; on the twentieth day of
        // these the main breaks
        let (begin, burst) = (56 * DAY, 76 * DAY);
        let mut texts: Vec<(i64, String)> = (0..4000).map(|_| (world.time(0, begin), world.other())).collect();
        texts.extend((0..2000).map(|_| (world.time(begin, begin + 28 * DAY), world.other())));
        texts.extend((0..200).map(|_| (world.time(burst, burst + 6 * HOUR), BURST[world.below(40)].to_owned())));
        texts.sort();
        let reports: Vec<usize> = (0..texts.len()).filter(|at| BURST.contains(&texts[*at].1.as_str())).collect();
        let told = send(&mut issues, &mut watch, texts);
        let first = told.iter().find(|(at, _)| reports.contains(at)).expect("the outbreak is told");
        let place = reports.iter().position(|at| *at == first.0).unwrap() + 1;
        assert!(place <= 15, "seed {seed}: told with report {place}");
        assert!(first.1.people >= 5 && first.1.hours == 6);
        let noise = told.iter().filter(|(at, alert)| !reports.contains(at) && alert.at >= begin).count();
        assert!(noise <= 1, "seed {seed}: {noise} told of nothing");
    }
}

#[test]
fn the_reports_become_one_issue() {
    let mut world = World { chance: ChaCha8Rng::seed_from_u64(9) };
    let mut texts: Vec<(bool, String)> = (0..1000).map(|_| (false, world.other())).collect();
    texts.extend((0..100).map(|n| (true, BURST[n % 40].to_owned())));
    let messages: Vec<Message<'_>> =
        texts.iter().map(|(_, body)| Message { subject: "", body, at: 0, who: None, joined: 0, home: None }).collect();
    let mut issues = Issues::default();
    issues.add_all(&messages, std::num::NonZero::<usize>::MIN);
    issues.settle();
    let hits = |list: &[u32]| list.iter().filter(|message| texts[**message as usize].0).count();
    let best = issues.list().into_iter().max_by_key(|list| hits(list)).unwrap();
    assert!(hits(&best) >= 40, "{} of 100", hits(&best));
    assert!(best.len() - hits(&best) <= 5, "{} strangers", best.len() - hits(&best));
}

#[test]
fn thirty_quiet_months_tell_one_thing_a_month_at_most() {
    let mut world = World { chance: ChaCha8Rng::seed_from_u64(5) };
    let (mut issues, mut watch) = (Issues::default(), Watch::new(HotRules::builtin()));
    let mut months = Vec::new();
    for month in 0..30 {
        let texts = (0..100).map(|_| (world.time(month * 30 * DAY, (month + 1) * 30 * DAY), world.other())).collect();
        months.push(send(&mut issues, &mut watch, texts).len());
    }
    assert!(months.iter().all(|told| *told <= 1), "{months:?}");
}
