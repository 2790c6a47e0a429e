//! Samples made here from invented parts, always the same ones: personal data written the ways people write it, and text that
//! only looks like it.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use text::personal::{Kind, credit_code, id_card, luhn};

/// Samples of each kind.
pub const SAMPLES_OF_KIND: usize = 600;
/// Texts without personal data.
pub const NEGATIVES: usize = 3_000;

/// Is a text with one piece of personal data in it.
pub struct Sample {
    pub text: String,
    /// The bytes of the piece.
    pub at: std::ops::Range<usize>,
    pub kind: Kind,
}

pub struct Maker(ChaCha8Rng);

impl Maker {
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    fn below(&mut self, end: usize) -> usize {
        (self.0.next_u64() % end as u64) as usize
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    fn digits(&mut self, many: usize) -> String {
        (0..many).map(|_| char::from(b'0' + self.below(10) as u8)).collect()
    }

    /// Draws the value of a kind, as an official would write it.
    fn plain(&mut self, kind: Kind) -> String {
        match kind {
            Kind::Mobile => format!("1{}{}", self.one(&["3", "5", "7", "8", "9"]), self.digits(9)),
            Kind::Landline => {
                let area = self.one(&["010", "021", "0990", "0371", "0731"]).to_owned();
                let local = if area.len() == 3 { 8 } else { 7 };
                format!("{area}-{}{}", self.one(&["2", "3", "6", "8"]), self.digits(local - 1))
            }
            Kind::IdCard => self.id(),
            Kind::CreditCode => self.credit(),
            Kind::BankCard => self.card(),
            Kind::Paper => format!("{}{}", self.one(&["E", "G", "EA", "H"]), self.digits(8)),
            Kind::Plate => {
                let tail: String = (0..5).map(|_| char::from(b"ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"[self.below(34)])).collect();
                let tail = if tail.bytes().filter(u8::is_ascii_digit).count() < 2 {
                    format!("{}{}", &tail[..3], self.digits(2))
                } else {
                    tail
                };
                format!("{}{}{tail}", self.one(&["新", "京", "豫", "湘", "粤", "川"]), self.one(&["A", "B", "C", "Q"]))
            }
            Kind::Email => format!(
                "{}{}@{}",
                self.one(&["li.ming", "qinghe", "wang_fang", "zhao-lei"]),
                self.digits(2),
                self.one(&["yunling.example", "mail.example", "nonghu.example.cn"])
            ),
            Kind::Chat => {
                let digits = self.digits(8);
                format!("{}{digits}", self.one(&["", "qh_", "yl-", "wx"])).replacen('0', "1", 1)
            }
            Kind::Address => self.address(),
            Kind::Name => self.name(),
        }
    }

    fn id(&mut self) -> String {
        let (year, month, day) = (1940 + self.below(75), 1 + self.below(12), 1 + self.below(28));
        let head = format!("99077{}{year}{month:02}{day:02}{}", self.below(10), self.digits(3));
        let last = "0123456789X".chars().find(|last| id_card(&format!("{head}{last}"))).unwrap();
        format!("{head}{last}")
    }

    fn credit(&mut self) -> String {
        let head = format!("9{}990777{}{}", self.one(&["1", "2", "3"]), self.one(&["MA", "M0", "X2"]), self.digits(7));
        let last = "0123456789ABCDEFGHJKLMNPQRTUWXY".chars().find(|last| credit_code(&format!("{head}{last}"))).unwrap();
        format!("{head}{last}")
    }

    fn card(&mut self) -> String {
        let long = [15, 18][self.below(2)];
        let head = format!("62{}", self.digits(long - 2));
        let last = ('0'..='9').find(|last| luhn(&format!("{head}{last}"))).unwrap();
        format!("{head}{last}")
    }

    fn address(&mut self) -> String {
        let (house, unit, room) = (1 + self.below(30), 1 + self.below(4), 101 + self.below(1_500));
        let place = self.one(&["云岭花园", "青禾小区", "明溪家园", "柳湾公寓", "石桥新村", "东升社区", "丰泽苑"]);
        let road = self.one(&["青禾路", "柳湾街", "明溪大道", "石桥巷"]);
        let village = self.one(&["柳湾村", "石桥村", "东升村", "明溪村"]);
        match self.below(6) {
            0 => format!("{place}{house}号楼{unit}单元{room}室"),
            1 => format!("{place}{house}栋{room}"),
            2 => format!("{road}{house}号"),
            3 => format!("{village}{unit}组{house}号"),
            4 => format!("{place}{house}-{unit}-{room}"),
            _ => format!("{road}{house}号院{unit}号楼{room}室"),
        }
    }

    fn name(&mut self) -> String {
        let surname = self.one(&["王", "李", "张", "刘", "陈", "赵", "周", "孙", "欧阳", "罗", "郑", "唐"]);
        let given =
            self.one(&["明", "芳", "秀英", "建国", "丽华", "志强", "桂兰", "晓东", "小红", "国庆", "玉珍", "伟", "春梅", "海涛"]);
        format!("{surname}{given}")
    }

    /// Writes a value the way somebody does who is in a hurry, has another keyboard, or hides it from a filter.
    fn spell(&mut self, kind: Kind, plain: &str) -> String {
        let is_number = matches!(kind, Kind::Mobile | Kind::Landline | Kind::IdCard | Kind::BankCard);
        let way = self.below(if is_number { 12 } else { 5 });
        match (kind, way) {
            (Kind::Name | Kind::Address, 1) => full_width(plain),
            (Kind::Name | Kind::Address, 2) => plain.chars().flat_map(|c| [c, '\u{200b}']).collect(),
            (Kind::Name | Kind::Address, _) | (_, 0) => plain.to_owned(),
            (_, 1) => full_width(plain),
            (_, 2) => plain.chars().flat_map(|c| [c, '\u{200b}']).collect(),
            (Kind::Email | Kind::Chat, _) => plain.to_uppercase(),
            (Kind::Plate, _) => split_at(plain, &[2], self.one(&["·", " ", "-", "•"])).to_lowercase(),
            (Kind::Paper, _) | (Kind::CreditCode, 3) => plain.to_lowercase(),
            (Kind::CreditCode, _) => split_at(plain, &[4, 8, 12, 16], self.one(&[" ", "-"])),
            (_, 3) => split_at(plain, &[3, 7, 11, 15], self.one(&[" ", "-", ".", " - ", "·", "—"])),
            (_, 4) => plain.chars().flat_map(|c| [c, ' ']).collect::<String>().trim_end().to_owned(),
            (_, 5) => chinese(plain, "零一二三四五六七八九"),
            (_, 6) => chinese(plain, "〇幺二三四五六七八九"),
            (_, 7) => chinese(plain, "零壹贰叁肆伍陆柒捌玖"),
            (_, 8) => chinese(plain, "⓪①②③④⑤⑥⑦⑧⑨"),
            (_, 9) => plain.replace('0', "O"),
            (_, 10) => mixed(plain),
            _ => format!("{}{plain}", if kind == Kind::Mobile { self.one(&["+86 ", "86-", "0086"]) } else { "" }),
        }
    }

    /// Draws a text with one piece of a kind in it.
    pub fn sample(&mut self, kind: Kind) -> Sample {
        let plain = self.plain(kind);
        let spelt = self.spell(kind, &plain);
        let before = self.before(kind).to_owned();
        let after = self.one(&["，请尽快处理。", "。谢谢！", "，已经三天了", "", "。我们急等答复。"]);
        let lead = self.one(&["", "你好，", "2026年11月24日，", "路灯坏了5盏。", "（第2次反映）"]);
        let start = lead.len() + before.len();
        Sample { text: format!("{lead}{before}{spelt}{after}"), at: start..start + spelt.len(), kind }
    }

    fn before(&mut self, kind: Kind) -> &'static str {
        match kind {
            Kind::Mobile => self.one(&["我的电话是", "请打", "联系方式：", "手机 ", "打给我 "]),
            Kind::Landline => self.one(&["家里电话", "座机：", "请打", "单位电话是"]),
            Kind::IdCard => self.one(&["身份证号", "我的身份证", "身份证：", "证件号码 ", "本人"]),
            Kind::CreditCode => self.one(&["信用代码", "我店的统一社会信用代码：", "执照上是", "代码 "]),
            Kind::BankCard => self.one(&["银行卡号", "打到卡 ", "账号：", "工资卡"]),
            Kind::Paper => self.one(&["护照号", "护照：", "通行证号码 "]),
            Kind::Plate => self.one(&["车牌", "一辆", "车号是", "堵路的是"]),
            Kind::Email => self.one(&["邮箱：", "请发到 ", "回信给 "]),
            Kind::Chat => self.one(&["微信号", "微信：", "QQ：", "加我微信 ", "QQ号是"]),
            Kind::Address => self.one(&["我住在", "家住", "地址：", "请到", "漏水的是"]),
            Kind::Name => {
                self.one(&["我叫", "联系人：", "联系人", "姓名：", "村民", "户主", "申请人", "投诉人：", "我父亲", "邻居"])
            }
        }
    }

