//! What the documentation shows is what the code takes.

use roster_webhook::presets::ALL;
use roster_webhook::{Mapping, Scheme};
use serde_json::Value;

const TEXT: &str = include_str!("../../../../docs/WEBHOOKS.md");

#[test]
fn examples_of_the_documentation_are_taken() {
    let blocks = TEXT.split("```json\n").skip(1);
    let (mut schemes, mut mappings) = (Vec::new(), 0);
    for block in blocks {
        let block = block.split("```").next().unwrap();
        for line in block.lines().filter(|line| line.starts_with("{\"scheme\"")) {
            let definition: Value = serde_json::from_str(line).unwrap();
            schemes.push(Scheme::parse(&definition).unwrap().name());
        }
        if let Ok(definition) = serde_json::from_str::<Value>(block)
            && definition.get("fields").is_some()
        {
            if let Err(wrong) = Mapping::parse(&definition) {
                panic!("{wrong:?}: {definition}");
            }
            mappings += 1;
        }
    }
    schemes.sort_unstable();
    schemes.dedup();
    assert_eq!(schemes.len(), 8, "{schemes:?}");
    assert!(mappings > 0);
}

#[test]
fn the_table_of_presets_is_whole() {
    for preset in ALL {
        let row = format!("| `{}` | `{}` |", preset.name, preset.scheme);
        assert!(TEXT.contains(&row), "{row}");
    }
}
