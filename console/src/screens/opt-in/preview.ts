// The messages and pages of double opt-in as markup, as crates/pages makes them.
import { days, languageOf, usual, type Wording } from './wording';

export interface Sample {
  resource: string;
  contact: string;
  link: string;
  /** How many days the link works. */
  days: number;
  /** The title above the pages; none if empty. */
  brand: string;
  /** Where the page of thanks leads. */
  next: string;
}
export type Sheet = 'message' | 'reminder' | 'page' | 'thanks' | 'sent';

const PLACEHOLDER = /\{([a-zA-Z]+)\}/g;
export const placeholders = ['resource', 'link', 'contact', 'days'] as const;

const escape = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** The text with its placeholders filled. A word that has no value stays as it is. */
export function fill(text: string, values: Record<string, string>): string {
  return text.replace(PLACEHOLDER, (whole, word: string) => values[word] ?? whole);
}

/** The same as markup, each piece by its own hand. */
function marked(
  text: string,
  values: Record<string, string>,
  value: (word: string, text: string) => string,
): string {
  let html = '';
  let last = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    const word = match[1]!;
    html += escape(text.slice(last, match.index));
    html += word in values ? value(word, values[word]!) : escape(match[0]);
    last = match.index + match[0].length;
  }
  return html + escape(text.slice(last));
}

const rich = (text: string, values: Record<string, string>) =>
  marked(text, values, (_, value) => `<strong>${escape(value)}</strong>`);

function values(sample: Sample, tag: string): Record<string, string> {
  return {
    resource: sample.resource,
    contact: sample.contact,
    link: sample.link,
    days: days(languageOf(tag), sample.days),
  };
}

/** The subject and the text of a message; without `{link}` it gets one at its end. */
export function letter(own: Partial<Wording>, tag: string, sample: Sample, reminder: boolean) {
  const words = usual[languageOf(tag)];
  const [subject, body] = reminder
    ? [own.reminder_subject, own.reminder]
    : [own.subject, own.message];
  const text = body?.trim() || (reminder ? words.reminder : words.message);
  return {
    subject: fill(
      subject?.trim() || (reminder ? words.reminder_subject : words.subject),
      values(sample, tag),
    ).replace(/\s+/g, ' '),
    body: /\{link\}/.test(text) ? text : `${text}\n\n{link}`,
    button: own.button?.trim() || words.button,
  };
}

/** A message as HTML mail. */
export function mail(
  own: Partial<Wording>,
  tag: string,
  sample: Sample,
  reminder: boolean,
): string {
  const { subject, body, button } = letter(own, tag, sample, reminder);
  const all = values(sample, tag);
  const paragraphs = body
    .split(/\n\s*\n/)
    .filter((one) => one.trim())
    .map((one) =>
      one.trim() === '{link}'
        ? `<p><a href="#" class="mail-button">${escape(button)}</a></p>`
        : `<p>${marked(one.trim(), all, (word, value) =>
            word === 'link' ? `<a href="#">${escape(value)}</a>` : escape(value),
          ).replaceAll('\n', '<br>')}</p>`,
    );
  return `<div class="mail" role="main"><h1>${escape(subject)}</h1>${paragraphs.join('')}</div>`;
}

/** A message as a plain text, as it goes to a phone. */
export function text(
  own: Partial<Wording>,
  tag: string,
  sample: Sample,
  reminder: boolean,
): string {
  const filled = fill(letter(own, tag, sample, reminder).body, values(sample, tag));
  return `<div class="bubble">${escape(filled).replaceAll('\n', '<br>')}</div>`;
}

const icons = {
  letter:
    '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><rect x="3" y="5.5" width="18" height="13" rx="2.5"/><path d="m4 7.5 8 5.5 8-5.5"/></svg>',
  done: '<svg class="icon good" viewBox="0 0 24 24" aria-hidden="true"><path d="m6 12.5 4 4 8-9"/></svg>',
};

/** One of the pages. */
export function card(own: Partial<Wording>, tag: string, sample: Sample, sheet: Sheet): string {
  const words = usual[languageOf(tag)];
  const all = values(sample, tag);
  const brand = sample.brand ? `<header class="brand"><p>${escape(sample.brand)}</p></header>` : '';
  let inside: string;
  if (sheet === 'thanks') {
    const next = sample.next ? `<p class="onward"><a href="#">${escape(words.next)}</a></p>` : '';
    inside = `${icons.done}<h1>${escape(words.thanks_heading)}</h1><p>${rich(own.thanks?.trim() || words.thanks, all)}</p>${next}`;
  } else if (sheet === 'sent') {
    inside = `${icons.letter}<h1>${escape(words.sent_heading)}</h1><p>${rich(words.sent_lead, all)}</p><p>${escape(words.sent_note)}</p>`;
  } else {
    inside = `${icons.letter}<h1>${escape(words.page_heading)}</h1><p>${rich(own.page?.trim() || words.page, all)}</p><p>${escape(words.page_note)}</p><form><button type="button" class="main">${escape(own.button?.trim() || words.page_button)}</button></form>`;
  }
  return `${brand}<main class="step"><div class="card">${inside}</div></main>`;
}
