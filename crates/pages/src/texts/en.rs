//! The English texts.

use super::Texts;

pub(crate) const TEXTS: Texts = Texts {
    // The confirm page.
    confirm_heading: "Confirm your subscription",
    confirm_lead: "You asked to subscribe {contact} to {resource}.",
    confirm_note: "You’re not subscribed until you press the button. If it wasn’t you, simply close this page.",
    confirm_button: "Yes, subscribe me",
    confirmed_heading: "Thank you, you’re subscribed",
    confirmed_lead: "{contact} is now subscribed to {resource}.",
    next_link: "Continue to the website",
    already_confirmed_heading: "You’re already subscribed",
    already_confirmed_lead: "{contact} is subscribed to {resource}. There’s nothing left to do.",
    confirm_expired_heading: "This link has expired",
    confirm_expired_lead: "Links only work for a while, to keep your address safe. We can send a new one to {contact}.",
    confirm_expired_button: "Send a new link",
    sent_heading: "Check your messages",
    sent_lead: "We’ve sent a link to {contact}. Open it to confirm your subscription.",
    sent_note: "Nothing there after a few minutes? Please look in the spam folder too.",
    limit_heading: "We’ve sent enough for now",
    limit_lead: "Several links are already on their way to {contact}. Please look for the latest one, in the spam folder too, or try again tomorrow.",
    // What doesn't work.
    invalid_heading: "This link doesn’t work",
    invalid_lead: "It may have been cut off when it was copied. Please open it again from the message itself.",
    expired_heading: "This link has expired",
    expired_lead: "Please use the link in the latest message you got from us.",
    gone_heading: "This is no longer here",
    gone_lead: "What this link was about has been removed. There’s nothing you need to do.",
    later_heading: "Please try again later",
    later_lead: "We can’t do this right now. Nothing was changed. Please try again in a few minutes.",
    bad_form_heading: "We couldn’t read the form",
    bad_form_lead: "Nothing was changed. Please go back, reload the page and try once more.",
    // The unsubscribe page.
    unsubscribe_heading: "Unsubscribe?",
    unsubscribe_lead: "{contact} will no longer receive {resource}.",
    unsubscribe_confirm_button: "Unsubscribe",
    manage_link: "Change what you receive instead",
    unsubscribed_heading: "You’re unsubscribed",
    unsubscribed_lead: "{contact} will no longer receive {resource}. A message that was already on its way may still arrive.",
    already_unsubscribed_heading: "You’re already unsubscribed",
    already_unsubscribed_lead: "{contact} doesn’t receive {resource}. There’s nothing left to do.",
    unsubscribed_resume_link: "Changed your mind? Manage your subscriptions",
    // The subscription manager.
    manager_heading: "Your subscriptions",
    manager_lead: "Choose what you’d like to receive and keep your details up to date.",
    details_heading: "Your details",
    details_button: "Save details",
    lines_help: "One per line.",
    required_mark: "(required)",
    option_none: "Not given",
    entries_heading: "What you receive",
    entries_none: "You have no subscriptions here.",
    topics_legend: "Topics",
    topic_steady: "always included",
    topics_button: "Save topics",
    pause_label: "Take a break for",
    pause_button: "Pause",
    resume_paused_button: "Resume now",
    resume_left_button: "Subscribe again",
    resume_unconfirmed_button: "Send the link again",
    unsubscribe_button: "Unsubscribe",
    status_subscribed: "Active",
    status_unsubscribed: "Unsubscribed",
    status_complained: "Stopped: you reported a message as spam",
    status_hardbounced: "Stopped: messages can’t be delivered",
    status_unconfirmed: "Waiting for your confirmation",
    status_suspended: "Paused",
    status_suspended_until: "Paused until {date}",
    status_invalid: "Stopped: this contact doesn’t work",
    leave_section_heading: "Had enough?",
    leave_section_lead: "You can leave everything at once. We’ll ask you to confirm first.",
    leave_link: "Unsubscribe from everything",
    // Leaving everything.
    leave_heading: "Unsubscribe from everything?",
    leave_lead: "You would no longer receive anything from us:",
    leave_line: "{resource}, {contact}",
    leave_button: "Yes, unsubscribe from everything",
    leave_back_link: "No, keep my subscriptions",
    left_heading: "You’ve left everything",
    left_lead: "These subscriptions have ended. A message that was already on its way may still arrive.",
    // What was changed.
    notice_heading: "Your changes are saved",
    notice_none: "Nothing was changed",
    changed_field: "{field} is now {value}",
    changed_emptied: "{field} is now empty",
    changed_topic_added: "{resource}: topic {topic} added",
    changed_topic_removed: "{resource}: topic {topic} removed",
    changed_unsubscribed: "{contact} no longer receives {resource}",
    changed_resumed: "{contact} receives {resource} again",
    changed_suspended: "{resource} to {contact} is paused for {days}",
    changed_link_sent: "A link to confirm is on its way to {contact}",
    // What is wrong with what was typed.
    errors_heading: "Please check what you entered",
    error_title: "Error",
    error_required: "Please fill this in.",
    error_email: "Enter an address like name@example.org.",
    error_phone: "Enter the whole number with the country code, like +44 20 7946 0018.",
    error_date: "Enter a date that exists.",
    error_number: "Enter a number that fits here.",
    error_option: "Choose one of the options.",
    error_too_long: "This is too long, please shorten it.",
    error_taken: "Somebody else already uses this.",
    error_consent: "Please tick the box to go on.",
    error_other: "We can’t take this value, please check it.",
    // The subscription form.
    subscribe_button: "Subscribe",
    consent_link: "Read more",
    honeypot_label: "Leave this field empty",
    // Labels of standard fields, and their options.
    field_email: "Email",
    field_phones: "Phones",
    field_first_name: "First name",
    field_last_name: "Last name",
    field_birth_date: "Date of birth",
    field_sex: "Gender",
    field_city: "City",
    field_country: "Country",
    field_region: "Region",
    field_postal_code: "Postal code",
    option_male: "Male",
    option_female: "Female",
    // The double opt-in message and its reminder.
    opt_in_subject: "Please confirm: {resource}",
    opt_in_body: "\
Hello,

somebody, hopefully you, asked to send {resource} to {contact}. Please confirm that you want it:

{link}

The link works for {days}. If it wasn’t you, simply ignore this message: without your confirmation you won’t be subscribed.",
    opt_in_button: "Confirm",
    reminder_subject: "Still interested? {resource}",
    reminder_body: "\
Hello,

a little while ago somebody, hopefully you, asked to send {resource} to {contact}, but it isn’t confirmed yet. If you still want it, one press is enough:

{link}

The link works for {days}. If you changed your mind or it wasn’t you, there’s nothing to do: we won’t ask again.",
};
