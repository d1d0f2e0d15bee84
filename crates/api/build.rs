//! Packs the API's description, which is kept so that people can read its changes.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=openapi.json");
    let document: serde_json::Value = serde_json::from_slice(&std::fs::read("openapi.json")?)?;
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    serde_json::to_writer(&mut packed, &document)?;
    let file = Path::new(&std::env::var("OUT_DIR")?).join("openapi.json.gz");
    std::fs::write(file, packed.finish()?)?;
    Ok(())
}
