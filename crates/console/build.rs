//! Packs the files of console/dist, which are kept plain so that a change of them can be
//! read, and writes the table of them that the library includes.

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// How many bytes of a digest tell versions of a file apart.
const TAG_BYTES: usize = 12;

fn main() -> Result<(), Box<dyn Error>> {
    let dist = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("../../console/dist");
    println!("cargo::rerun-if-changed={}", dist.display());
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let mut files = Vec::new();
    collect(&dist, &mut files)?;
    files.sort();
    let mut table = String::from("&[\n");
    for (number, file) in files.iter().enumerate() {
        println!("cargo::rerun-if-changed={}", file.display());
        let plain = std::fs::read(file)?;
        let (brotli, gzip) = (
            out.join(format!("{number}.br")),
            out.join(format!("{number}.gz")),
        );
        std::fs::write(&brotli, brotli_of(&plain)?)?;
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        packed.write_all(&plain)?;
        std::fs::write(&gzip, packed.finish()?)?;
        let digest = Sha256::digest(&plain);
        let tag: String = digest
            .iter()
            .take(TAG_BYTES)
            .fold(String::new(), |mut tag, byte| {
                // Writing to a text never fails.
                let _ = write!(tag, "{byte:02x}");
                tag
            });
        let path = file
            .strip_prefix(&dist)?
            .to_str()
            .ok_or("a name is no UTF-8")?;
        let path = path.replace('\\', "/");
        writeln!(
            table,
            "File {{ path: {path:?}, tag: {tag:?}, brotli: include_bytes!({brotli:?}), gzip: include_bytes!({gzip:?}) }},"
        )?;
    }
    table.push(']');
    std::fs::write(out.join("files.rs"), table)?;
    Ok(())
}

/// All files of a folder and those inside it.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in
        std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?
    {
        let path = entry?.path();
        match path.is_dir() {
            true => collect(&path, files)?,
            false => files.push(path),
        }
    }
    Ok(())
}

fn brotli_of(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packed = Vec::new();
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: plain.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &plain[..], &mut packed, &params)?;
    Ok(packed)
}
