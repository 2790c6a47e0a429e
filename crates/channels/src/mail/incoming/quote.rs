//! What of an answer the resident wrote, and what their program quoted below it.

/// Stands above every letter that may be answered; what comes after it was not written now.
pub const MARK: &str = "请在这一行上面写回信";
/// The same in English.
pub const MARK_ENGLISH: &str = "Please write your answer above this line";

/// Words that end the line with which programs introduce a quotation.
const INTRODUCES: [&str; 4] = ["写道:", "写道：", "wrote:", "来信:"];

/// Cuts off what an answer quotes of the letter it answers. Where nothing would be left, everything stays.
pub(super) fn own_words(text: &str) -> &str {
    let cut = [MARK, MARK_ENGLISH].iter().filter_map(|mark| text.find(mark)).min();
    let Some(cut) = cut else { return text.trim() };
    let mut own = text[..cut].trim_end();
    // the quotation's own signs and its introduction stand between the words and the mark
    while let Some(line) = own.lines().next_back() {
        let plain = line.trim();
        let sign = plain.bytes().all(|byte| b"> -*_=|".contains(&byte)) || plain.starts_with('>');
        if !sign && !INTRODUCES.iter().any(|end| plain.ends_with(end)) && !is_head(plain) {
            break;
        }
        own = own[..own.len() - line.len()].trim_end();
    }
    if own.trim().is_empty() { text.trim() } else { own.trim() }
}

/// Tells whether a line is one of those that programs copy from a letter's head.
fn is_head(line: &str) -> bool {
    let names = ["发件人", "收件人", "发送时间", "时间", "主题", "日期", "抄送", "From", "To", "Sent", "Subject", "Date", "Cc"];
    names.iter().any(|name| line.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with([':', '：'])))
        || (line.starts_with("--") && ["原始邮件", "Original"].iter().any(|word| line.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_quoted_is_cut_off_and_what_was_written_stays() {
        let letters = [
            format!("水还是没来。\n\n在 2026年11月29日,民声 写道:\n> {MARK}\n>\n> 您好"),
            format!(
                "水还是没来。\n\n------------------ 原始邮件 ------------------\n发件人: 民声\n发送时间: 今天\n主题: 已收到\n\n{MARK}\n您好"
            ),
            format!("水还是没来。\n\nOn Sun, Nov 29, 2026, Minsheng wrote:\n>\n> {MARK_ENGLISH}\n> Hello"),
        ];
        for letter in letters {
            assert_eq!(own_words(&letter), "水还是没来。", "{letter}");
        }
        assert_eq!(own_words("  没有引用的信 \n"), "没有引用的信");
    }

    #[test]
    fn an_answer_below_its_quotation_stays_whole() {
        let below = format!("> {MARK}\n> 您好\n\n水还是没来。");
        assert_eq!(own_words(&below), below.trim());
    }
}