    /// Draws a name as others are spoken of: with a form of address, or as 王某.
    pub fn titled(&mut self) -> Sample {
        let surname = self.one(&["王", "李", "张", "刘", "陈", "赵", "周", "孙", "欧阳", "罗"]);
        let title = self.one(&["大爷", "大妈", "阿姨", "先生", "女士", "师傅", "某", "某某", "主任", "书记", "奶奶"]);
        let (lead, name) = (self.one(&["隔壁", "", "昨天", "我们村的", "问过"]), format!("{surname}{title}"));
        let after = self.one(&["说不归他管。", "也知道这件事", "，八十多岁了", "家没有水"]);
        Sample { at: lead.len()..lead.len() + name.len(), text: format!("{lead}{name}{after}"), kind: Kind::Name }
    }

    /// Draws a text that holds nothing personal, however many digits.
    pub fn negative(&mut self) -> String {
        let (day, month, year) = (1 + self.below(28), 1 + self.below(12), 2020 + self.below(8));
        let sum = self.digits(5).replacen('0', "1", 1);
        match self.below(14) {
            0 => format!("编号MS990777{:02}{month:02}{day:02}Q2KX0RP，{year}年{month}月{day}日收到。", year % 100),
            1 => format!("共拨付1{},{},{}.00元", self.digits(2), self.digits(3), self.digits(3)),
            2 => format!("补贴{sum}元，分{}个月发放", 1 + self.below(12)),
            3 => format!("依据国办发〔{year}〕{}号第{}条办理", self.below(99), 1 + self.below(50)),
            4 => format!("{year}-{month:02}-{day:02} 10:{:02} 停水，{month}月{day}日恢复", self.below(60)),
            5 => format!("请拨打12345或{}", self.one(&["110", "119", "120", "12333"])),
            6 => format!(
                "全村{}户{}人，路长{}米，水压0.{}兆帕",
                50 + self.below(900),
                200 + self.below(4_000),
                self.below(9_000),
                self.below(9)
            ),
            7 => format!("{}号线{}路公交在第{}站改道", 1 + self.below(9), self.below(90), self.below(30)),
            8 => format!("招标编号YLZB{year}{month:02}{}，预算{}万元", self.digits(3), self.below(900)),
            9 => format!("一是路灯，二是井盖，三是{}盏不亮", self.one(&["一百二十", "三十五", "二百零八"])),
            10 => {
                format!("向主任反映过，{}", self.one(&["老师傅说没有配件", "小区的人都知道", "大家都说不方便", "和平路的灯不亮"]))
            }
            11 => format!("订单{year}{month:02}{day:02}{}没有发货", self.digits(10)),
            12 => format!("孩子{}岁，上小学{}年级，离学校{}公里", 6 + self.below(7), 1 + self.below(6), 1 + self.below(9)),
            _ => format!(
                "检查发现{}处问题，整改率{}.{}%，用时{}个工作日",
                self.below(90),
                self.below(100),
                self.below(10),
                1 + self.below(30)
            ),
        }
    }
}

fn full_width(plain: &str) -> String {
    plain.chars().map(|c| if c.is_ascii_graphic() { char::from_u32(c as u32 + 0xfee0).unwrap() } else { c }).collect()
}

fn split_at(plain: &str, places: &[usize], between: &str) -> String {
    let piece = |(place, c): (usize, char)| if places.contains(&place) { format!("{between}{c}") } else { c.to_string() };
    plain.chars().enumerate().map(piece).collect()
}

fn chinese(plain: &str, digits: &str) -> String {
    let digits: Vec<char> = digits.chars().collect();
    plain.chars().map(|c| c.to_digit(10).map_or(c, |digit| digits[digit as usize])).collect()
}

/// Every other digit in Chinese.
fn mixed(plain: &str) -> String {
    let other: Vec<char> = chinese(plain, "零一二三四五六七八九").chars().collect();
    plain.chars().enumerate().map(|(place, c)| if place % 2 == 1 { other[place] } else { c }).collect()
}
