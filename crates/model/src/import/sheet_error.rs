//! What spreadsheets put into a cell whose formula has no result.
//!
//! Anyone who reads a sheet takes `#N/A` for nothing, so it is no value here, in a
//! workbook as in the text that was saved from one. Programs write these texts in
//! the language that they speak.

/// An error that has no name here.
pub const UNKNOWN: &str = "#ERROR!";
/// A formula that was never calculated.
pub const NOT_CALCULATED: &str = "#CALC!";

/// The errors of Excel, Calc, Numbers and Google Sheets, in the languages that have
/// words of their own for them.
const ERRORS: [&str; 82] = [
    "#NULL!",
    "#DIV/0!",
    "#VALUE!",
    "#REF!",
    "#NAME?",
    "#NUM!",
    "#N/A",
    "#N/A!",
    "#GETTING_DATA",
    "#SPILL!",
    "#CALC!",
    "#FIELD!",
    "#BLOCKED!",
    "#CONNECT!",
    "#UNKNOWN!",
    "#BUSY!",
    "#EXTERNAL!",
    "#PYTHON!",
    "#TIMEOUT!",
    "#CIRCULAR!",
    "#ERROR!",
    "#ERR!",
    "#FMT",
    // German
    "#NV",
    "#NV!",
    "#WERT!",
    "#BEZUG!",
    "#ZAHL!",
    "#ÜBERLAUF!",
    // French
    "#NUL!",
    "#VALEUR!",
    "#NOM?",
    "#NOMBRE!",
    "#EPARS!",
    "#PROPAGATION!",
    // Spanish
    "#¡NULO!",
    "#¡DIV/0!",
    "#¡VALOR!",
    "#¡REF!",
    "#¿NOMBRE?",
    "#¡NUM!",
    "#N/D",
    "#N/D!",
    "#¡DESBORDAMIENTO!",
    // Italian and Portuguese
    "#NULLO!",
    "#VALORE!",
    "#RIF!",
    "#NOME?",
    "#NULO!",
    "#VALOR!",
    "#NÚM!",
    "#NÚM",
    // Polish and Czech
    "#ZERO!",
    "#DZIEL/0!",
    "#ARG!",
    "#ADR!",
    "#NAZWA?",
    "#LICZBA!",
    "#DĚLENÍ_NULOU!",
    "#HODNOTA!",
    "#ODKAZ!",
    "#NÁZEV?",
    "#ČÍSLO!",
    "#NENÍ_K_DISPOZICI",
    // Dutch and Swedish
    "#LEEG!",
    "#DEEL/0!",
    "#WAARDE!",
    "#VERW!",
    "#NAAM?",
    "#GETAL!",
    "#SAKNAS!",
    // Russian and Ukrainian
    "#ДЕЛ/0!",
    "#ЗНАЧ!",
    "#ССЫЛКА!",
    "#ИМЯ?",
    "#ЧИСЛО!",
    // More of them: those of Russian and Ukrainian that are spelled in several ways.
    "#Н/Д",
    "#ПУСТО!",
    "#ССЫЛ!",
    "#ІМ'Я?",
    "#ЗНАЧЕННЯ!",
    "#ПЕРЕНОС!",
];

/// Whether a text is what a spreadsheet shows for an error: one of those that are
/// known, an error of Calc by its number (`Err:502`), or the signs that fill a cell
/// which is too narrow for its date.
pub fn is_error(text: &str) -> bool {
    let text = text.trim();
    if let Some(number) = text.strip_prefix("Err:") {
        return number.len() == 3 && number.bytes().all(|b| b.is_ascii_digit());
    }
    if !text.starts_with('#') {
        return false;
    }
    let filled = text.len() >= 3 && text.bytes().all(|b| b == b'#');
    filled || ERRORS.contains(&text)
}

/// The text of a cell that is known to hold an error.
pub fn named(text: &str) -> &str {
    if is_error(text) { text } else { UNKNOWN }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_told_from_texts() {
        for text in [
            "#N/A",
            " #REF! ",
            "#NAME?",
            "#WERT!",
            "#Н/Д",
            "Err:502",
            "########",
            UNKNOWN,
            NOT_CALCULATED,
        ] {
            assert!(is_error(text), "{text}");
            assert_eq!(named(text), text);
        }
        for text in [
            "", "#", "##", "#1", "#n/a!", "N/A", "Err:", "Err:5021", "Err: 502", "#REF", "#MeToo",
            "a #N/A",
        ] {
            assert!(!is_error(text), "{text}");
            assert_eq!(named(text), UNKNOWN);
        }
    }
}
