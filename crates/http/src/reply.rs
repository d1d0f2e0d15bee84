//! An answer, whole in memory, so that its length is always known.

use bytes::Bytes;
use http::HeaderMap;
use http::header::{self, HeaderName, HeaderValue};
use serde::Serialize;

use crate::Problem;

/// A status, headers and a body; `content-length` is added when it is sent.
#[derive(Clone, Debug)]
pub struct Reply {
    status: u16,
    headers: HeaderMap,
    body: Bytes,
}

impl Reply {
    /// An answer without a content type.
    pub fn new(status: u16, body: impl Into<Bytes>) -> Self {
        Reply {
            status,
            headers: HeaderMap::new(),
            body: body.into(),
        }
    }

    /// An answer in JSON.
    pub fn json(status: u16, value: &impl Serialize) -> Self {
        // Our own types only fail to serialise with keys that are not text.
        match serde_json::to_vec(value) {
            Ok(body) => Self::json_text(status, body),
            Err(error) => Problem::internal(&error).into_reply(),
        }
    }

    /// An answer whose body is JSON already.
    pub fn json_text(status: u16, body: impl Into<Bytes>) -> Self {
        Self::new(status, body).header(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        )
    }

    /// 200 with JSON.
    pub fn ok(value: &impl Serialize) -> Self {
        Self::json(200, value)
    }

    /// With a header; one of the same name is replaced.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// With the `ETag` of a row's revision.
    #[must_use]
    pub fn etag(self, revision: i64) -> Self {
        match HeaderValue::try_from(format!("\"{revision}\"")) {
            Ok(value) => self.header(header::ETAG, value),
            Err(_) => self,
        }
    }

    /// With the path of what was created.
    #[must_use]
    pub fn location(self, path: &str) -> Self {
        match HeaderValue::try_from(path) {
            Ok(value) => self.header(header::LOCATION, value),
            Err(_) => self,
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The headers, without `content-length`.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body.
    pub fn body(&self) -> &Bytes {
        &self.body
    }
}

#[cfg(target_family = "wasm")]
impl spin_sdk::http::IntoResponse for Reply {
    /// Hands the answer to the runtime with its body ready.
    ///
    /// The body is a stream that the runtime reads after it has the headers.
    /// Where the bytes are on offer by then, headers and body leave in one
    /// packet; where they come later, a kept-alive client may wait 40 ms for
    /// the second packet. So the writing begins before the answer is returned,
    /// and a task that outlives the handler only sees it through.
    fn into_response(
        self,
    ) -> Result<spin_sdk::wasip3::http::types::Response, spin_sdk::wasip3::http::types::ErrorCode>
    {
        use spin_sdk::wasip3::http::types::{ErrorCode, Fields, Response};
        use spin_sdk::wasip3::{wit_bindgen, wit_future, wit_stream};
        use std::future::Future;
        use std::task::{Context, Waker};

        let mut headers: Vec<(String, Vec<u8>)> = Vec::with_capacity(self.headers.len() + 1);
        for (name, value) in &self.headers {
            headers.push((name.as_str().to_owned(), value.as_bytes().to_vec()));
        }
        headers.push((
            "content-length".to_owned(),
            self.body.len().to_string().into_bytes(),
        ));
        let headers = Fields::from_list(&headers)
            .map_err(|error| ErrorCode::InternalError(Some(error.to_string())))?;
        let (finish, finished) = wit_future::new(|| Ok(None));
        let contents = if self.body.is_empty() {
            None
        } else {
            let (mut writer, contents) = wit_stream::new();
            let body = Vec::from(self.body);
            let mut writing = Box::pin(async move {
                // A client that went away leaves bytes unwritten; nobody is
                // left to tell.
                let _ = writer.write_all(body).await;
                drop(writer);
                let _ = finish.write(Ok(None)).await;
            });
            let _ = writing
                .as_mut()
                .poll(&mut Context::from_waker(Waker::noop()));
            wit_bindgen::spawn(writing);
            Some(contents)
        };
        let (response, _sent) = Response::new(headers, contents, finished);
        response
            .set_status_code(self.status)
            .map_err(|()| ErrorCode::InternalError(None))?;
        Ok(response)
    }
}
