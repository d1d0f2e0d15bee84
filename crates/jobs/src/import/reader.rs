//! Reads the records of a source from the store, a piece at a time.

use super::Source;
use roster_intake::{Position, Record, RecordError, Records};
use roster_model::JobId;
use roster_store::jobs::chunk;
use roster_store::{Error, Sql};

/// A source that is being read. Holds one piece of it.
#[derive(Debug)]
pub struct Reader {
    job: JobId,
    file: i64,
    /// The byte of the file where the source begins.
    begins: i64,
    /// The byte of the file that comes next.
    next: i64,
    /// The byte behind the source's last.
    ends: i64,
    records: Records,
    fed_all: bool,
}

impl Reader {
    /// Reads a source from a position on; `None` for its beginning.
    #[must_use]
    pub fn new(job: JobId, source: &Source, position: Option<Position>) -> Self {
        let about = &source.about;
        let position = position.unwrap_or_else(|| Position::start(0));
        let offset = i64::try_from(position.offset).unwrap_or(i64::MAX);
        // More may have come since its end was met.
        let position = match offset < source.size && about.reading.has_lines_of_json() {
            true => position.grown(),
            false => position,
        };
        Reader {
            job,
            file: about.lies_in,
            begins: about.begins,
            next: about.begins.saturating_add(offset),
            ends: about.begins.saturating_add(source.size),
            records: Records::new(&about.reading, position),
            fed_all: false,
        }
    }

    /// The next record; none at the end.
    ///
    /// # Errors
    /// As [`Sql::query`]; a record that is wrong is no error of the reader.
    pub async fn next(
        &mut self,
        sql: &impl Sql,
    ) -> Result<Option<Result<Record, Box<RecordError>>>, Error> {
        loop {
            if let Some(record) = self.records.next_record() {
                return Ok(Some(record));
            }
            if self.fed_all || self.records.finished() {
                return Ok(None);
            }
            self.feed(sql).await?;
        }
    }

    async fn feed(&mut self, sql: &impl Sql) -> Result<(), Error> {
        if self.next >= self.ends {
            self.records.feed(&[], true);
            self.fed_all = true;
            return Ok(());
        }
        let chunk = chunk(sql, self.job, self.file, self.next).await?;
        let chunk =
            chunk.ok_or_else(|| Error::Corrupt("a piece of a file is missing".to_owned()))?;
        let from = usize::try_from(self.next - chunk.begins).unwrap_or(usize::MAX);
        let most = usize::try_from(self.ends - self.next).unwrap_or(usize::MAX);
        let bytes = chunk.bytes.get(from..).unwrap_or_default();
        let bytes = bytes.get(..most).unwrap_or(bytes);
        if bytes.is_empty() {
            return Err(Error::Corrupt("an empty piece of a file".to_owned()));
        }
        self.next += bytes.len() as i64;
        self.fed_all = self.next >= self.ends;
        self.records.feed(bytes, self.fed_all);
        Ok(())
    }

    /// Where reading can go on after the last record that was given.
    #[must_use]
    pub fn position(&self) -> &Position {
        self.records.position()
    }

    /// The columns' names, once they are known.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        self.records.columns()
    }

    /// How many bytes of the source were read.
    #[must_use]
    pub fn read(&self) -> i64 {
        let offset = i64::try_from(self.records.position().offset).unwrap_or(i64::MAX);
        offset.min(self.ends - self.begins)
    }
}
