//! Every fixed text that people read, by name; one module for each language.
//!
//! A text may have placeholders in braces. They are the same in all languages,
//! and a value is put in as it is, so texts must read well around any name.

pub(crate) mod en;
pub(crate) mod ru;

/// The texts of one language.
pub(crate) struct Texts {
    // The confirm page.
    pub(crate) confirm_heading: &'static str,
    pub(crate) confirm_lead: &'static str,
    pub(crate) confirm_note: &'static str,
    pub(crate) confirm_button: &'static str,
    pub(crate) confirmed_heading: &'static str,
    pub(crate) confirmed_lead: &'static str,
    pub(crate) next_link: &'static str,
    pub(crate) already_confirmed_heading: &'static str,
    pub(crate) already_confirmed_lead: &'static str,
    pub(crate) confirm_expired_heading: &'static str,
    pub(crate) confirm_expired_lead: &'static str,
    pub(crate) confirm_expired_button: &'static str,
    pub(crate) sent_heading: &'static str,
    pub(crate) sent_lead: &'static str,
    pub(crate) sent_note: &'static str,
    pub(crate) limit_heading: &'static str,
    pub(crate) limit_lead: &'static str,
    // What doesn't work.
    pub(crate) invalid_heading: &'static str,
    pub(crate) invalid_lead: &'static str,
    pub(crate) expired_heading: &'static str,
    pub(crate) expired_lead: &'static str,
    pub(crate) gone_heading: &'static str,
    pub(crate) gone_lead: &'static str,
    pub(crate) later_heading: &'static str,
    pub(crate) later_lead: &'static str,
    pub(crate) bad_form_heading: &'static str,
    pub(crate) bad_form_lead: &'static str,
    // The unsubscribe page.
    pub(crate) unsubscribe_heading: &'static str,
    pub(crate) unsubscribe_lead: &'static str,
    pub(crate) unsubscribe_confirm_button: &'static str,
    pub(crate) manage_link: &'static str,
    pub(crate) unsubscribe_unnamed: &'static str,
    pub(crate) unsubscribed_unnamed: &'static str,
    pub(crate) unsubscribed_heading: &'static str,
    pub(crate) unsubscribed_lead: &'static str,
    pub(crate) already_unsubscribed_heading: &'static str,
    pub(crate) already_unsubscribed_lead: &'static str,
    pub(crate) unsubscribed_resume_link: &'static str,
    // The subscription manager.
    pub(crate) manager_heading: &'static str,
    pub(crate) manager_lead: &'static str,
    pub(crate) details_heading: &'static str,
    pub(crate) details_button: &'static str,
    pub(crate) lines_help: &'static str,
    pub(crate) required_mark: &'static str,
    pub(crate) option_none: &'static str,
    pub(crate) entries_heading: &'static str,
    pub(crate) entries_none: &'static str,
    pub(crate) topics_legend: &'static str,
    pub(crate) topic_steady: &'static str,
    pub(crate) topics_button: &'static str,
    pub(crate) pause_label: &'static str,
    pub(crate) pause_button: &'static str,
    pub(crate) resume_paused_button: &'static str,
    pub(crate) resume_left_button: &'static str,
    pub(crate) resume_unconfirmed_button: &'static str,
    pub(crate) unsubscribe_button: &'static str,
    pub(crate) status_subscribed: &'static str,
    pub(crate) status_unsubscribed: &'static str,
    pub(crate) status_complained: &'static str,
    pub(crate) status_hardbounced: &'static str,
    pub(crate) status_unconfirmed: &'static str,
    pub(crate) status_suspended: &'static str,
    pub(crate) status_suspended_until: &'static str,
    pub(crate) status_invalid: &'static str,
    pub(crate) leave_section_heading: &'static str,
    pub(crate) leave_section_lead: &'static str,
    pub(crate) leave_link: &'static str,
    // Leaving everything.
    pub(crate) leave_heading: &'static str,
    pub(crate) leave_lead: &'static str,
    pub(crate) leave_line: &'static str,
    pub(crate) leave_button: &'static str,
    pub(crate) leave_back_link: &'static str,
    pub(crate) left_heading: &'static str,
    pub(crate) left_lead: &'static str,
    // What was changed.
    pub(crate) notice_heading: &'static str,
    pub(crate) notice_none: &'static str,
    pub(crate) changed_field: &'static str,
    pub(crate) changed_emptied: &'static str,
    pub(crate) changed_topic_added: &'static str,
    pub(crate) changed_topic_removed: &'static str,
    pub(crate) changed_unsubscribed: &'static str,
    pub(crate) changed_resumed: &'static str,
    pub(crate) changed_suspended: &'static str,
    pub(crate) changed_link_sent: &'static str,
    // What is wrong with what was typed.
    pub(crate) errors_heading: &'static str,
    pub(crate) error_title: &'static str,
    pub(crate) error_required: &'static str,
    pub(crate) error_email: &'static str,
    pub(crate) error_phone: &'static str,
    pub(crate) error_date: &'static str,
    pub(crate) error_number: &'static str,
    pub(crate) error_option: &'static str,
    pub(crate) error_too_long: &'static str,
    pub(crate) error_taken: &'static str,
    pub(crate) error_consent: &'static str,
    pub(crate) error_other: &'static str,
    // The subscription form.
    pub(crate) subscribe_button: &'static str,
    pub(crate) consent_link: &'static str,
    pub(crate) honeypot_label: &'static str,
    // Labels of standard fields, and their options.
    pub(crate) field_email: &'static str,
    pub(crate) field_phones: &'static str,
    pub(crate) field_first_name: &'static str,
    pub(crate) field_last_name: &'static str,
    pub(crate) field_birth_date: &'static str,
    pub(crate) field_sex: &'static str,
    pub(crate) field_city: &'static str,
    pub(crate) field_country: &'static str,
    pub(crate) field_region: &'static str,
    pub(crate) field_postal_code: &'static str,
    pub(crate) option_male: &'static str,
    pub(crate) option_female: &'static str,
    // The double opt-in message and its reminder.
    pub(crate) opt_in_subject: &'static str,
    pub(crate) opt_in_body: &'static str,
    pub(crate) opt_in_button: &'static str,
    pub(crate) reminder_subject: &'static str,
    pub(crate) reminder_body: &'static str,
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    /// Names of texts and the placeholders in them, read from a module's source.
    fn placeholders(source: &str) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut texts: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut name = "";
        for line in source.lines() {
            // The key is alone where the formatter broke the line.
            let key = line.trim_start().split_once(':').map(|(key, _)| key);
            let is_name = |key: &&str| key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            name = key.filter(is_name).unwrap_or(name);
            let words = line.split('{').skip(1);
            let words = words.filter_map(|after| after.split_once('}').map(|(word, _)| word));
            texts.entry(name).or_default().extend(words);
        }
        texts
    }

    #[test]
    fn a_text_has_the_same_placeholders_in_every_language() {
        let en = placeholders(include_str!("en.rs"));
        let ru = placeholders(include_str!("ru.rs"));
        assert!(en.len() > 100, "{}", en.len());
        assert!(en["confirm_lead"].contains("contact") && en["opt_in_body"].contains("link"));
        assert_eq!(en, ru);
    }
}
