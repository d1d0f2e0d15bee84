//! How much a request of many items tells of what is wrong with them.

use super::{Command, Refusal};
use crate::error::Invalid;

/// How many complaints a request tells beside the first of each item: as many as
/// ten thousand items can have would take more memory than an instance has.
const COMPLAINTS: usize = 10_000;

/// The room for complaints that a request has left. Each item tells its first
/// complaint in any case, and the others while there is room.
#[derive(Debug)]
pub struct Room {
    left: usize,
}

impl Default for Room {
    fn default() -> Self {
        Room { left: COMPLAINTS }
    }
}

impl Room {
    /// The item with as many complaints as there is room for.
    ///
    /// # Errors
    /// Those of the item.
    pub fn fit(&mut self, item: Result<Command, Refusal>) -> Result<Command, Refusal> {
        match item {
            Ok(mut command) => {
                self.fit_all(&mut command.left_out);
                Ok(command)
            }
            Err(error) => Err(self.fit_error(error)),
        }
    }

    /// Leaves as many complaints about one item as there is room for.
    pub fn fit_all(&mut self, complaints: &mut Vec<Invalid>) {
        let kept = self.take(complaints.len());
        if kept < complaints.len() {
            complaints.truncate(kept);
            complaints.shrink_to_fit();
        }
    }

    /// A refusal with as many complaints as there is room for.
    #[must_use]
    pub fn fit_error(&mut self, mut error: Refusal) -> Refusal {
        let kept = self.take(error.errors.len());
        if kept < error.errors.len() {
            let mut errors = std::mem::take(&mut error.errors).into_vec();
            errors.truncate(kept);
            error.errors = errors.into();
        }
        let kept = self.take(error.candidates.len());
        if kept < error.candidates.len() {
            let candidates = error.candidates.iter().take(kept).copied();
            error.candidates = candidates.collect();
        }
        error
    }

    /// How many of so many are kept: the first one, and others while there is room.
    fn take(&mut self, count: usize) -> usize {
        let more = count.saturating_sub(1).min(self.left);
        self.left -= more;
        count.min(more + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;
    use crate::id::ProfileId;

    #[test]
    fn each_item_tells_something_and_the_first_ones_all() {
        let wrong = |count: usize| {
            let all = (0..count).map(|place| Invalid::new(Code::Invalid, "Wrong.").at_index(place));
            Refusal::all(all.collect()).unwrap()
        };
        let mut room = Room::default();
        for _ in 0..100 {
            assert_eq!(room.fit_error(wrong(100)).errors.len(), 100);
        }
        assert_eq!(room.left, 100);
        assert_eq!(room.fit(Err(wrong(50))).unwrap_err().errors.len(), 50);
        let last = room.fit_error(wrong(100));
        assert_eq!(last.errors.len(), 52);
        assert_eq!(last.errors[0].pointer, "/0");
        for _ in 0..3 {
            assert_eq!(room.fit_error(wrong(100)).errors.len(), 1);
            assert_eq!(room.fit_error(wrong(1)).errors.len(), 1);
        }
        let mut error = wrong(1);
        error.candidates = (1..9).filter_map(ProfileId::from_pk).collect();
        assert_eq!(room.fit_error(error.clone()).candidates.len(), 1);
        assert_eq!(Room::default().fit_error(error).candidates.len(), 8);
    }
}
