// A connector: how a database of others is reached, and what is edited of one.
import type { WrongValue, Problem } from '../../api/outcome';
import { wrongAt } from '../../api/explain';
import type { components } from '../../api/schema';
import { wrongOf } from '../../api/wrong';
import { say } from '../../messages/index.svelte';

type Schemas = components['schemas'];
export type Connector = Schemas['Connector'];
export type ConnectorKind = Connector['kind'];
export type Tls = NonNullable<Connector['tls']>;

/** What speaks there; these are names in every language. */
export const kinds: { value: ConnectorKind; label: string; port: number }[] = [
  { value: 'postgres', label: 'PostgreSQL', port: 5432 },
  { value: 'mysql', label: 'MySQL, MariaDB', port: 3306 },
];
export const kindOf = (kind: ConnectorKind) => kinds.find((one) => one.value === kind) ?? kinds[0]!;
export const ways: Tls[] = ['require', 'off'];

export interface ConnectorChoice {
  name: string;
  kind: ConnectorKind;
  address: string;
  database: string;
  user: string;
  /** What is typed; empty leaves the one that is there. */
  secret: string;
  tls: Tls;
  /** Empty for none. */
  ca: string;
}

export const fresh = (): ConnectorChoice => ({
  name: '',
  kind: 'postgres',
  address: '',
  database: '',
  user: '',
  secret: '',
  tls: 'require',
  ca: '',
});

export function settingsOf(connector: Connector): ConnectorChoice {
  const { name, kind, address, database, user, tls, ca } = connector;
  return { name, kind, address, database, user, secret: '', tls: tls ?? 'require', ca: ca ?? '' };
}

/** Those without which there is no connector, and which are empty. */
export const missing = (choice: ConnectorChoice) =>
  (['name', 'address', 'database', 'user'] as const).filter((name) => !choice[name].trim());

/** A new one as the API takes it. Only PostgreSQL has a certificate of its own. */
export function bodyOf(choice: ConnectorChoice): Schemas['NewConnector'] {
  const { secret, ca, ...rest } = choice;
  return {
    ...rest,
    name: rest.name.trim(),
    address: rest.address.trim(),
    ...(secret ? { secret } : {}),
    ...(hasCa(choice) ? { ca: ca.trim() } : {}),
  };
}

const hasCa = ({ kind, ca }: ConnectorChoice) => kind === 'postgres' && ca.trim() !== '';

/** Whether the password would go another way, so that it must be typed again. */
export const leadsElsewhere = (base: ConnectorChoice, now: ConnectorChoice) =>
  base.kind !== now.kind ||
  base.address.trim() !== now.address.trim() ||
  base.user !== now.user ||
  (hasCa(base) ? base.ca.trim() : '') !== (hasCa(now) ? now.ca.trim() : '') ||
  (base.tls === 'off') !== (now.tls === 'off');

/** What was changed of one, as the API takes it. A password that nobody typed stays. */
export function patchOf(
  changes: Partial<ConnectorChoice>,
  base: ConnectorChoice,
  secretSet: boolean,
): Schemas['ConnectorPatch'] {
  const { secret, ca: typed, ...rest } = changes;
  void typed;
  const now = { ...base, ...changes };
  const ca = hasCa(now) ? now.ca.trim() : '';
  return {
    ...rest,
    ...(secret ? { secret } : !secretSet && leadsElsewhere(base, now) ? { secret: null } : {}),
    ...(ca === base.ca.trim() ? {} : { ca: ca || null }),
  };
}

/** The sentence for what is wrong at a place of a connector, or of what is read through it. */
export function wrongHere(problem: Problem | null, pointer: string): string | undefined {
  const at = wrongAt(problem, pointer);
  return (at && ofValue(at)) ?? wrongOf(problem, pointer);
}
const ofValue = ({ code }: WrongValue): string | undefined => say().connectorWrong[code];
