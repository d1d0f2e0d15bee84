// What is the same wherever something is set up, in English.
import { counter } from '../count';

const count = counter('en');

export const setUpWords = {
  setUpWords: {
    name: 'Name',
    description: 'Description',
    descriptionHint: 'What it is for. Colleagues see it.',
    tags: 'Tags',
    tagsHint: 'Enter or a comma ends a tag.',
    edit: 'Edit',
    remove: 'Delete',
    copy: 'Make a copy',
    moveUp: 'Move up',
    moveDown: 'Move down',
    danger: 'What can’t be undone',
    copyName: (name: string) => `${name} (copy)`,
    changedOn: (date: string) => `Last changed on ${date}`,
  },
  secret: {
    copy: 'Copy',
    once: 'It is shown only this once. Copy it now and keep it safe.',
    kept: 'Done',
    same: 'Both versions say the same. Saving again is safe.',
  },
  databaseChoice: {
    legend: 'Databases',
    all: 'All databases',
    some: 'Only some',
    none: 'Choose at least one database.',
    count: (n: number) => count(n, { one: 'database', other: 'databases' }),
  },
  period: {
    from: 'From',
    to: 'To',
    any: 'Any',
    noneFound: 'Nothing matches these filters',
    reset: 'Reset the filters',
  },
  codes: {
    no_passkeys_here: 'Passkeys don’t work at this address. Open the console by its usual name.',
    question_over: 'That took too long. Begin again.',
    wrong_passkey: 'This passkey opens no account here.',
    email_taken: 'Somebody with this e-mail is here already.',
    last_admin:
      'This is the last administrator who can sign in. Make somebody else an administrator first.',
    global_list: 'The global list stays. It can be cleared.',
    name_taken: 'Something else has this name already. Choose another one.',
    field_values_conflict: 'Values that people have stand in the way. Nothing was changed.',
    standard_field: 'Every database has this field. It can’t be deleted.',
    segment_in_use: 'A segment names this in its condition. Change the segment first.',
    run_in_progress: 'A run goes on at the moment. Wait for it, or stop it.',
    wrong_state: 'It is over already.',
    confirmation_needed: 'The name doesn’t match. Somebody may have changed it: reload the page.',
    precondition_failed: 'Somebody else keeps changing this. Reload the page and try again.',
  } as Record<string, string>,
  wrongSetting: {
    invalid_region: 'This is no region. Choose one from the list.',
    invalid_time_zone: 'This is no time zone. Choose one from the list.',
    invalid_language: 'This is no language tag. It should look like en or pt-BR.',
    invalid_color: 'This is no colour. It should look like #1a7f5a.',
    invalid_name: 'Begin with a Latin letter, then letters, digits and underscores. 64 at most.',
    invalid_cron: 'This is no cron expression. It has five parts, such as 30 6 * * 1-5.',
    invalid_url: 'This is no web address. It should begin with https://.',
    host_not_allowed:
      'The server may not fetch from this host. An operator allows hosts with the variable import_hosts.',
    secret_needed: 'The address or the sign-in changed, so the secret must be typed again.',
    not_supported: 'A field of this type can’t have this.',
    read_only: 'This can’t be changed.',
    unknown_settings: 'There are no saved import settings with this name.',
    unknown_resource: 'This resource is gone.',
    unknown_database: 'This database is gone.',
  } as Record<string, string>,
};
