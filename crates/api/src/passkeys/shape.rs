//! What passkeys and questions about them look like, and what several handlers share.

use crate::sessions::attempts::count_question;
use crate::sessions::shape::unkept;
use roster_http::{Call, Problem, Reply, called_url, kinds, variable};
use roster_model::passkey::MAX_PASSKEYS;
use roster_model::{Code, Invalid, PasskeyId, SessionId, Timestamp};
use roster_passkey::{QUESTION_MS, Question, QuestionError, Refusal, RelyingSite};
use roster_store::passkeys::{self, PasskeyRow};
use serde::Serialize;
use serde_json::Value;

/// The largest answer of an authenticator, in bytes: one is some 2 kB, with a key of RSA.
pub(super) const BODY_BYTES: usize = 64 * 1024;

/// A passkey. The key itself is never shown.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Passkey)]
pub(crate) struct PasskeyBody {
    /// Its id.
    #[schema(value_type = String, example = "1")]
    id: PasskeyId,
    /// What its owner calls it.
    #[schema(example = "My phone")]
    name: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When somebody last signed in by it; `null` for never.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    last_used_at: Option<Timestamp>,
}

impl From<PasskeyRow> for PasskeyBody {
    fn from(row: PasskeyRow) -> Self {
        PasskeyBody {
            id: row.id,
            name: row.name,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
        }
    }
}

/// What an authenticator is asked. It can be answered once, within five minutes.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = PasskeyQuestion)]
pub(crate) struct QuestionBody {
    /// What `navigator.credentials` takes as `publicKey`, in the JSON of WebAuthn Level 3:
    /// texts in base64url where it takes bytes.
    #[schema(value_type = Object, example = json!({
        "challenge": "yGf8cQ0Zr3sUqk1xWm5vJA", "rpId": "crm.example.org",
        "timeout": 300000, "userVerification": "required"
    }))]
    options: Value,
}

/// Keeps a question until it is answered, and shows it.
pub(super) async fn asked(
    call: &Call,
    question: Question,
    session: Option<SessionId>,
) -> Result<Reply, Problem> {
    let ends = Timestamp::from_ms(call.now.ms().saturating_add(QUESTION_MS));
    let sql = call.pool.lend().await?;
    let (challenge, state) = (&question.challenge, question.state);
    passkeys::ask(&sql, challenge, session, state, ends).await?;
    let options = question.options;
    Ok(unkept(Reply::ok(&QuestionBody { options })))
}

/// The website that keys are made for and asked of, for a request that begins something:
/// how often that is done from one address is limited.
pub(super) async fn counted_site(
    call: &Call,
    address: Option<&str>,
) -> Result<RelyingSite, Problem> {
    let site = site(call).await?;
    count_question(call, address).await?;
    Ok(site)
}

/// The website that keys are made for and asked of.
pub(super) async fn site(call: &Call) -> Result<RelyingSite, Problem> {
    let public_url = variable("public_url").await?;
    RelyingSite::of(&public_url, called_url(&call.headers)).ok_or_else(|| {
        let detail = "Browsers have passkeys for a site with a name, over https or on localhost.";
        Problem::new(kinds::NO_PASSKEYS_HERE, detail)
    })
}

/// The state of the question with a challenge, which nobody else gets then.
pub(super) async fn question(
    call: &Call,
    challenge: &[u8; 32],
    session: Option<SessionId>,
) -> Result<Vec<u8>, Problem> {
    let sql = call.pool.lend().await?;
    let state = passkeys::answer(&sql, challenge, session, call.now).await?;
    state.ok_or_else(|| {
        let detail = "No question with this challenge waits for an answer.";
        Problem::new(kinds::QUESTION_OVER, detail)
    })
}

/// A question could not be made.
pub(super) fn unasked(error: QuestionError) -> Problem {
    Problem::internal(&error)
}

/// An answer that isn't one, or isn't right, where it tells nothing of others to say why.
pub(super) fn refused(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Answer(why) => {
            let why: String = why.chars().take(200).collect();
            let detail = format!("The authenticator's answer is not taken: {why}.");
            let invalid = Invalid::new(Code::InvalidPasskey, detail);
            invalid.at("credential").into()
        }
        Refusal::Stored(error) => Problem::internal(&error),
    }
}

/// One has as many as one may have.
pub(super) fn too_many() -> Problem {
    let detail = format!("There are at most {MAX_PASSKEYS} passkeys: remove one first.");
    Invalid::new(Code::TooMany, detail).into()
}
