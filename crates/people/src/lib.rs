//! Made-up people for tests and benchmarks: names in several scripts, e-mail
//! addresses and phone numbers that are valid and belong to one person only,
//! and the other things that are known of customers.
//!
//! Nothing is stored: a person is computed from a seed and a number, so a
//! benchmark can fill a database with a million people, then ask for number
//! 421,337 and know what must be found. Phone numbers are valid by the
//! numbering plans of their countries; the addresses end in domains that are
//! reserved for examples.

#![forbid(unsafe_code)]

mod cultures;
mod random;

pub use random::Random;

use cultures::{CULTURES, Culture};
use serde_json::{Map, Value, json};

/// How many people a generator has: phone numbers are distinct up to here.
pub const MOST: u64 = CULTURES.len() as u64 * PHONES_EACH;

/// The numbers that each culture's phone prefix has room for.
const PHONES_EACH: u64 = 1_000_000;

/// Makes people out of a seed.
#[derive(Clone, Copy, Debug)]
pub struct People {
    seed: u64,
}

/// One made-up person.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// Which of the generator's people it is.
    pub number: u64,
    /// First name in its own script.
    pub first_name: &'static str,
    /// Last name in its own script.
    pub last_name: &'static str,
    /// The last name in plain Latin letters.
    pub last_name_latin: &'static str,
    /// An address that no other person of the generator has.
    pub email: String,
    /// A number in E.164 form that no other person of the generator has.
    pub phone: String,
    /// City, in its own script.
    pub city: &'static str,
    /// ISO 3166 code.
    pub country: &'static str,
    /// `YYYY-MM-DD`.
    pub born: String,
    /// `male` or `female`.
    pub sex: &'static str,
    /// Some of the [`TAGS`], distinct.
    pub tags: Vec<&'static str>,
    /// From 0 to 9,999.
    pub points: i64,
}

/// The tags that people have.
pub const TAGS: [&str; 6] = ["vip", "newsletter", "webshop", "café", "оптовик", "staff"];

impl People {
    /// The generator for a seed.
    pub fn new(seed: u64) -> Self {
        People { seed }
    }

    /// Person `number`; the same every time. Numbers from [`MOST`] on would
    /// share phone numbers with others.
    pub fn person(&self, number: u64) -> Person {
        let cultures = CULTURES.len() as u64;
        let culture = &CULTURES[(number % cultures) as usize];
        let mut random = Random::new(self.seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let (male, first) = pick_first(culture, &mut random);
        let last = *random.pick(culture.last);
        let domain = *random.pick(&["example.com", "example.net", "example.org", "mail.example"]);
        // A factor that shares no divisor with the range visits each once.
        let shuffled = (number / cultures * 387_421 + self.seed % PHONES_EACH) % PHONES_EACH;
        let day = 1 + random.below(28);
        let (year, month) = (1940 + random.below(68), 1 + random.below(12));
        let mut tags: Vec<&str> = Vec::new();
        for _ in 0..random.below(4) {
            let tag = *random.pick(&TAGS);
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        Person {
            number,
            first_name: first.0,
            last_name: last.0,
            last_name_latin: last.1,
            email: format!("{}.{}.{number:06}@{domain}", first.1, last.1),
            phone: format!("{}{shuffled:06}", culture.phones),
            city: random.pick::<&str>(culture.cities),
            country: culture.country,
            born: format!("{year:04}-{month:02}-{day:02}"),
            sex: if male { "male" } else { "female" },
            tags,
            points: i64::try_from(random.below(10_000)).unwrap_or_default(),
        }
    }

    /// The people of a range of numbers.
    pub fn range(&self, numbers: std::ops::Range<u64>) -> impl Iterator<Item = Person> {
        numbers.map(|number| self.person(number))
    }
}

fn pick_first(culture: &Culture, random: &mut Random) -> (bool, (&'static str, &'static str)) {
    let male = random.below(2) == 0;
    let names = if male { culture.male } else { culture.female };
    (male, *random.pick(names))
}

impl Person {
    /// The person as a profile's data, standard fields only.
    pub fn data(&self) -> Map<String, Value> {
        let data = json!({
            "email": self.email,
            "phones": [self.phone],
            "_fname": self.first_name,
            "_lname": self.last_name,
            "_bdate": self.born,
            "_sex": self.sex,
            "_city": self.city,
            "_country": self.country,
        });
        match data {
            Value::Object(data) => data,
            _ => Map::new(),
        }
    }

    /// [`Person::data`] with the custom fields `points` (integer), `tags`
    /// (tags) and `customer` (a string that is unique: `C` and the number).
    pub fn data_with_custom(&self) -> Map<String, Value> {
        let mut data = self.data();
        data.insert("points".to_owned(), self.points.into());
        data.insert("tags".to_owned(), json!(self.tags));
        data.insert("customer".to_owned(), self.customer().into());
        data
    }

    /// The value of the custom field `customer`.
    pub fn customer(&self) -> String {
        format!("C{:07}", self.number)
    }
}
