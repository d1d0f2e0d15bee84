//! The few things that were used last, each under a key.

use std::sync::{Mutex, PoisonError};

/// Keeps what was used last, and drops the rest.
pub struct Recent<K, V> {
    most: usize,
    /// The last used is the last.
    kept: Mutex<Vec<(K, V)>>,
}

impl<K: PartialEq, V: Clone> Recent<K, V> {
    /// Keeps so many.
    pub const fn new(most: usize) -> Self {
        Self {
            most,
            kept: Mutex::new(Vec::new()),
        }
    }

    /// What is kept under a key, else a new one that is kept from now on.
    ///
    /// # Errors
    /// Those of `make`; then nothing changes.
    pub fn get_or<E>(&self, key: K, make: impl FnOnce(&K) -> Result<V, E>) -> Result<V, E> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = kept.iter().position(|(other, _)| *other == key) {
            kept[place..].rotate_left(1);
        } else {
            let value = make(&key)?;
            if kept.len() >= self.most {
                kept.remove(0);
            }
            kept.push((key, value));
        }
        let (_, value) = &kept[kept.len() - 1];
        Ok(value.clone())
    }

    /// Keeps it no longer.
    pub fn forget(&self, key: &K) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(other, _)| other != key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_used_last_are_kept() {
        let recent = Recent::new(2);
        let made = |key, value| recent.get_or(key, |_| Ok::<_, ()>(value)).unwrap();
        assert_eq!(made("a", 1), 1);
        assert_eq!(made("b", 2), 2);
        assert_eq!(made("a", 0), 1);
        assert_eq!(made("c", 3), 3);
        assert_eq!(made("a", 0), 1);
        assert_eq!(made("b", 4), 4);
        assert_eq!(recent.get_or("d", |_| Err(())), Err(()));
        assert_eq!(made("b", 0), 4);
        assert_eq!(made("a", 0), 1);
        recent.forget(&"a");
        assert_eq!(made("a", 5), 5);
    }
}
