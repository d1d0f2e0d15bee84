// What can be set of a form.
import type { components } from '../../api/schema';

export type Form = components['schemas']['Form'];

export interface FormLine {
  name: string;
  required: boolean;
  label: string;
}
export interface FormSettings {
  name: string;
  enabled: boolean;
  /** It can be chosen of a new one alone. */
  database_id: string;
  resource_id: string;
  channel: 'email' | 'sms';
  fields: FormLine[];
  consent: string;
  consent_url: string;
  button: string;
  language: string;
  redirect: string;
  origins: string[];
  invalid: string;
  honeypot: string;
  minimum_seconds: number;
  per_ip_hour: number;
  per_hour: number;
}

export function settingsOf(form: Form): FormSettings {
  return {
    name: form.name,
    enabled: form.enabled,
    database_id: form.database_id,
    resource_id: form.resource_id,
    channel: form.channel === 'sms' ? 'sms' : 'email',
    fields: form.fields.map((one) =>
      typeof one === 'string'
        ? { name: one, required: false, label: '' }
        : { name: one.name, required: one.required ?? false, label: one.label ?? '' },
    ),
    consent: form.consent,
    consent_url: form.consent_url,
    button: form.button,
    language: form.language,
    redirect: form.redirect,
    origins: form.origins,
    invalid: form.invalid ?? 'skip',
    honeypot: form.honeypot,
    minimum_seconds: form.minimum_seconds,
    per_ip_hour: form.per_ip_hour,
    per_hour: form.per_hour,
  };
}

/** It takes nothing before somebody turns it on. */
export function fresh(): FormSettings {
  return {
    name: '',
    enabled: false,
    database_id: '',
    resource_id: '',
    channel: 'email',
    fields: [],
    consent: '',
    consent_url: '',
    button: '',
    language: '',
    redirect: '',
    origins: [],
    invalid: 'skip',
    honeypot: 'website',
    minimum_seconds: 2,
    per_ip_hour: 20,
    per_hour: 3600,
  };
}

/** The snippet as it may be shown in the console: nothing in it runs or has a style of its own. */
export function harmless(snippet: string): string {
  // Before it is parsed: the policy complains of a style even in a page that is never shown.
  const plain = snippet.replace(/\sstyle="[^"]*"/g, '');
  const page = new DOMParser().parseFromString(plain, 'text/html');
  page.querySelectorAll('script, style, .roster-trap, input[type=hidden]').forEach((one) => {
    one.remove();
  });
  page.querySelectorAll('*').forEach((one) => {
    for (const { name } of [...one.attributes])
      if (name.startsWith('on')) one.removeAttribute(name);
  });
  page.querySelectorAll('form').forEach((one) => one.removeAttribute('action'));
  return page.body.innerHTML;
}
