//! Single profiles that are asked for at the same moment are read with one
//! statement.

use crate::Error;
use crate::group::Group;
use crate::profiles::{ProfileRow, Single, singles};
use crate::spin::Pool;

/// The profile, if it is there, and the version of the definitions.
pub type Answer = Result<(Option<ProfileRow>, i64), Error>;

/// The reads that wait in one instance.
#[derive(Clone, Default)]
pub struct Reader(Group<Single, Answer>);

/// A group has at most so many reads: an instance has not many more requests.
const MOST: usize = 64;

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reader")
    }
}

impl Reader {
    /// Reads one profile, together with others that are waited for.
    ///
    /// # Errors
    /// As [`crate::Sql::query`].
    pub async fn read(&self, pool: &'static Pool, single: Single) -> Answer {
        let run = async move |asked: Vec<Single>| read_group(pool, &asked).await;
        let answer = self.0.join(single, |_| 1, MOST, run).await;
        answer.unwrap_or_else(|| Err(Error::Database("a group of reads was given up".to_owned())))
    }
}

async fn read_group(pool: &Pool, asked: &[Single]) -> Vec<Answer> {
    let found = match pool.lend().await {
        Ok(sql) => singles(&sql, asked).await,
        Err(error) => Err(error),
    };
    match found {
        Ok((found, version)) => found.into_iter().map(|one| Ok((one, version))).collect(),
        Err(error) => asked.iter().map(|_| Err(error.clone())).collect(),
    }
}
