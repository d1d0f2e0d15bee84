// Why a column may be what is proposed, in English.
import type { components } from '../../api/schema';

export type Clue = components['schemas']['ProposalReason'];

const looks: Record<string, string> = {
  empty: 'nothing',
  email: 'e-mail addresses',
  phone: 'phone numbers',
  ip: 'IP addresses',
  date: 'dates',
  integer: 'whole numbers',
  number: 'numbers',
  boolean: 'yes and no',
  json: 'JSON',
  sex: 'words for male and female',
  country: 'countries',
  text: 'text',
};
const fits = (clue: Clue, all: boolean) =>
  `${all && clue.count === clue.total ? `All ${clue.total}` : `${clue.count} of ${clue.total}`} values look like ${looks[clue.look ?? ''] ?? 'that'}.`;

export const clues = {
  looks,
  clues: {
    named_like_field: (clue) => `“${clue.column}” is the name of the field.`,
    usual_name: (clue) => `“${clue.column}” is a usual name for ${clue.field}.`,
    takes_any_text: () => '',
    no_values: () => 'The column is empty, so there is nothing to compare.',
    values_fit: (clue) => fits(clue, true),
    half_fit: (clue) => `Only ${fits(clue, false)}`,
    few_fit: (clue) => `Only ${fits(clue, false)} Look at it first.`,
    values_look: (clue) => fits(clue, true),
    no_field: () => 'No field is called like this.',
    needs_region: () => 'The numbers have no country code, so the region of the database counts.',
    profile_ids: () => 'These are ids of profiles.',
    foreign_ids: () => 'These are ids of another system.',
    kept_by_system: () => 'The system keeps this itself.',
    names_are_whole: () => 'First and last name stand in one cell.',
    whole_name: () => 'It is a whole name. Split it into first and last name to load it.',
    statuses: () => 'The values are statuses.',
    opt_in: (clue) => `It says yes or no, and ${clue.name} is the only resource with e-mail.`,
    opt_in_of_several: () => 'It says yes or no. Choose below what it is about.',
    opt_in_of_none: () => 'It says yes or no, but this database has no resource with e-mail.',
    date_format: () => '',
    date_format_unsure: () => 'Day and month could be the other way round. Look at the dates.',
    better_given: (clue) => `“${clue.column}” says it better.`,
  } as Record<string, (clue: Clue) => string>,
};
