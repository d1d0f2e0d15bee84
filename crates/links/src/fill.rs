//! The token that accompanies a form: which form was shown, and when. Nobody
//! fills in a form within a second of seeing it, but programs do.

use crate::extra::Extra;
use crate::keys::Keys;
use crate::purpose::Purpose;
use crate::subject::Digest;
use crate::token::{Content, LinkError};
use roster_model::{DatabaseId, Timestamp};

/// A form that was shown to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormDisplay {
    /// The database that the form collects for.
    pub database: DatabaseId,
    /// The form's number.
    pub form: i64,
    /// When it was shown.
    pub at: Timestamp,
}

impl Keys {
    /// The token that is sent along with a form, and comes back with it. It
    /// does not expire: [`FormDisplay::at`] says how old it is.
    pub fn sign_fill(&self, shown: &FormDisplay) -> String {
        let bytes = [shown.form.to_be_bytes(), shown.at.ms().to_be_bytes()].concat();
        self.seal(&Content {
            purpose: Purpose::Fill,
            expires: None,
            database: shown.database,
            // Nobody is known yet; a token of `Keys::sign` never has a 0 here.
            profile: 0,
            digest: Digest::NONE,
            // 16 bytes fit.
            extra: Extra::new(bytes).unwrap_or_default(),
        })
    }

    /// Reads what [`Keys::sign_fill`] wrote. Anything else is refused, also a
    /// token of [`Keys::sign`]; never with [`LinkError::Expired`].
    pub fn read_fill(&self, token: &str) -> Result<FormDisplay, LinkError> {
        let content = self.unseal(token)?;
        if content.purpose != Purpose::Fill {
            return Err(LinkError::OtherPurpose);
        }
        let number = |bytes: &[u8]| bytes.try_into().ok().map(i64::from_be_bytes);
        let (form, at) = content
            .extra
            .as_bytes()
            .split_at_checked(8)
            .filter(|_| content.profile == 0)
            .and_then(|(form, at)| number(form).zip(number(at)))
            .ok_or(LinkError::Malformed)?;
        Ok(FormDisplay {
            database: content.database,
            form,
            at: Timestamp::from_ms(at),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Key;
    use crate::subject::Subject;
    use proptest::prelude::*;
    use roster_model::ProfileId;

    fn keys() -> Keys {
        let secret = [7; 32];
        Keys::new([Key { id: 1, secret }]).unwrap()
    }

    #[test]
    fn tokens_of_people_and_of_forms_are_not_taken_for_each_other() {
        let database = DatabaseId::new(1).unwrap();
        let now = Timestamp::from_ms(1_800_000_000_000);
        let shown = FormDisplay {
            database,
            form: 5,
            at: now,
        };
        let form = keys().sign_fill(&shown);
        assert_eq!(
            keys().read(&form, Purpose::Fill, now),
            Err(LinkError::Malformed)
        );
        assert_eq!(
            keys().read(&form, Purpose::Manage, now),
            Err(LinkError::OtherPurpose)
        );
        let subject = Subject {
            database,
            profile: ProfileId::from_pk(5).unwrap(),
            subscription: Digest::NONE,
        };
        let extra = Extra::new(vec![0; 16]).unwrap();
        let person = keys().sign(Purpose::Fill, &subject, None, &extra);
        assert_eq!(keys().read_fill(&person), Err(LinkError::Malformed));
        let manage = keys().sign(Purpose::Manage, &subject, None, &extra);
        assert_eq!(keys().read_fill(&manage), Err(LinkError::OtherPurpose));
    }

    proptest! {
        #[test]
        fn what_was_shown_comes_back(form in any::<i64>(), ms in 0i64..4_000_000_000_000, database in 1i64..) {
            let shown = FormDisplay {
                database: DatabaseId::new(database).unwrap(),
                form,
                at: Timestamp::from_ms(ms),
            };
            prop_assert_eq!(keys().read_fill(&keys().sign_fill(&shown)), Ok(shown));
        }
    }
}
