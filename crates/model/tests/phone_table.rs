//! Makes the table of numbering plans from the phone library's metadata and
//! compares it with the one in the repository.
//!
//! After an update of the library, `ROSTER_WRITE=1 cargo test -p roster-model
//! --test phone_table` writes it again.

#![allow(
    deprecated,
    reason = "the fields are read before the library takes them apart"
)]

use prost::Message;
use rlibphonenumber::{PhoneMetadata, PhoneMetadataCollection, PhoneNumberDesc};
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn the_table_is_the_librarys() {
    let write = std::env::var_os("ROSTER_WRITE").is_some();
    let Some(folder) = library_folder() else {
        assert!(!write, "cargo does not say where the library's source is");
        eprintln!("skipped: cargo does not say where the library's source is");
        return;
    };
    let metadata = std::fs::read(folder.join("src/generated/metadata/metadata.bin"));
    let metadata = PhoneMetadataCollection::decode(&*metadata.unwrap()).unwrap();
    let made = table(metadata.metadata);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/phone/table.tsv");
    if write {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    assert!(made == kept, "run this test with ROSTER_WRITE=1");
}

/// Where cargo keeps the library's source. Cargo wants to have every crate of
/// the platform to answer that, also ones that nothing here needs, and may not
/// be able to fetch them.
fn library_folder() -> Option<PathBuf> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--manifest-path"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .output()
        .ok()?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).ok()?;
    let packages = metadata["packages"].as_array()?;
    let library = packages.iter().find(|p| p["name"] == "rlibphonenumber")?;
    let manifest = library["manifest_path"].as_str()?;
    Some(Path::new(manifest).parent()?.to_owned())
}

fn table(mut metadata: Vec<PhoneMetadata>) -> String {
    // Stable: among regions of a code only the main one moves, as in the
    // library.
    metadata.sort_by_key(|m| (m.country_code(), !m.main_country_for_code()));
    metadata.iter().map(line).collect()
}

fn line(metadata: &PhoneMetadata) -> String {
    let mut columns = vec![
        metadata.country_code().to_string(),
        metadata.id.clone(),
        expression(&metadata.leading_digits),
        expression(&metadata.international_prefix),
        expression(&metadata.national_prefix_for_parsing),
        metadata
            .national_prefix_transform_rule
            .clone()
            .unwrap_or_else(|| "-".to_owned()),
        pattern(&metadata.general_desc).unwrap(),
    ];
    for desc in [
        &metadata.mobile,
        &metadata.fixed_line,
        &metadata.toll_free,
        &metadata.premium_rate,
        &metadata.shared_cost,
        &metadata.voip,
        &metadata.personal_number,
        &metadata.pager,
        &metadata.uan,
        &metadata.voicemail,
    ] {
        if let Some(pattern) = pattern(desc).filter(|p| !columns[7..].contains(p)) {
            columns.push(pattern);
        }
    }
    for column in &columns {
        assert!(
            !column.is_empty() && !column.contains(['\t', '\n']),
            "{column:?}"
        );
    }
    columns.join("\t") + "\n"
}

fn expression(wrapped: &Option<String>) -> String {
    match wrapped.as_deref() {
        None | Some("") => "-".to_owned(),
        Some(wrapped) => {
            let inner = wrapped
                .strip_prefix("^(?:")
                .and_then(|w| w.strip_suffix(")$"));
            inner.unwrap_or_else(|| panic!("{wrapped}")).to_owned()
        }
    }
}

fn pattern(desc: &Option<PhoneNumberDesc>) -> Option<String> {
    let desc = desc.as_ref()?;
    let expression = expression(&desc.national_number_pattern);
    let words = |numbers: &[i32]| match numbers {
        [] => "-".to_owned(),
        _ => numbers
            .iter()
            .map(i32::to_string)
            .collect::<Vec<_>>()
            .join(","),
    };
    assert!(!expression.contains(' '));
    (expression != "-").then(|| {
        let (lengths, local) = (&desc.possible_length, &desc.possible_length_local_only);
        format!("{} {} {expression}", words(lengths), words(local))
    })
}
