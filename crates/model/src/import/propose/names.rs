//! The names under which other programs and people export what the standard
//! fields hold, in English and Russian.

use crate::text::fold;

/// A header without case, accents, spaces and punctuation, so that `E-Mail
/// Address:` and `email_address` are one name.
pub(super) fn plain(header: &str) -> String {
    let mut plain = fold(header);
    plain.retain(char::is_alphanumeric);
    plain
}

/// The names of a list below.
pub(super) fn each(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.split(';').map(str::trim)
}

/// What columns of other programs are called, by the field that holds the
/// same. Spelt for people; [`plain`] makes them comparable.
pub(super) const NAMES: &[(&str, &str)] = &[
    (
        "email",
        "email; e-mail; mail; email address; e-mail address; email 1; email1; e-mail 1 - value; \
         e-mail 1 value; primary email; main email; work email; home email; personal email; business \
         email; contact email; customer email; subscriber email; user email; email id; emailaddress1; \
         электронная почта; эл. почта; эл почта; почта; электронный адрес; адрес электронной почты; \
         адрес эл. почты; имейл; емейл; емайл; мейл; мыло; почтовый ящик; email адрес; e-mail адрес; \
         рабочий e-mail; частный e-mail; личный e-mail; основной e-mail; email контакта; email \
         клиента",
    ),
    (
        "phones",
        "phone; phones; phone number; phone numbers; telephone; telephone number; tel; tel no; \
         mobile; mobile phone; mobile number; mobilephone; cell; cell phone; cellphone; primary \
         phone; home phone; work phone; business phone; main phone; contact phone; customer phone; \
         phone 1; phone1; phone 2; phone2; phone 1 - value; phone 2 - value; telephone1; sms; sms \
         number; whatsapp; msisdn; телефон; телефоны; номер телефона; тел; тел.; моб; моб.; \
         мобильный; мобильный телефон; моб. телефон; сотовый; сотовый телефон; рабочий телефон; \
         домашний телефон; контактный телефон; основной телефон; другой телефон; телефон контакта; \
         телефон клиента; телефон мобильный; телефон рабочий; телефон домашний; номер мобильного",
    ),
    (
        "_fname",
        "first name; firstname; fname; f name; given name; givenname; forename; name first; christian \
         name; contact first name; имя; имя контакта; имя клиента; имя подписчика",
    ),
    (
        "_lname",
        "last name; lastname; lname; l name; surname; family name; familyname; name last; contact \
         last name; фамилия; фамилия контакта; фамилия клиента",
    ),
    (
        "_bdate",
        "birth date; birthdate; date of birth; dateofbirth; birthday; birth day; dob; bdate; b-day; \
         born; дата рождения; день рождения; д.р.; др; дата рожд; дата рожд.; родился",
    ),
    ("_sex", "gender; sex; gendercode; пол; пол клиента; гендер"),
    (
        "_regdate",
        "registration date; date of registration; reg date; regdate; registered; registered at; \
         registered on; signup date; sign up date; signed up; signed up at; join date; joined; date \
         joined; optin time; opt-in time; opt in date; subscribe date; subscription date; subscribed \
         at; created; created at; created on; create date; created date; creation date; date created; \
         date added; added at; add time; customer since; дата регистрации; зарегистрирован; дата \
         создания; создан; дата добавления; дата подписки",
    ),
    (
        "_regip",
        "registration ip; reg ip; regip; signup ip; optin ip; opt-in ip; confirm ip; subscribe ip; ip \
         регистрации; ip-адрес регистрации; ip подписки",
    ),
    ("_regcity", "registration city; reg city; город регистрации"),
    (
        "_regcountry",
        "registration country; reg country; страна регистрации",
    ),
    (
        "_regurl",
        "registration link; registration url; signup url; signup page; reg url; landing page; \
         referrer url; ссылка регистрации; страница регистрации",
    ),
    (
        "_ip",
        "ip; ip address; ipaddress; last ip; ip-адрес; ip адрес; айпи",
    ),
    (
        "_city",
        "city; town; home city; work city; business city; mailing city; billing city; shipping city; \
         address city; address 1 - city; ip city; locality; $city; город; населенный пункт; город \
         проживания; город доставки",
    ),
    (
        "_country",
        "country; country code; country/region; country name; home country; home country/region; \
         mailing country; billing country; shipping country; address 1 - country; ip country; ip \
         country code; cc; $country; страна; код страны; страна проживания",
    ),
    (
        "_region",
        "region; state; province; state/province; state/region; province/state; mailing state; \
         mailing state/province; billing state; shipping state; home state; address 1 - region; \
         county; $region; регион; область; край; республика; регион проживания; субъект рф",
    ),
    (
        "_postal_code",
        "postal code; postalcode; postcode; post code; zip; zip code; zipcode; zip/postal code; \
         mailing zip/postal code; billing zip; shipping zip; home postal code; address 1 - postal \
         code; $zip; индекс; почтовый индекс",
    ),
    (
        "_tz",
        "time zone; timezone; tz; ip timezone; часовой пояс; таймзона; временная зона",
    ),
    (
        "_vendor",
        "supplier; vendor; source; lead source; original source; utm source; origin; acquisition \
         source; источник; источник лида; источник контакта; поставщик; откуда пришел",
    ),
    ("_browser", "browser; user browser; браузер"),
    ("_os", "os; operating system; операционная система; ос"),
];

