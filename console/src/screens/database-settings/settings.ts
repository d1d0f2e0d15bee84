// What can be set of a database, and the lists that its settings are chosen from.
import type { Database } from '../../app/databases.svelte';
import type { components } from '../../api/schema';

export type Settings = Required<{
  [Key in keyof components['schemas']['DatabaseSettings']]: Exclude<
    components['schemas']['DatabaseSettings'][Key],
    null | undefined
  >;
}>;

export function settingsOf(database: Database): Settings {
  return {
    name: database.name,
    description: database.description ?? '',
    tags: database.tags ?? [],
    region: database.region ?? '',
    time_zone: database.time_zone,
    language: database.language ?? 'en',
    manager_title: database.manager_title ?? '',
    manager_color: database.manager_color ?? '',
    card: database.card ?? [],
    sex_from_one: database.sex_from_one ?? false,
  };
}

/** A new one: where the reader is, as the browser says. */
export function fresh(language: string): Settings {
  return {
    name: '',
    description: '',
    tags: [],
    region: new Intl.Locale(navigator.language).region ?? '',
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC',
    language,
    manager_title: '',
    manager_color: '',
    card: [],
    sex_from_one: false,
  };
}

/** As the API takes it: no region is none, not an empty one. */
export function sent<T extends Partial<Settings>>(settings: T) {
  return 'region' in settings ? { ...settings, region: settings.region || null } : settings;
}

/** Time zones with the time that it is there now. */
export function timeZones(): { value: string; label: string; hint: string }[] {
  const now = new Date();
  return ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')].map(
    (zone) => ({ value: zone, label: zone.replaceAll('_', ' '), hint: offset(zone, now) }),
  );
}

function offset(zone: string, at: Date): string {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    timeZoneName: 'shortOffset',
  }).formatToParts(at);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
}

// Those that have phone numbers; the browser knows their names.
const REGIONS =
  'AC AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA TC TD TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW';

export function regions(language: string): { value: string; label: string; hint: string }[] {
  const names = new Intl.DisplayNames(language, { type: 'region' });
  return REGIONS.split(' ')
    .map((value) => ({ value, label: names.of(value) ?? value, hint: value }))
    .sort((one, other) => one.label.localeCompare(other.label, language));
}

/** The languages that the pages for people have; any other tag is answered in English. */
export function languages(language: string): { value: string; label: string; hint: string }[] {
  const names = new Intl.DisplayNames(language, { type: 'language' });
  return ['en', 'ru'].map((value) => ({ value, label: names.of(value) ?? value, hint: value }));
}
