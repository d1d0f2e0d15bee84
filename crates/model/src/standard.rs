//! The standard fields that every database has, under the names that
//! Altcraft's users and clients know.

use crate::field::{Field, FieldType};
use crate::id::FieldId;

/// Ids of standard fields are fixed and below this; custom fields of a
/// database are numbered from here on.
pub const FIRST_CUSTOM_FIELD: FieldId = id(100);

/// Ids of the fields that the system keeps (see [`crate::activity`]). 51 to 57 are the
/// kinds of contacts among match keys.
pub(crate) const SYSTEM_FIELDS: std::ops::Range<i64> = 61..100;

const fn id(number: i64) -> FieldId {
    match FieldId::new(number) {
        Some(id) => id,
        // Reached by no id below: they are all positive, and checked when
        // compiling because they are constants.
        None => panic!("ids are positive"),
    }
}

/// `email`: the address, unique.
pub const EMAIL: FieldId = id(1);
/// `phones`: the list of phone numbers.
pub const PHONES: FieldId = id(2);
/// `_fname`: first name.
pub const FIRST_NAME: FieldId = id(3);
/// `_lname`: last name.
pub const LAST_NAME: FieldId = id(4);
/// `_bdate`: date of birth.
pub const BIRTH_DATE: FieldId = id(5);
/// `_sex`: male or female.
pub const SEX: FieldId = id(6);
/// `_regdate`: date of registration.
pub const REG_DATE: FieldId = id(7);
/// `_regip`: IP address of registration.
pub const REG_IP: FieldId = id(8);
/// `_regcity`: city of registration.
pub const REG_CITY: FieldId = id(9);
/// `_regcountry`: country of registration, as a code or a name.
pub const REG_COUNTRY: FieldId = id(10);
/// `_regurl`: link of registration.
pub const REG_URL: FieldId = id(11);
/// `_ip`: last known IP address.
pub const IP: FieldId = id(12);
/// `_city`: city.
pub const CITY: FieldId = id(13);
/// `_country`: country, as a code or a name.
pub const COUNTRY: FieldId = id(14);
/// `_region`: region within the country.
pub const REGION: FieldId = id(15);
/// `_postal_code`: ZIP or postal code; a number is taken too.
pub const POSTAL_CODE: FieldId = id(16);
/// `_tz`: time zone.
pub const TIME_ZONE: FieldId = id(17);
/// `_vendor`: where the profile came from.
pub const VENDOR: FieldId = id(18);
/// `_browser`: browser.
pub const BROWSER: FieldId = id(19);
/// `_os`: operating system.
pub const OS: FieldId = id(20);

/// The standard fields of a new database, in the order they are shown.
///
/// The profile's global status (`_status`) is not among them: it is no datum
/// but a property of the profile, see [`crate::Status`].
pub fn standard_fields() -> Vec<Field> {
    use FieldType::{Date, Email, Enum, Ip, Phones, String};
    let table: [(FieldId, &str, FieldType, &str); 20] = [
        (EMAIL, "email", Email, "Email"),
        (PHONES, "phones", Phones, "Phones"),
        (FIRST_NAME, "_fname", String, "Name"),
        (LAST_NAME, "_lname", String, "Last name"),
        (BIRTH_DATE, "_bdate", Date, "Date of birth"),
        (SEX, "_sex", Enum, "Gender"),
        (REG_DATE, "_regdate", Date, "Registration date"),
        (REG_IP, "_regip", Ip, "Registration IP"),
        (REG_CITY, "_regcity", String, "Registration city"),
        (REG_COUNTRY, "_regcountry", String, "Registration country"),
        (REG_URL, "_regurl", String, "Registration link"),
        (IP, "_ip", Ip, "IP address"),
        (CITY, "_city", String, "City"),
        (COUNTRY, "_country", String, "Country"),
        (REGION, "_region", String, "Region"),
        (POSTAL_CODE, "_postal_code", String, "Postal code"),
        (TIME_ZONE, "_tz", String, "Time zone"),
        (VENDOR, "_vendor", String, "Supplier"),
        (BROWSER, "_browser", String, "Browser"),
        (OS, "_os", String, "Operating system"),
    ];
    table
        .into_iter()
        .map(|(id, name, field_type, title)| {
            let mut field = Field::new(id, name, field_type);
            field.standard = true;
            field.title = title.to_owned();
            field.position = id.get();
            field.unique = id == EMAIL;
            field.matchable = id == EMAIL || id == PHONES;
            field.searchable = [EMAIL, PHONES, FIRST_NAME, LAST_NAME].contains(&id);
            // What the subscription manager shows unless told otherwise.
            field.manager = field.searchable;
            field.past = [BIRTH_DATE, REG_DATE].contains(&id);
            if id == SEX {
                field.options = vec!["male".to_owned(), "female".to_owned()];
            }
            field
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_fields_are_sound_and_numbered_once() {
        let fields = standard_fields();
        for (index, field) in fields.iter().enumerate() {
            assert_eq!(field.check_definition(), Ok(()), "{}", field.name);
            assert_eq!(field.id.get(), index as i64 + 1);
            assert!(field.id < FIRST_CUSTOM_FIELD);
            assert!(fields[..index].iter().all(|f| f.name != field.name));
        }
    }
}
