//! Browser and system from a user agent: the family only, as profiles keep it
//! (`_browser`, `_os`). A library that knows every device weighs a megabyte.

/// The family of the browser or mail program, if it is one of the common ones.
/// What pretends to be another comes before the one that it pretends to be.
pub fn browser(agent: &str) -> Option<&'static str> {
    const FAMILIES: [(&str, &str); 14] = [
        ("GoogleImageProxy", "Gmail"),
        ("Thunderbird", "Thunderbird"),
        ("Outlook", "Outlook"),
        ("YaBrowser", "Yandex Browser"),
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Opera", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("FxiOS", "Firefox"),
        ("Firefox", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
        ("AppleWebKit", "Apple Mail"),
    ];
    family(agent, &FAMILIES)
}

/// The family of the operating system, if it is one of the common ones.
pub fn system(agent: &str) -> Option<&'static str> {
    const FAMILIES: [(&str, &str); 9] = [
        ("Windows Phone", "Windows Phone"),
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iOS"),
        ("iPad", "iPadOS"),
        ("CrOS", "ChromeOS"),
        ("Mac OS X", "macOS"),
        ("Macintosh", "macOS"),
        ("Linux", "Linux"),
    ];
    family(agent, &FAMILIES)
}

fn family(agent: &str, families: &[(&str, &'static str)]) -> Option<&'static str> {
    let found = families.iter().find(|(part, _)| agent.contains(part));
    found.map(|(_, family)| *family)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_agents_are_told_apart() {
        let cases = [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0",
                Some("Edge"),
                Some("Windows"),
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1",
                Some("Safari"),
                Some("iOS"),
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
                Some("Firefox"),
                Some("Linux"),
            ),
            ("curl/8.5.0", None, None),
        ];
        for (agent, is_browser, is_system) in cases {
            assert_eq!(
                (browser(agent), system(agent)),
                (is_browser, is_system),
                "{agent}"
            );
        }
    }
}
