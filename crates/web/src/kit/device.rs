//! What a browser says of itself, in words by which a person knows their own device: `微信 · 安卓手机`. It is what the browser
//! claims, good for recognising and for nothing else.

use crate::words::Lang;

/// Longest text of a browser that is shown as it stands, in characters.
const PLAIN_CHARS_MAX: usize = 60;

/// Browsers by what stands in their text, those that call themselves by another's name as well first.
const BROWSERS: &[(&str, &str)] = &[
    ("MicroMessenger/", "browser-wechat"),
    ("DingTalk/", "browser-dingtalk"),
    ("HuaweiBrowser/", "browser-huawei"),
    ("MiuiBrowser/", "browser-xiaomi"),
    ("HeyTapBrowser/", "browser-oppo"),
    ("VivoBrowser/", "browser-vivo"),
    ("UCBrowser/", "browser-uc"),
    ("QQBrowser/", "browser-qq"),
    ("Edg/", "browser-edge"),
    ("EdgA/", "browser-edge"),
    ("EdgiOS/", "browser-edge"),
    ("OPR/", "browser-opera"),
    ("Firefox/", "browser-firefox"),
    ("FxiOS/", "browser-firefox"),
    ("CriOS/", "browser-chrome"),
    ("Chrome/", "browser-chrome"),
    ("Safari/", "browser-safari"),
];

/// Systems by what stands in the text, the narrower first.
const SYSTEMS: &[(&str, &str)] = &[
    ("HarmonyOS", "system-harmony"),
    ("OpenHarmony", "system-harmony"),
    ("iPhone", "system-iphone"),
    ("iPad", "system-ipad"),
    ("Android", "system-android"),
    ("Windows", "system-windows"),
    ("Macintosh", "system-mac"),
    ("Linux", "system-linux"),
];

/// Names the device of a browser's text; what names neither a browser nor a system is shown as it stands, cut short.
pub fn device(lang: Lang, text: &str) -> String {
    let known = |table: &[(&str, &'static str)]| table.iter().find(|(mark, _)| text.contains(mark)).map(|(_, key)| lang.t(key));
    match (known(BROWSERS), known(SYSTEMS)) {
        _ if text.is_empty() => lang.t("session-unknown"),
        (Some(browser), Some(system)) => format!("{browser} · {system}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => text.chars().take(PLAIN_CHARS_MAX).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_know_their_device_by_its_name() {
        let named = [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
                "Chrome · Linux 电脑",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                "Edge · Windows 电脑",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; 24031PN0DC) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36 XWEB/1260 MicroMessenger/8.0.50",
                "微信 · 安卓手机",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1",
                "Safari · iPhone",
            ),
            (
                "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 Chrome/132.0 Safari/537.36 ArkWeb/5.0 HuaweiBrowser/5.1",
                "华为浏览器 · 鸿蒙手机",
            ),
            ("curl/8.5.0", "curl/8.5.0"),
            ("", "没有说明是什么设备"),
        ];
        for (text, name) in named {
            assert_eq!(device(Lang::Zh, text), name);
        }
        assert_eq!(device(Lang::En, named[2].0), "WeChat · Android phone");
        assert_eq!(device(Lang::Zh, &"字".repeat(200)).chars().count(), PLAIN_CHARS_MAX);
    }
}
