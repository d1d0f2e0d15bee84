//! A fresh folder for a test.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

/// A new empty folder under the system's temporary one.
pub(crate) fn dir(name: &str) -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let dir = std::env::temp_dir().join(format!(
        "roster-runner-{name}-{}-{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    ));
    // Left over from a process of the same id, if there at all.
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).expect("the temporary folder is writable");
    dir
}
