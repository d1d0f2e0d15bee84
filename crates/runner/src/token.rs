//! The admin token of a first start: made once, kept in the state directory.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    path::Path,
};

use anyhow::{Context as _, Result, ensure};

use crate::state;

/// The variable that a token is made for.
pub const VARIABLE: &str = "admin_token";

/// The file's name in the state directory.
pub const FILE_NAME: &str = "admin_token";

/// Bytes of randomness in a token; it is written as twice as many hex digits.
const RANDOM_BYTES: usize = 32;

/// The token kept in `state_dir`; made from the system's randomness and stored
/// readable by its owner alone (mode 0600) if there is none yet.
pub fn load_or_create(state_dir: &Path) -> Result<String> {
    let path = state_dir.join(FILE_NAME);
    let context = || format!("the admin token in {}", path.display());
    if let Some(token) = read(&path).with_context(context)? {
        return Ok(token);
    }
    let token = random()?;
    // The token appears whole or not at all, and the first of two servers that
    // start together wins: a hard link fails if the name is taken.
    let draft = state_dir.join(format!("{FILE_NAME}.{}", std::process::id()));
    let linked = write_private(&draft, &token).and_then(|()| fs::hard_link(&draft, &path));
    // The draft has done its work or is in the way.
    let _ = fs::remove_file(&draft);
    match linked {
        Ok(()) => Ok(token),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => read(&path)
            .with_context(context)?
            .context("the admin token vanished while it was read"),
        Err(error) => Err(error).with_context(context),
    }
}

fn read(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => {
            let token = text.trim();
            ensure!(
                !token.is_empty(),
                "the file is empty; delete it to get a new token"
            );
            Ok(Some(token.to_owned()))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn random() -> Result<String> {
    let mut bytes = [0u8; RANDOM_BYTES];
    getrandom::fill(&mut bytes)
        .map_err(|error| anyhow::anyhow!("the system gives no randomness: {error}"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn write_private(path: &Path, token: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    let mut file = state::private(&mut options).open(path)?;
    writeln!(file, "{token}")?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_made_once_and_kept() {
        let dir = crate::scratch::dir("token");
        let first = load_or_create(&dir).unwrap();
        assert_eq!(first.len(), 2 * RANDOM_BYTES);
        assert!(first.bytes().all(|b| b.is_ascii_hexdigit()));
        assert_eq!(load_or_create(&dir).unwrap(), first);
        let names: Vec<_> = fs::read_dir(&dir)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, [FILE_NAME]);
        assert_ne!(
            load_or_create(&crate::scratch::dir("token")).unwrap(),
            first
        );
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let dir = crate::scratch::dir("token");
        load_or_create(&dir).unwrap();
        let mode = fs::metadata(dir.join(FILE_NAME))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn servers_that_start_together_agree() {
        let dir = crate::scratch::dir("token");
        // One process here, so one draft; the link decides all the same.
        fs::write(dir.join(FILE_NAME), "chosen\n").unwrap();
        assert_eq!(load_or_create(&dir).unwrap(), "chosen");
    }

    #[test]
    fn an_empty_file_is_refused() {
        let dir = crate::scratch::dir("token");
        fs::write(dir.join(FILE_NAME), "\n").unwrap();
        assert!(load_or_create(&dir).is_err());
    }
}
