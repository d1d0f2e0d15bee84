//! Paging through lists by cursor.
//!
//! A cursor says after which item the next page begins, so a page costs the
//! same wherever it is, and rows that are added meanwhile neither repeat nor
//! hide others. Its text is opaque: base64url of a small JSON value, which is
//! refused when it isn't one that this list gives.

use crate::call::Call;
use crate::kinds;
use crate::problem::Problem;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use roster_model::Code;
use roster_model::Invalid;
use roster_model::read::{Members, any};
use roster_store::pace::PAGE_BYTES;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// How many items a page has if nobody says.
pub const DEFAULT_LIMIT: usize = 100;
/// How many items a page may have.
pub const MAX_LIMIT: usize = 1000;

/// How many rows of a list are read at first: few enough that even large ones
/// fit into an answer of the store.
const FIRST_ROWS: usize = 50;

/// Cursors longer than this are none of ours.
const MAX_CURSOR_CHARS: usize = 2000;

/// The parameters of a list.
#[crate::query]
#[derive(Clone, Debug)]
pub struct PageQuery {
    /// How many items: 1 to 1,000, otherwise 100.
    #[param(minimum = 1, maximum = 1000, example = 100)]
    limit: Option<u32>,
    /// Where the page begins: `next` of the page before.
    #[param(min_length = 1)]
    cursor: Option<String>,
}

// The numbers above are literals because attributes take no constants.
const _: () = assert!(MAX_LIMIT == 1000 && DEFAULT_LIMIT == 100);

/// One page of a list.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// The cursor of the next page; `null` after the last.
    #[schema(required)]
    pub next: Option<String>,
}

/// Which page is asked for.
#[derive(Clone, Debug)]
pub struct Paging<C> {
    /// How many items, 1 to [`MAX_LIMIT`].
    pub limit: usize,
    /// Where the page before ended; none for the first page.
    pub after: Option<C>,
}

impl Call {
    /// The query parameters `limit` and `cursor`.
    ///
    /// # Errors
    /// [`kinds::INVALID_PARAMETER`] and [`kinds::INVALID_CURSOR`].
    pub fn paging<C: DeserializeOwned>(&self) -> Result<Paging<C>, Problem> {
        let limit = match self.query("limit") {
            None => DEFAULT_LIMIT,
            Some(text) => {
                let plain = text.bytes().all(|b| b.is_ascii_digit());
                let limit = if plain { text.parse().ok() } else { None };
                limit
                    .filter(|limit| (1..=MAX_LIMIT).contains(limit))
                    .ok_or_else(|| {
                        let detail = format!("limit must be a number from 1 to {MAX_LIMIT}.");
                        Problem::parameter("limit", detail)
                    })?
            }
        };
        let after = self.query("cursor").map(decode).transpose()?;
        Ok(Paging { limit, after })
    }
}

impl<C: DeserializeOwned> Paging<C> {
    /// The members `limit` and `cursor` of a body, for lists that are asked for
    /// by POST.
    ///
    /// # Errors
    /// [`kinds::INVALID_CURSOR`]; a wrong limit is noted in `members`.
    pub fn take(members: &mut Members) -> Result<Self, Problem> {
        let limit = members.take("limit", |value| {
            let limit = value.as_u64().and_then(|limit| usize::try_from(limit).ok());
            let limit = limit.filter(|limit| (1..=MAX_LIMIT).contains(limit));
            limit.ok_or_else(|| {
                let detail = format!("limit must be a number from 1 to {MAX_LIMIT}.");
                Invalid::new(Code::OutOfRange, detail)
            })
        });
        Ok(Paging {
            limit: limit.flatten().unwrap_or(DEFAULT_LIMIT),
            after: take_cursor(members)?,
        })
    }
}

/// The member `cursor` of a body.
///
/// # Errors
/// [`kinds::INVALID_CURSOR`].
pub fn take_cursor<C: DeserializeOwned>(members: &mut Members) -> Result<Option<C>, Problem> {
    let cursor = members.optional("cursor", any);
    let cursor = cursor.map(|value| decode(value.as_str().unwrap_or_default()));
    cursor.transpose()
}

