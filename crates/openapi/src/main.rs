//! Writes the API's description: `cargo run --bin roster-openapi`.

#![forbid(unsafe_code)]

fn main() -> std::io::Result<()> {
    let file = roster_openapi::FILE;
    std::fs::write(
        roster_openapi::root().join(file),
        roster_openapi::contents(),
    )?;
    println!("{file}");
    Ok(())
}
