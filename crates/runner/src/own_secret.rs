//! Secrets of a first start: each made once, kept in the state directory.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    path::Path,
};

use anyhow::{Context as _, Result, ensure};

use crate::state;

/// A secret of the application that is made where nobody gives one.
#[derive(Debug)]
pub struct OwnSecret {
    /// The variable that it is made for, which is also the file's name.
    pub variable: &'static str,
    /// What people call it.
    name: &'static str,
    /// What to do where its file is there and empty.
    if_lost: &'static str,
}

/// What opens everything.
pub const ADMIN_TOKEN: OwnSecret = OwnSecret {
    variable: "admin_token",
    name: "admin token",
    if_lost: "put the token back, or delete the file to get a new one",
};

/// What secrets in the database are sealed with. No backup of the database has it.
pub const SECRETS_KEY: OwnSecret = OwnSecret {
    variable: "secrets_key",
    name: "key of the secrets",
    if_lost: "put the key back: with a new one, nothing can be read that is sealed; delete the file only if nothing is",
};

/// All of them.
pub const ALL: [&OwnSecret; 2] = [&ADMIN_TOKEN, &SECRETS_KEY];

/// Bytes of randomness in a secret; it is written as twice as many hex digits.
const RANDOM_BYTES: usize = 32;

/// A secret as it is kept.
#[derive(Debug)]
pub struct KeptSecret {
    /// The text.
    pub text: String,
    /// Whether it was made by this start.
    pub is_new: bool,
}

impl OwnSecret {
    /// The secret kept in `state_dir`; made from the system's randomness and stored
    /// readable by its owner alone (mode 0600) if there is none yet.
    pub fn load_or_create(&self, state_dir: &Path) -> Result<KeptSecret> {
        let path = state_dir.join(self.variable);
        let context = || format!("the {} in {}", self.name, path.display());
        let kept = |text| KeptSecret {
            text,
            is_new: false,
        };
        let read = |path| read(path, self.if_lost);
        if let Some(text) = read(&path).with_context(context)? {
            return Ok(kept(text));
        }
        let text = random()?;
        // It appears whole or not at all, and the first of two servers that
        // start together wins: a hard link fails if the name is taken.
        let draft = format!("{}.{}", self.variable, std::process::id());
        let draft = state_dir.join(draft);
        let linked = write_private(&draft, &text).and_then(|()| fs::hard_link(&draft, &path));
        // The draft has done its work or is in the way.
        let _ = fs::remove_file(&draft);
        match linked {
            Ok(()) => Ok(KeptSecret { text, is_new: true }),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => read(&path)
                .with_context(context)?
                .map(kept)
                .with_context(|| format!("the {} vanished while it was read", self.name)),
            Err(error) => Err(error).with_context(context),
        }
    }
}

fn read(path: &Path, if_lost: &str) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => {
            let text = text.trim();
            ensure!(!text.is_empty(), "the file is empty; {if_lost}");
            Ok(Some(text.to_owned()))
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

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    let mut file = state::private(&mut options).open(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(secret: &OwnSecret, dir: &Path) -> String {
        secret.load_or_create(dir).unwrap().text
    }

    #[test]
    fn each_is_made_once_and_kept() {
        let dir = crate::scratch::dir("own-secret");
        let made = ALL.map(|secret| {
            let first = secret.load_or_create(&dir).unwrap();
            assert!(first.is_new);
            assert_eq!(first.text.len(), 2 * RANDOM_BYTES);
            assert!(first.text.bytes().all(|b| b.is_ascii_hexdigit()));
            let again = secret.load_or_create(&dir).unwrap();
            assert!(!again.is_new && again.text == first.text);
            first.text
        });
        assert_ne!(made[0], made[1]);
        let mut names: Vec<_> = fs::read_dir(&dir)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        assert_eq!(names, ALL.map(|secret| secret.variable));
        let other = load(&ADMIN_TOKEN, &crate::scratch::dir("own-secret"));
        assert_ne!(other, made[0]);
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let dir = crate::scratch::dir("own-secret");
        for secret in ALL {
            load(secret, &dir);
            let mode = fs::metadata(dir.join(secret.variable))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn servers_that_start_together_agree() {
        let dir = crate::scratch::dir("own-secret");
        // One process here, so one draft; the link decides all the same.
        fs::write(dir.join(SECRETS_KEY.variable), "chosen\n").unwrap();
        assert_eq!(load(&SECRETS_KEY, &dir), "chosen");
    }

    #[test]
    fn an_empty_file_is_refused() {
        let dir = crate::scratch::dir("own-secret");
        for secret in ALL {
            fs::write(dir.join(secret.variable), "\n").unwrap();
            let error = format!("{:#}", secret.load_or_create(&dir).unwrap_err());
            assert!(error.contains(secret.name), "{error}");
        }
    }
}
