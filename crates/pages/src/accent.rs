//! The accent colour of a database's pages, made readable on light and dark.

use roster_model::Code;
use roster_model::Invalid;
use roster_model::error::excerpt;
use std::fmt;

/// Red, green and blue, 0 to 255 each.
type Rgb = [u8; 3];

/// What WCAG 2.2 asks of text (1.4.3) and of the edges of controls (1.4.11).
const TEXT: f64 = 4.5;
const EDGE: f64 = 3.0;

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];
/// The surfaces of `style.css` that accented text stands on, the worse of page
/// and card: `--page` when light, `--card` when dark.
const LIGHT: Rgb = [0xf4, 0xf3, 0xef];
const DARK: Rgb = [0x1c, 0x1f, 0x24];

/// A colour for buttons and links. Whatever it is, what is printed on it and
/// what is printed in it stays readable: text on it is black or white, and as
/// text it is darkened or lightened as far as the page's surface needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accent(Rgb);

impl Default for Accent {
    /// A deep teal, for databases that chose none.
    fn default() -> Self {
        Accent([0x1d, 0x5c, 0x63])
    }
}

impl Accent {
    /// Reads `#rrggbb`, in either case. Refuses anything else with code
    /// `invalid_colour`; use `Accent::default()` then.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::read(text).ok_or_else(|| {
            Invalid::new(
                Code::InvalidColour,
                format!(
                    "{} is no colour: it must be # and six hexadecimal digits, as in #1d5c63.",
                    excerpt(text)
                ),
            )
        })
    }

    fn read(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let [_, r, g, b] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        Some(Accent([r, g, b]))
    }

    /// The colour of text on it, contrast at least 4.5: white where that is
    /// enough, else black, which then is.
    pub fn text(self) -> &'static str {
        if contrast(self.0, WHITE) >= TEXT {
            "#ffffff"
        } else {
            "#000000"
        }
    }

    /// The style block that gives pages this colour.
    pub(crate) fn style(self) -> String {
        let (accent, text) = (self, self.text());
        let side = |surface: Rgb, toward: Rgb| {
            (
                hex(reach(self.0, surface, toward, TEXT)),
                hex(reach(self.0, surface, toward, EDGE)),
            )
        };
        let (light_ink, light_edge) = side(LIGHT, BLACK);
        let (dark_ink, dark_edge) = side(DARK, WHITE);
        format!(
            ":root{{--accent:{accent};--on-accent:{text};\
             --accent-ink:{light_ink};--accent-edge:{light_edge}}}\
             @media (prefers-color-scheme:dark){{:root{{\
             --accent-ink:{dark_ink};--accent-edge:{dark_edge}}}}}"
        )
    }
}

impl fmt::Display for Accent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(self.0))
    }
}

fn hex([r, g, b]: Rgb) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// The colour, mixed with `toward` no more than it takes to have this contrast
/// with the surface.
fn reach(colour: Rgb, surface: Rgb, toward: Rgb, enough: f64) -> Rgb {
    let mixed = (0..=20).map(|step| mix(colour, toward, step));
    mixed
        .clone()
        .find(|c| contrast(*c, surface) >= enough)
        .unwrap_or(toward)
}

/// `steps` twentieths of the way from one colour to the other.
fn mix(from: Rgb, to: Rgb, steps: u16) -> Rgb {
    let [r, g, b] = from;
    let [tr, tg, tb] = to;
    let one = |from: u8, to: u8| {
        let sum = u16::from(from) * (20 - steps.min(20)) + u16::from(to) * steps.min(20);
        u8::try_from(sum / 20).unwrap_or(to)
    };
    [one(r, tr), one(g, tg), one(b, tb)]
}

/// WCAG's contrast ratio, 1 to 21.
fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// WCAG's relative luminance, 0 to 1.
fn luminance([r, g, b]: Rgb) -> f64 {
    let linear = |byte: u8| {
        let value = f64::from(byte) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_six_digits_after_a_hash_are_a_colour() {
        assert_eq!(Accent::parse("#1D5c63").unwrap(), Accent::default());
        for wrong in [
            "",
            "#",
            "1d5c63",
            "#1d5c6",
            "#1d5c633",
            "#fff",
            "#+1d5c6",
            "#12345ж",
            "red",
            "#1d5c63;}",
        ] {
            assert_eq!(
                Accent::parse(wrong).unwrap_err().code.as_str(),
                "invalid_colour",
                "{wrong}"
            );
        }
    }

    #[test]
    fn contrast_is_wcags() {
        assert!((contrast(WHITE, BLACK) - 21.0).abs() < 1e-9);
        assert!((contrast([0x76, 0x76, 0x76], WHITE) - 4.54).abs() < 0.01);
    }

    proptest! {
        #[test]
        fn text_is_readable_on_and_in_every_colour(r: u8, g: u8, b: u8) {
            let colour = [r, g, b];
            let on = if Accent(colour).text() == "#ffffff" { WHITE } else { BLACK };
            prop_assert!(contrast(colour, on) >= TEXT);
            for (surface, toward) in [(LIGHT, BLACK), (DARK, WHITE)] {
                prop_assert!(contrast(reach(colour, surface, toward, TEXT), surface) >= TEXT);
                prop_assert!(contrast(reach(colour, surface, toward, EDGE), surface) >= EDGE);
            }
        }
    }
}
