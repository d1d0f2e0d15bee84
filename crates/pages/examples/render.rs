//! Writes every page in every state and language as an HTML file into the
//! folder given, for the browser checks in `tests/browser` and for looking.

#[path = "../tests/samples/mod.rs"]
mod samples;

use roster_pages::Language;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let Some(folder) = env::args().nth(1) else {
        return Err(io::Error::other("Which folder shall the pages go to?"));
    };
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    let plain = |text: &str| text.to_owned();
    for language in Language::ALL {
        for (name, page) in samples::pages(language, &plain) {
            fs::write(folder.join(format!("{name}.html")), page.html)?;
        }
        for (name, mail) in samples::messages(language, &plain) {
            fs::write(folder.join(format!("{name}.html")), mail.html)?;
            let text = format!("{}\n\n{}", mail.subject, mail.text);
            fs::write(folder.join(format!("{name}.txt")), text)?;
        }
        // As a website might have it, unstyled.
        let tag = language.tag();
        let snippet = samples::snippet(language, &plain);
        let site = format!(
            "<!DOCTYPE html><html lang=\"{tag}\"><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <title>Snippet</title><body><main><h1>Snippet</h1>\n{snippet}</main>"
        );
        fs::write(folder.join(format!("snippet.{tag}.html")), site)?;
    }
    Ok(())
}
