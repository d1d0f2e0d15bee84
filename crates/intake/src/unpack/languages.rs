//! Which letters the languages use that are written in an encoding of one byte.

use encoding_rs::{
    Encoding, IBM866, ISO_8859_2, ISO_8859_5, ISO_8859_7, KOI8_U, MACINTOSH, WINDOWS_1250,
    WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256,
    WINDOWS_1257, X_MAC_CYRILLIC,
};

/// A language by its letters beyond ASCII.
#[derive(Debug)]
pub(crate) struct Language {
    /// Letters that are common, in lower case.
    pub(crate) common: &'static str,
    /// Letters that come up.
    pub(crate) rare: &'static str,
}

const fn of(common: &'static str, rare: &'static str) -> Language {
    Language { common, rare }
}

const CENTRAL: &[Language] = &[
    of("ąćęłńóśźż", ""),
    of("áčěéíňřšůúýž", "ďóť"),
    of("áäčéíľňôšťúýž", "ďĺóŕ"),
    of("áéíóöőúüű", ""),
    of("ăâîşţ", ""),
    of("čćšžđ", ""),
    of("äöüß", ""),
];
const WESTERN: &[Language] = &[
    of("äöüß", "é"),
    of("éèàçêôî", "âûùëïœæÿü"),
    of("áéíóúñ", "ü"),
    of("ãáâçéêíóõú", "àôü"),
    of("àèéìòù", ""),
    of("äöåæøé", "ü"),
    of("éëïöü", "è"),
    of("", "áðéíóúýþæö"),
    of("", "äöõüšž"),
];
const TURKISH: &[Language] = &[of("çğıİöşü", "âîû"), of("äöüß", "é")];
const BALTIC: &[Language] = &[of("ąčęėįšųūž", ""), of("āčēģīķļņšūž", ""), of("äõöüšž", "")];
const CYRILLIC: &[Language] = &[
    of("оеаинтсрвлкмдпуяыьгзб", "чйхжшюцщэфъё"),
    of("оаинтівеслркмупдзяьгб", "чйхжшюцщфіїєґ"),
    of("аоеинрсткувмлпдјзгб", "чцжшхфђљњћџѓѕќ"),
];
const GREEK: &[Language] = &[of("αεηιορστυνςλκπμέίάόύήώ", "βγδζθξφχψωϊϋΐΰ")];

const HEBREW: &[Language] = &[of("אבגדהוזחטיכךלמםנןסעפףצץקרשת", "")];
const ARABIC: &[Language] = &[of("ابتثجحخدذرزسشصضطظعغفقكلمنهويةى", "ءآأؤإئپچژگ")];

/// The encodings that are tried, the likelier of two alike first, with what speaks for
/// each before it is read.
pub(crate) const ENCODINGS: &[(&Encoding, &[Language], f64)] = &[
    (WINDOWS_1252, WESTERN, 0.3),
    (WINDOWS_1250, CENTRAL, 0.2),
    (WINDOWS_1251, CYRILLIC, 0.3),
    (WINDOWS_1254, TURKISH, 0.0),
    (WINDOWS_1253, GREEK, 0.1),
    (ISO_8859_2, CENTRAL, 0.0),
    (KOI8_U, CYRILLIC, 0.0),
    (IBM866, CYRILLIC, 0.0),
    (ISO_8859_5, CYRILLIC, -0.2),
    (ISO_8859_7, GREEK, 0.0),
    (MACINTOSH, WESTERN, -0.4),
    (WINDOWS_1257, BALTIC, -0.2),
    (WINDOWS_1255, HEBREW, 0.0),
    (WINDOWS_1256, ARABIC, 0.0),
    (X_MAC_CYRILLIC, CYRILLIC, -0.6),
];

impl Language {
    /// How well a letter in lower case fits.
    pub(crate) fn fit(&self, letter: char) -> f64 {
        if self.common.contains(letter) {
            1.0
        } else if self.rare.contains(letter) {
            0.7
        } else {
            -1.5
        }
    }
}
