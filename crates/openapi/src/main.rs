//! Writes the API's description: `cargo run -p roster-openapi`.

#![forbid(unsafe_code)]

fn main() -> std::io::Result<()> {
    for (file, contents) in roster_openapi::FILES.iter().zip(roster_openapi::contents()) {
        std::fs::write(roster_openapi::root().join(file), contents)?;
        println!("{file}");
    }
    Ok(())
}