/// What columns with the state of a subscription are called.
pub(super) const STATUS: &str = "status; subscription status; email status; subscriber status; member status; global status; \
     статус; статус подписки; статус подписчика; статус email";

/// What columns that say whether somebody agreed to be written to are called.
pub(super) const OPT_IN: &str = "opt in; optin; opted in; email opt in; subscribed; is subscribed; subscribe; newsletter; \
     newsletter subscription; accepts marketing; accepts email marketing; email marketing \
     consent; marketing consent; consent; согласие; подписан; подписка; подписка на рассылку; \
     согласие на рассылку; рассылка; новости";

/// What columns with a whole name are called, for which there is no field.
pub(super) const WHOLE_NAME: &str = "full name; fullname; display name; customer name; contact name; фио; ф.и.о.; полное имя; имя \
     и фамилия; фамилия имя отчество; контакт";

/// Names that mean a first name only beside a last name, else a whole one.
pub(super) const NAME: &str = "name; имя";

/// Countries by the names that files have, beside two-letter codes.
pub(super) const COUNTRIES: &str = "argentina; armenia; australia; austria; azerbaijan; belarus; belgium; brazil; bulgaria; \
     canada; chile; china; croatia; czech republic; czechia; denmark; egypt; estonia; finland; \
     france; georgia; germany; greece; hungary; india; indonesia; ireland; israel; italy; japan; \
     kazakhstan; kyrgyzstan; latvia; lithuania; mexico; moldova; netherlands; new zealand; \
     norway; poland; portugal; romania; russia; russian federation; serbia; slovakia; slovenia; \
     south africa; south korea; spain; sweden; switzerland; tajikistan; turkey; turkmenistan; \
     ukraine; united arab emirates; united kingdom; great britain; united states; united states \
     of america; usa; uzbekistan; vietnam; австралия; австрия; азербайджан; армения; беларусь; \
     белоруссия; бельгия; болгария; великобритания; венгрия; германия; греция; грузия; израиль; \
     индия; испания; италия; казахстан; канада; киргизия; кыргызстан; китай; латвия; литва; \
     молдавия; молдова; нидерланды; норвегия; польша; португалия; россия; российская федерация; \
     рф; румыния; сербия; словакия; словения; сша; таджикистан; турция; туркменистан; узбекистан; \
     украина; финляндия; франция; чехия; швейцария; швеция; эстония; япония";
