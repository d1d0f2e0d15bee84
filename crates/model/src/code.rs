//! Every stable code that says what is wrong with one value, one item, one row of a
//! file or one job. The page of codes (`/v1/codes`) explains them from here.

use serde::{Serialize, Serializer};
use std::fmt;

macro_rules! codes {
    ($($name:ident = $text:literal, $sentence:literal;)*) => {
        /// What is wrong, by a stable name: `errors[].code` of a problem document, and
        /// the `code` of an item, a row, a job or a run that failed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $sentence] $name,)*
        }

        impl Code {
            /// All of them, by name.
            pub const ALL: &[Code] = &[$(Code::$name),*];

            /// The stable name, as answers show it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Code::$name => $text,)*
                }
            }

            /// What it means and what would be right, for people.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self {
                    $(Code::$name => $sentence,)*
                }
            }
        }
    };
}

// The name, its text and its sentence stand together, so that none can be without
// the others.
codes! {
    AlreadyUndone = "already_undone", "It was undone before; nothing is left to take back.";
    AmbiguousColumn = "ambiguous_column", "Several columns of the file have this name; name the column by its number, counted from 1.";
    AmbiguousMatch = "ambiguous_match", "Several profiles or subscriptions match, so nothing was written; match by something that only one has, or name the one that is meant.";
    AmbiguousPhone = "ambiguous_phone", "The digits could be two different phone numbers; write the number with + and its country code.";
    ArchiveBomb = "archive_bomb", "The archive unpacks to more than is allowed, as a whole or for its size; upload its files one by one.";
    ArchiveBroken = "archive_broken", "The archive is damaged or cut off; make it again and upload it whole.";
    BadRedirect = "bad_redirect", "The source redirects to something that is not a URL; mend the source, or give the schedule the final URL.";
    BadStatus = "bad_status", "The source answered with a status other than 200; check the URL, the secret and the source itself.";
    BrokenOff = "broken_off", "The connection to the source broke off; the schedule tries again.";
    CategoryLeft = "category_left", "The person unsubscribed from this category, so it stays off; if they agreed again, send resubscribe: true with a reason.";
    ChangedSince = "changed_since", "Somebody has changed it since, so it stays as it is.";
    ChannelNotOfResource = "channel_not_of_resource", "The resource does not have this channel; use one of its channels, or add the channel to the resource.";
    ColumnUnreadable = "column_unreadable", "The column has a type that no field can hold; leave it out of the mapping, or make text of it in a query.";
    ConsentColumnHasBlanks = "consent_column_has_blanks", "A column about consent has empty cells; those rows subscribe nobody unless the mapping says what empty means.";
    ConsentColumnNotMapped = "consent_column_not_mapped", "A column says who gets messages, and the mapping does not use it; map it as a part of the subscription, or to \"ignore\".";
    ConsentMissing = "consent_missing", "Nobody is subscribed without their consent; the consent box has to be ticked.";
    ContactMissing = "contact_missing", "There is no contact for this channel; give an e-mail address, a phone number, or a provider and a subscription_id.";
    Contradiction = "contradiction", "Two parts of the request contradict each other; keep one of them.";
    ControlCharacter = "control_character", "The text has a control character; send it without, and without line breaks or tabs where one line is asked for.";
    Corrupt = "corrupt", "Stored data can't be read; start the job again with the file, and report it to the operator of the server.";
    CountMismatch = "count_mismatch", "The lists of contacts and of their values have different lengths; give one value for each contact.";
    DatabaseGone = "database_gone", "A database that this needs was deleted meanwhile; nothing can be done there any more.";
    DoesNotFit = "does_not_fit", "The field is another one by now or gone, so the value stays as it is.";
    DoubleOptInOff = "double_opt_in_off", "The resource has no double opt-in; turn it on before people are asked to confirm.";
    DoubleTarget = "double_target", "Several columns are mapped to the same target; map one of them, or give subscriptions different labels.";
    Duplicate = "duplicate", "The value exists already where it must be unique; use another value, or change the profile that has it.";
    Empty = "empty", "The value is empty; give a value, or leave the member out.";
    EmptyFile = "empty_file", "The source sent a file without content; check the source.";
    EncodingUncertain = "encoding_uncertain", "The encoding of the file is not certain; look at the sample and set file.encoding.";
    Encrypted = "encrypted", "The file is protected by a password; upload it without one.";
    Exists = "exists", "Somebody matches already, and only new profiles are added; use another mode to change them.";
    HeaderBroken = "header_broken", "The row with the names of the columns can't be read; mend the first row of the file.";
    HostNotAllowed = "host_not_allowed", "The server may not connect to this host; use an allowed one, or let the operator allow this one (import_hosts, sql_hosts or notify_hosts).";
    ImportGone = "import_gone", "The import that the run started no longer exists; run the schedule again.";
    Internal = "internal", "Something went wrong inside the server; try again, and report it if it stays.";
    Invalid = "invalid", "The value is not as it should be; detail says what is expected.";
    InvalidAction = "invalid_action", "There is no such action; detail names those that exist.";
    InvalidAddress = "invalid_address", "This is not the address of a database; write it like db.example.org or 10.0.0.7:5433.";
    InvalidAlgorithm = "invalid_algorithm", "There is no such algorithm for signatures; use sha256, sha1 or sha512.";
    InvalidCertificate = "invalid_certificate", "This is not a certificate; give it in PEM, from -----BEGIN CERTIFICATE----- on.";
    InvalidChannel = "invalid_channel", "There is no such channel, or it can't be used here; detail names those that can.";
    InvalidColor = "invalid_color", "This is not a colour; write # and six hexadecimal digits, such as #1a7f5a.";
    InvalidColour = "invalid_colour", "This is not a colour; write # and six hexadecimal digits, such as #1d5c63.";
    InvalidCondition = "invalid_condition", "This is not a condition of a webhook's mapping; use pointer or header with one test, or one of all, any and not.";
    InvalidContact = "invalid_contact", "This is not a contact of the channel; give a text without white space, and a provider of plain letters.";
    InvalidCron = "invalid_cron", "This is not a cron expression; write five fields, such as 30 6 * * 1-5.";
    InvalidDate = "invalid_date", "This is not a date or a time that can be read; write it like 2001-12-31 or 2001-12-31T22:00:00Z.";
    InvalidDateFormat = "invalid_date_format", "This is not a format of dates; write one like %d.%m.%Y or %m/%d/%Y %H:%M.";
    InvalidDelimiter = "invalid_delimiter", "This can't separate columns; use one ASCII character such as a comma, a semicolon or a tab.";
    InvalidDomain = "invalid_domain", "This is not a domain; write it like example.org, or *.example.org for all below it too.";
    InvalidDuration = "invalid_duration", "This is not a length of time; write a whole number and h, d, w, mo or y, such as 30d.";
    InvalidEmail = "invalid_email", "This is not an e-mail address; write it like ann@example.org.";
    InvalidEncoding = "invalid_encoding", "There is no such way to write a signature; use hex or base64.";
    InvalidEventType = "invalid_event_type", "There is no such type of event; use one that detail names, or a name of your own in plain letters.";
    InvalidForm = "invalid_form", "The body is not a form that can be read; send it URL-encoded in UTF-8, each name once.";
    InvalidFormat = "invalid_format", "There is no such format, or it does not fit the channel; detail names those that do.";
    InvalidHash = "invalid_hash", "This is not a hash of the kind; write as many hexadecimal digits as the kind has.";
    InvalidHeader = "invalid_header", "This is not a header that can be sent or read; use a plain name and a value of one line of visible characters.";
    InvalidId = "invalid_id", "This is not an id of the kind that is asked for; detail says what one looks like.";
    InvalidIp = "invalid_ip", "This is not an IP address; write it like 192.0.2.1 or 2001:db8::1.";
    InvalidJson = "invalid_json", "The text is not valid JSON; detail says where it stops being so.";
    InvalidKey = "invalid_key", "This is not a key of hashes that can be taken over; give a plain name and a secret of 64 hexadecimal digits.";
    InvalidKind = "invalid_kind", "There is no such kind; detail names those that exist.";
    InvalidLanguage = "invalid_language", "This is not a language tag; write it like en or pt-BR.";
    InvalidLineEnd = "invalid_line_end", "There is no such line end; use crlf or lf.";
    InvalidLink = "invalid_link", "This is not a link that the server made; give the whole link of the message, or its last part.";
    InvalidLookup = "invalid_lookup", "This is not a lookup; give an object of texts and what each becomes.";
    InvalidMatching = "invalid_matching", "There is no such way to match; detail names those that exist.";
    InvalidMetadata = "invalid_metadata", "These are not metadata of a message; use short lower-case names and texts of one line.";
    InvalidMode = "invalid_mode", "There is no such mode; use import, add or update.";
    InvalidName = "invalid_name", "This can't be a name here; detail says which characters a name may have.";
    InvalidNoun = "invalid_noun", "Nothing of this name is defined; detail lists what is.";
    InvalidNumber = "invalid_number", "This is not a number; write digits, with a point before a fraction.";
    InvalidOption = "invalid_option", "This is not one of the words that may stand here; detail names them.";
    InvalidPart = "invalid_part", "A subscription has no such part; detail names those that a column can be mapped to.";
    InvalidPasskey = "invalid_passkey", "The authenticator did not answer what was asked; begin again, detail says why.";
    InvalidPath = "invalid_path", "This is not a path into an object; write names with dots between them, through objects only.";
    InvalidPhone = "invalid_phone", "This is not a phone number in use; write it with + and its country code.";
    InvalidPlace = "invalid_place", "This is not a place in a delivery; give a JSON pointer, a header, or from, find and then.";
    InvalidPointer = "invalid_pointer", "This is not a JSON pointer; write it like /data/email, with ~1 for a slash in a name.";
    InvalidPrefix = "invalid_prefix", "This can't stand before a signature; use a few visible ASCII characters.";
    InvalidPreset = "invalid_preset", "There is no such preset of a webhook; detail names those that exist.";
    InvalidProfileId = "invalid_profile_id", "This is not the id of a profile; one has 24 lower-case hexadecimal digits, the last 8 of which check the others.";
    InvalidPublicKey = "invalid_public_key", "This is not a public key that can be used; give one of RSA in PEM, of 2,048 to 4,096 bits.";
    InvalidQuote = "invalid_quote", "There is no such way to quote cells; use minimal or all.";
    InvalidRange = "invalid_range", "Nothing lies in this range; the lower end comes first.";
    InvalidRegion = "invalid_region", "This is not a region of phone numbers; use an ISO 3166 code of two letters, such as DE.";
    InvalidRule = "invalid_rule", "This is not a rule of a webhook's mapping; give a JSON pointer, or one of from, header, join and value.";
    InvalidScheme = "invalid_scheme", "There is no such way to verify deliveries; detail names those that exist.";
    InvalidSecret = "invalid_secret", "This can't be the secret; detail says how long it is and which characters it may have.";
    InvalidSeparator = "invalid_separator", "This can't separate values; use a few characters and no quotation mark.";
    InvalidStatus = "invalid_status", "There is no such status; detail names those that exist.";
    InvalidStream = "invalid_stream", "This is not the id of a message stream of the provider.";
    InvalidSubscriptions = "invalid_subscriptions", "Subscriptions can't be exported like this; use none, json or an array of resource_id, channel and status.";
    InvalidTag = "invalid_tag", "This can't be the tag of a message; use at most 100 letters, digits, spaces, dots, underscores and hyphens.";
    InvalidTarget = "invalid_target", "A column can't be mapped to this; give the name of a field, a part of a subscription, or \"ignore\".";
    InvalidTimeZone = "invalid_time_zone", "There is no such time zone; use a name of the IANA database, such as Europe/Berlin.";
    InvalidTransform = "invalid_transform", "There is no such transform; detail names those that exist.";
    InvalidUrl = "invalid_url", "This is not a URL that can be used here; detail shows what one looks like.";
    JsonBroken = "json_broken", "The record is not valid JSON; mend it in the file.";
    JsonNotObject = "json_not_object", "The record is JSON but not an object; each record has to be an object.";
    JsonTooDeep = "json_too_deep", "The record is nested too deeply; flatten it.";
    KeyDiffers = "key_differs", "A key of this name with another secret is known already; give this key another name.";
    KeyEmpty = "key_empty", "Rows of the source have no value in the column that is the key; choose a column that each row has a value in.";
    KeyNotOrdered = "key_not_ordered", "The column can't be the key, since its values can't be put in order; choose another one, best the primary key.";
    KeyRepeats = "key_repeats", "Several rows of the source have the same key, so rows could be lost between pages; choose a column that is unique.";
    Late = "late", "Something newer is known already, and what is older does not undo it; there is nothing to do.";
    LettersLost = "letters_lost", "Some letters can't be read in the encoding of the file; set file.encoding to the right one.";
    Lost = "lost", "Reading the source was cut off again and again; the next run tries once more.";
    MatchValueInBatch = "match_value_in_batch", "Values to match by stand in the items of a batch, not beside them.";
    MatchValueMissing = "match_value_missing", "What profiles are matched by is missing; give a value for it, or choose another way to match.";
    MatchValueNotStored = "match_value_not_stored", "The new profile would not hold what it was matched by; put the value into its data, or name resource_id to subscribe it.";
    MatchedOnly = "matched_only", "The value was used to find the profile and was not written to it; use the action set to write it.";
    Merged = "merged", "The profile was merged into another one, which into names; use that one.";
    NestedArchive = "nested_archive", "There is an archive inside the archive; upload its files themselves.";
    Never = "never", "The cron expression names a day that never comes; choose another one.";
    NoFile = "no_file", "The import has no file any more; start it again with one.";
    NoLink = "no_link", "The text lacks the placeholder of the link, without which nobody could confirm; put it in.";
    NoSecret = "no_secret", "No secret is set, so nothing can be signed or verified; set one.";
    NoWorker = "no_worker", "This server does not do jobs of this kind; check which components are installed.";
    NotASelect = "not_a_select", "The query is not one SELECT; write one that reads rows and does nothing else.";
    NotAnOption = "not_an_option", "This is not one of the values that may stand here; detail names them.";
    NotCanonical = "not_canonical", "The default is not written as it would be stored; detail shows the place.";
    NotFound = "not_found", "There is no such profile, subscription or database; check the id.";
    NotMapped = "not_mapped", "The mapping of the webhook makes nothing of this delivery; mend the mapping.";
    NotMatchable = "not_matchable", "Profiles can't be matched by this field; set matchable on the field first.";
    NotSortable = "not_sortable", "Objects have no order; sort or group by another field.";
    NotSupported = "not_supported", "This can't be used here or with these other settings; detail says what can.";
    NotWaiting = "not_waiting", "The subscription does not wait for a confirmation, so nothing is confirmed or asked.";
    NotWritten = "not_written", "Another item of the atomic batch was refused, so this one was not written either; mend the other one.";
    NothingKept = "nothing_kept", "The profile was deleted and nothing of it was kept, so that it can't be brought back; import it again.";
    NothingToImport = "nothing_to_import", "The file holds nothing that can be imported; upload one with rows.";
    NothingToRead = "nothing_to_read", "The archive or workbook holds no file or sheet that can be read.";
    NumberAsText = "number_as_text", "A number has more digits than 64 bits hold, so it was taken as text.";
    NumberNotExact = "number_not_exact", "The number has more digits than can be kept exactly; send it as a text.";
    OperatorMissing = "operator_missing", "The condition names something but no test of it; add one, such as \"exists\": true.";
    OperatorNotForType = "operator_not_for_type", "Fields of this type do not have this test; detail names those that they have.";
    OptInMissing = "opt_in_missing", "Nothing is said of consent, and nothing said is not a yes; say it, or leave the subscription out.";
    OptInUnknown = "opt_in_unknown", "The value of the consent column means neither yes nor no; name it in the words for true or for false.";
    OptionsTooLarge = "options_too_large", "The options of all fields of the database together are too large; shorten them.";
    OutOfRange = "out_of_range", "The number or time lies outside of what is allowed; detail gives the limits.";
    PhoneDigitsLost = "phone_digits_lost", "A spreadsheet rounded the phone number, and its last digits are gone; export the column as text.";
    ProfileTooLarge = "profile_too_large", "The profile would become too large; store less in it.";
    QueryFailed = "query_failed", "The database could not do the query; detail has its own words, mend the query.";
    QueryWrites = "query_writes", "The query tries to write, which a source never does; leave out what changes something there.";
    QuoteNotClosed = "quote_not_closed", "A quotation mark opens in this row and does not close; close it, or write it twice within the cell.";
    ReadOnly = "read_only", "This is kept by the system and can't be set; leave it out.";
    RecordTooLarge = "record_too_large", "The record is too large to be read; split or shorten it.";
    Repeated = "repeated", "The same stands or came before, and nothing is done twice; leave the second one out.";
    Required = "required", "Something that is needed is missing; detail says what.";
    ReservedHeader = "reserved_header", "This header is set by the server; leave it out.";
    ReservedName = "reserved_name", "The name has a meaning of its own; choose another one.";
    ResourceNotForDatabase = "resource_not_for_database", "The resource does not serve this database; add the database to the resource, or use another one.";
    ResultTooLarge = "result_too_large", "The rows are too large for the host to hand over; name a key, or read fewer columns in a query.";
    RevisionMismatch = "revision_mismatch", "The profile was changed in between and has another revision; read it again and repeat the change.";
    RowTooLong = "row_too_long", "The row has more cells than there are columns; check its delimiters and quotation marks.";
    SealedSecret = "sealed_secret", "A secret from outside can't begin with sealed:, since sealed ones in the store do; send the secret itself.";
    SecretNeeded = "secret_needed", "A secret must be given again when it would go to another host or be sent in another way; null removes it.";
    SecretUnreadable = "secret_unreadable", "The secret is sealed with a key that the variable secrets_key doesn't have; set that key again, or give the secret again.";
    SecretsKeyMissing = "secrets_key_missing", "No secret can be kept, since the application has no key for that; set the variable secrets_key (openssl rand -hex 32).";
    SegmentCycle = "segment_cycle", "The segment would be part of its own condition; leave out one of the segments that detail names.";
    SegmentGone = "segment_gone", "The segment was deleted, or is another kind of segment, since the job was asked for; nothing is left to do.";
    SegmentNotStatic = "segment_not_static", "Nobody is put into this segment or taken out by hand; change its condition, or use a static segment.";
    SegmentUnfit = "segment_unfit", "The condition of the segment no longer fits its database; change it as detail says.";
    SettingsInvalid = "settings_invalid", "The settings no longer fit the database or the file; change them and start again.";
    SeveralConditions = "several_conditions", "A condition is about one thing; join several in an all or any list.";
    SheetError = "sheet_error", "The cell shows an error of the spreadsheet and has no value; mend it there.";
    SheetNotFound = "sheet_not_found", "The workbook has no sheet of this name; detail names those that it has.";
    SignatureMalformed = "signature_malformed", "The header of the signature can't be read; check the scheme of the sender and of the webhook.";
    SignatureMissing = "signature_missing", "The delivery has no signature; set the header that carries it.";
    SignatureWrong = "signature_wrong", "The signature was made with another secret or of another body; check the secret on both sides.";
    SourceChanged = "source_changed", "The source was changed while the run went on; run the schedule again.";
    SourceColumn = "source_column", "The source has no such column; check the spelling, also capitals, of key, watermark and the columns of the query.";
    SourceDatabase = "source_database", "The server has no such database; check the name in the connector.";
    SourcePassword = "source_password", "The database does not let the user in; check user and secret of the connector.";
    SourcePermission = "source_permission", "The user of the connector may not read this; grant it SELECT there.";
    SourceRefused = "source_refused", "The server is there and takes no connection now; check port and access rules, or wait if it is starting or full.";
    SourceTable = "source_table", "The database has no such table; check the spelling, also capitals, and the schema.";
    SourceTls = "source_tls", "The encrypted connection did not come about; check the certificate and its name, or give the connector the ca.";
    SourceUnreachable = "source_unreachable", "The server can't be reached; check the address, the port and the network between.";
    StatusKept = "status_kept", "The status stays as it is, since the bulk change is not about it; name the status to change it too.";
    StatusProtected = "status_protected", "The person said no or can't be reached, so the status stays; if they agreed again, send resubscribe: true with a reason.";
    Suppressed = "suppressed", "The contact stands on a suppression list; it is kept, but nothing is sent to it.";
    TimestampTooNew = "timestamp_too_new", "The delivery was signed in the future by our clock; check the clock of the sender.";
    TimestampTooOld = "timestamp_too_old", "The delivery was signed too long ago; sign it when it is sent, and check the clock of the sender.";
    TokenMissing = "token_missing", "The delivery carries no token; send it in the header that the webhook names.";
    TokenWrong = "token_wrong", "The token of the delivery is not the secret of the webhook; check it on both sides.";
    TooDeep = "too_deep", "The value is nested too deeply; flatten it.";
    TooLarge = "too_large", "This is larger than what fits; detail gives the limit.";
    TooLong = "too_long", "The text is longer than what fits; detail gives the limit.";
    TooMany = "too_many", "There are more of these than fit; detail gives the limit.";
    TooManyFiles = "too_many_files", "The archive has too many files; upload it in parts.";
    TooManyRedirects = "too_many_redirects", "The source redirects too often; give the schedule the final URL.";
    TooManyRows = "too_many_rows", "There are more rows than are read in one go; name a key, by which they are read in pages.";
    TooShort = "too_short", "The text is shorter than what is needed; detail gives the least length.";
    TooSlow = "too_slow", "The source took too long, and the schedule tries again; where it reads rows, an index on the key or the watermark helps.";
    UnknownCategory = "unknown_category", "The resource has no such category; use one of its categories, or add it.";
    UnknownColumn = "unknown_column", "The file has no such column; check the name, or count from 1.";
    UnknownCondition = "unknown_condition", "A condition can't be about this; detail names what it can be about.";
    UnknownConnector = "unknown_connector", "There is no such connector; check the id.";
    UnknownDatabase = "unknown_database", "There is no such database; check the id.";
    UnknownEncoding = "unknown_encoding", "There is no such encoding of texts; use a name of the WHATWG standard, such as utf-8 or windows-1252.";
    UnknownField = "unknown_field", "The database has no such field; check the name, or make the field first.";
    UnknownId = "unknown_id", "Nothing with this id is known here; check the id.";
    UnknownKey = "unknown_key", "The key of these hashes is not known; send it along in keys.";
    UnknownMember = "unknown_member", "There is no such member here; check its name, or leave it out.";
    UnknownOperator = "unknown_operator", "There is no such test; detail names those that exist.";
    UnknownPlaceholder = "unknown_placeholder", "There is no such placeholder; detail names those that exist.";
    UnknownProfile = "unknown_profile", "No profile matches this; check the value, or import those profiles first.";
    UnknownProperty = "unknown_property", "The relation type has no such property; check the name, or add the property first.";
    UnknownRelationType = "unknown_relation_type", "There is no such relation type here; check the id.";
    UnknownResource = "unknown_resource", "There is no such resource; check the id.";
    UnknownSegment = "unknown_segment", "The database has no such segment; check the id.";
    UnknownSettings = "unknown_settings", "The database has no import settings of this name; check the name, or save them first.";
    UnmappedColumn = "unmapped_column", "Columns of the file are not mapped; map each, or to \"ignore\".";
    Unreachable = "unreachable", "The source could not be reached; check the URL and whether the source is up.";
    Unreadable = "unreadable", "The rest of the file can't be read; mend it and import it again.";
    Unrecognised = "unrecognised", "This is not an e-mail address, a domain, a phone number or a hash; give its type if it is one.";
    UnsupportedCompression = "unsupported_compression", "The archive is compressed in a way that can't be read; pack it again with Deflate.";
    UnsupportedFormat = "unsupported_format", "A file of this format can't be read; use CSV, TSV, JSON, JSON Lines, XLSX, XLS or ODS.";
    UnsupportedMediaType = "unsupported_media_type", "The body is of a type that can't be read; send JSON or a URL-encoded form in UTF-8.";
    ValidationFailed = "validation_failed", "What was asked for no longer fits the database; detail says why.";
    WatermarkNotOrdered = "watermark_not_ordered", "The column can't be the watermark, since its values have no order; choose a time or a number that grows.";
    Withheld = "withheld", "Messages were kept from this contact where the data comes from, so it is not subscribed; if they agreed again, send resubscribe: true with a reason.";
    WorkbookBomb = "workbook_bomb", "The workbook unpacks to more than is allowed, as a whole or for its size; save its sheet as CSV and upload that.";
    WorkbookBroken = "workbook_broken", "The workbook is damaged; save it again and upload that.";
    WorkbookTooLarge = "workbook_too_large", "The workbook is too large to be read; save its sheet as CSV and upload that.";
    WouldWake = "would_wake", "Taking it back would make somebody reachable who is not, so it stays.";
    WrongPassword = "wrong_password", "This is not the password so far; type it again, or ask for a new invitation.";
    WrongType = "wrong_type", "The value is of another JSON type than the one that is expected; detail names it.";
    ZipNotStreamable = "zip_not_streamable", "The zip can't be read from front to back; pack it again with another program.";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_the_variants_names_and_sorted_so_that_none_stands_twice() {
        let texts: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert!(texts.is_sorted_by(|a, b| a < b), "{texts:?}");
        for code in Code::ALL {
            let mut snake = String::new();
            for c in format!("{code:?}").chars() {
                if c.is_uppercase() && !snake.is_empty() {
                    snake.push('_');
                }
                snake.extend(c.to_lowercase());
            }
            assert_eq!(code.as_str(), snake);
            assert_eq!(serde_json::to_value(code).unwrap(), snake);
        }
    }

    #[test]
    fn each_has_one_sentence_of_its_own() {
        let mut sentences: Vec<_> = Code::ALL.iter().map(|code| code.sentence()).collect();
        for sentence in &sentences {
            assert!(sentence.ends_with('.'), "{sentence}");
            assert!(sentence.starts_with(char::is_uppercase), "{sentence}");
            assert!(!sentence.contains(". "), "{sentence}");
            assert!((20..200).contains(&sentence.len()), "{sentence}");
        }
        sentences.sort_unstable();
        sentences.dedup();
        assert_eq!(sentences.len(), Code::ALL.len());
    }
}