impl<T> Page<T> {
    /// The page with each item shown in another way.
    pub fn map<U>(self, show: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(show).collect(),
            next: self.next,
        }
    }
}

impl<C> Paging<C> {
    /// How many rows to read: one too many shows that there is a next page.
    pub fn rows(&self) -> i64 {
        i64::try_from(self.limit)
            .unwrap_or(i64::MAX)
            .saturating_add(1)
    }
}

impl<C: Serialize> Paging<C> {
    /// The text of the cursor that goes on after a place, for lists that know
    /// themselves whether there is more.
    pub fn cursor(&self, place: &C) -> String {
        encode(place)
    }

    /// A page from the [`Paging::rows`] read. `cursor` gives the place of an
    /// item.
    pub fn page<T>(&self, mut items: Vec<T>, cursor: impl Fn(&T) -> C) -> Page<T> {
        let more = items.len() > self.limit;
        items.truncate(self.limit);
        let last = if more { items.last() } else { None };
        Page {
            next: last.map(|item| encode(&cursor(item))),
            items,
        }
    }
}

impl<C: Serialize + Clone> Paging<C> {
    /// A page that ends when it has [`Paging::limit`] items, or when these have
    /// [`PAGE_BYTES`] as they are sent; one item alone may have more. `read` gives
    /// at most so many rows behind a place, `cursor` the place of a row, and `show`
    /// what is sent of it.
    ///
    /// # Errors
    /// What `read` and `show` give.
    pub async fn read<T, U: Serialize, E>(
        &self,
        mut read: impl AsyncFnMut(Option<&C>, i64) -> Result<Vec<T>, E>,
        cursor: impl Fn(&T) -> C,
        mut show: impl FnMut(T) -> Result<U, E>,
    ) -> Result<Page<U>, E> {
        let most = usize::try_from(PAGE_BYTES).unwrap_or(usize::MAX);
        let mut items = Vec::new();
        let mut place = self.after.clone();
        let mut bytes = 0;
        let mut rows = FIRST_ROWS;
        loop {
            // One too many shows that there is a next page.
            let wanted = (self.limit + 1 - items.len()).min(rows);
            let found = read(place.as_ref(), i64::try_from(wanted).unwrap_or(i64::MAX)).await?;
            let all = found.len() < wanted;
            for row in found {
                if items.len() >= self.limit || bytes >= most {
                    let next = place.as_ref().map(encode);
                    return Ok(Page { items, next });
                }
                place = Some(cursor(&row));
                let item = show(row)?;
                bytes += size(&item);
                items.push(item);
            }
            if all {
                return Ok(Page { items, next: None });
            }
            // As many as fit if they are like those before.
            let each = (bytes / items.len().max(1)).max(1);
            rows = (most.saturating_sub(bytes) / each).max(1);
        }
    }
}

/// How many bytes a value has as JSON.
fn size(value: &impl Serialize) -> usize {
    struct Count(usize);
    impl std::io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    // What can't be serialised fails when it is sent.
    let _ = serde_json::to_writer(&mut count, value);
    count.0
}

/// The text of a cursor.
pub(crate) fn encode(cursor: &impl Serialize) -> String {
    // Cursors are numbers, texts and arrays of them, which can't fail; an empty
    // cursor would be refused when it comes back.
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(cursor).unwrap_or_default())
}

