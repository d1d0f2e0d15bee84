//! The state directory: its owner's alone, like the secrets and the people in it.

use std::{
    fs::{self, OpenOptions},
    io,
    path::Path,
};

use anyhow::{Context as _, Result};

use crate::{own_secret, sqlite};

/// What SQLite puts behind the name of a database file for those beside it.
const BESIDE: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// Makes the folder if there is none, and keeps everybody but its owner out of it
/// and of the files in it, also where they were made with other permissions. A
/// folder that users share (as `/tmp` is) keeps its own.
pub fn make_private(folder: &Path) -> Result<()> {
    let context = || format!("cannot make the folder {} private", folder.display());
    fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    if !is_shared(folder).with_context(context)? {
        set_mode(folder, 0o700).with_context(context)?;
    }
    // SQLite gives the files beside the database the database's permissions.
    let database = folder.join(sqlite::FILE_NAME);
    match private(OpenOptions::new().write(true).create_new(true)).open(&database) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            return Err(error).with_context(|| format!("cannot make {}", database.display()));
        }
        _ => {}
    }
    let beside = BESIDE.map(|end| format!("{}{end}", sqlite::FILE_NAME));
    let secrets = own_secret::ALL.map(|secret| secret.variable);
    let names = beside.iter().map(String::as_str).chain(secrets);
    for name in names {
        match set_mode(&folder.join(name), 0o600) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).with_context(context);
            }
            _ => {}
        }
    }
    Ok(())
}

/// Options that make a file which only its owner can read.
pub fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Whether others may put files of theirs in, as the sticky bit says.
fn is_shared(folder: &Path) -> io::Result<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        Ok(fs::metadata(folder)?.permissions().mode() & 0o1000 != 0)
    }
    #[cfg(not(unix))]
    Ok(false)
}

/// Changes the permissions where they are others.
fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let metadata = fs::metadata(path)?;
        if metadata.permissions().mode() & 0o777 != mode {
            fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
        }
    }
    #[cfg(not(unix))]
    let _ = (path, mode);
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn a_new_folder_and_its_database_are_its_owners_alone() {
        let folder = crate::scratch::dir("state").join("a/.spin");
        make_private(&folder).unwrap();
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(mode(&folder.join(sqlite::FILE_NAME)), 0o600);
    }

    #[test]
    fn what_was_open_to_others_is_closed_and_kept() {
        let folder = crate::scratch::dir("state");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        let beside = BESIDE.map(|end| folder.join(format!("{}{end}", sqlite::FILE_NAME)));
        let secrets = own_secret::ALL.map(|secret| folder.join(secret.variable));
        let files: Vec<_> = beside.iter().chain(&secrets).collect();
        for file in &files {
            fs::write(file, "kept").unwrap();
            fs::set_permissions(file, fs::Permissions::from_mode(0o644)).unwrap();
        }
        make_private(&folder).unwrap();
        assert_eq!(mode(&folder), 0o700);
        for file in files {
            assert_eq!(mode(file), 0o600, "{}", file.display());
            assert_eq!(fs::read_to_string(file).unwrap(), "kept");
        }
    }

    #[test]
    fn a_folder_that_users_share_keeps_its_permissions() {
        let folder = crate::scratch::dir("state");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o1777)).unwrap();
        make_private(&folder).unwrap();
        assert_eq!(mode(&folder), 0o1777);
        assert_eq!(mode(&folder.join(sqlite::FILE_NAME)), 0o600);
    }
}