fn decode<C: DeserializeOwned>(text: &str) -> Result<C, Problem> {
    let bytes = if text.len() <= MAX_CURSOR_CHARS {
        URL_SAFE_NO_PAD.decode(text).ok()
    } else {
        None
    };
    bytes
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .ok_or_else(|| {
            Problem::new(
                kinds::INVALID_CURSOR,
                "Send a cursor as it stood in next, or none for the first page.",
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_come_back_as_they_went_and_garbage_is_refused() {
        let cursor = (12_i64, "a ж".to_owned());
        let text = encode(&cursor);
        assert!(
            text.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        );
        assert_eq!(decode::<(i64, String)>(&text), Ok(cursor));
        for odd in ["", "x", "!!", "MTI=", &text[1..], &"A".repeat(5000)] {
            let problem = decode::<(i64, String)>(odd).unwrap_err();
            assert_eq!(problem.kind, kinds::INVALID_CURSOR, "{odd}");
        }
    }

    #[test]
    fn a_body_may_say_which_page() {
        let body = serde_json::json!({"limit": 7, "cursor": encode(&12_i64)});
        let mut members = Members::of(&body).unwrap();
        let paging: Paging<i64> = Paging::take(&mut members).unwrap();
        assert_eq!((paging.limit, paging.after), (7, Some(12)));
        assert_eq!(members.finish(), Ok(()));
        for odd in [0.into(), 1001.into(), (-1).into(), "7".into(), 1.5.into()] {
            let body = serde_json::json!({"limit": serde_json::Value::clone(&odd)});
            let mut members = Members::of(&body).unwrap();
            assert!(Paging::<i64>::take(&mut members).is_ok());
            assert_eq!(members.finish().unwrap_err()[0].pointer, "/limit");
        }
        let body = serde_json::json!({"cursor": 5});
        let problem = Paging::<i64>::take(&mut Members::of(&body).unwrap()).unwrap_err();
        assert_eq!(problem.kind, kinds::INVALID_CURSOR);
    }

    #[test]
    fn a_page_knows_whether_there_is_another() {
        let paging = Paging {
            limit: 2,
            after: None::<i64>,
        };
        let page = paging.page(vec![1, 2, 3], |n| *n);
        assert_eq!(page.items, [1, 2]);
        assert_eq!(decode::<i64>(&page.next.unwrap()), Ok(2));
        assert_eq!(paging.page(vec![1, 2], |n| *n).next, None);
        assert_eq!(paging.page(vec![], |n: &i64| *n).next, None);
    }

    #[test]
    fn a_page_ends_when_its_items_have_too_many_bytes() {
        let rows: Vec<(i64, usize)> = (1..=400)
            .map(|id| (id, if id == 200 { 9_000_000 } else { 30_000 }))
            .collect();
        let page = |limit, after: Option<i64>| {
            let paging = Paging { limit, after };
            let asked = std::cell::RefCell::new(Vec::new());
            let read = async |after: Option<&i64>, limit: i64| {
                asked.borrow_mut().push(limit);
                let after = after.copied().unwrap_or(0);
                let rest = rows.iter().filter(|row| row.0 > after);
                let some: Vec<_> = rest.take(limit as usize).copied().collect();
                Ok::<_, ()>(some)
            };
            let show = |row: (i64, usize)| Ok((row.0, "x".repeat(row.1)));
            let reading = std::pin::pin!(paging.read(read, |row| row.0, show));
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            let std::task::Poll::Ready(page) = reading.poll(&mut context) else {
                panic!("it waits");
            };
            let page = page.unwrap();
            let ids: Vec<i64> = page.items.iter().map(|item| item.0).collect();
            let next = page.next.map(|next| decode::<i64>(&next).unwrap());
            (ids, next, asked.take())
        };
        let (mut all, mut after, mut pages) = (Vec::new(), None, 0);
        loop {
            let (ids, next, _) = page(1000, after);
            let bytes: usize = ids.iter().map(|id| rows[*id as usize - 1].1).sum();
            assert!(bytes < 5_000_000 || ids.last() == Some(&200), "{bytes}");
            all.extend(ids);
            pages += 1;
            after = next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(all, (1..=400).collect::<Vec<_>>());
        assert_eq!(pages, 4);
        // Few are one look, and the last page has no other.
        assert_eq!(page(3, Some(397)), (vec![398, 399, 400], None, vec![4]));
        assert_eq!(page(2, Some(397)), (vec![398, 399], Some(399), vec![3]));
        assert_eq!(page(5, Some(400)), (vec![], None, vec![6]));
    }
}
