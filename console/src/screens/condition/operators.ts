// What can be asked of a value: which tests suit its type, and what kind of control each needs.
// A test that begins with `!` is the contrary of one.
import { isJson, type Json } from './tree';

/** What a field, or another value of a profile, is to a test. */
export interface FieldKind {
  type: string;
  /** The system keeps it: it is written when something happens, and missing before. */
  system: boolean;
}

/** A field that isn't known is taken for text. */
export function kindOf(field: Partial<FieldKind> | undefined): FieldKind {
  return { type: field?.type ?? 'string', system: field?.system ?? false };
}

export type Shape =
  'none' | 'text' | 'number' | 'date' | 'list' | 'pair' | 'span' | 'month' | 'day' | 'birthday';

const texts = ['contains', '!contains', 'eq', 'ne', 'starts_with', 'ends_with', 'in', '!in'];
const numbers = ['eq', 'ne', 'ge', 'le', 'gt', 'lt', 'between', 'in'];
const dates = ['last', 'older_than', 'eq', 'lt', 'gt', 'between', 'next', 'later_than'];
const lists = ['has_any', '!has_any', 'has_all', 'contains', 'starts_with'];
const byType: Record<string, string[]> = {
  string: [...texts, 'filled', 'blank'],
  email: [...texts, 'filled', 'blank'],
  ip: [...texts, 'filled', 'blank'],
  integer: [...numbers, 'filled', 'blank'],
  float: [...numbers, 'filled', 'blank'],
  date: [...dates, 'birthday', 'month', 'day', 'filled', 'blank'],
  boolean: ['yes', 'no', 'filled', 'blank'],
  enum: ['in', '!in', 'filled', 'blank'],
  tags: [...lists, 'filled', 'blank'],
  phones: [...lists, 'filled', 'blank'],
  object: ['filled', 'blank'],
  objects: ['filled', 'blank'],
  /** When somebody was added: always there. */
  made: ['last', 'older_than', 'eq', 'lt', 'gt', 'between'],
};

/** The tests that are offered; the one that is there always is. */
export function operatorsOf(kind: FieldKind, current?: string): string[] {
  const usual =
    kind.type === 'boolean' && kind.system ? ['yes', 'no'] : (byType[kind.type] ?? ['filled']);
  return !current || usual.includes(current) ? usual : [...usual, current];
}

/** The name of the test that is there: `contains`, `!in`, `filled` … */
export function operatorOf(json: Json, negated: boolean, kind: FieldKind): string {
  const sign = negated ? '!' : '';
  const key = Object.keys(json).find((one) => one !== 'field' && one !== 'ignore_case');
  if (!key) return '';
  const value = json[key];
  if (key === 'empty' && typeof value === 'boolean') return value !== negated ? 'blank' : 'filled';
  if (kind.type === 'boolean') {
    if (key === 'eq' && typeof value === 'boolean' && !negated) return value ? 'yes' : 'no';
    if (kind.system && key === 'exists' && (value === false) !== negated) return 'no';
  }
  // Of options several can be chosen, so one is a list of one.
  if (kind.type === 'enum' && key === 'eq') return `${sign}in`;
  if (kind.type === 'enum' && key === 'ne') return negated ? 'in' : '!in';
  if (key === 'ne' && negated) return 'eq';
  return sign + key;
}

export function shapeOf(operator: string, type: string): Shape {
  const plain = operator.replace('!', '');
  if (['filled', 'blank', 'yes', 'no', 'exists', 'empty'].includes(plain)) return 'none';
  if (['last', 'next', 'older_than', 'later_than'].includes(plain)) return 'span';
  if (['in', 'has_any', 'has_all'].includes(plain)) return 'list';
  if (plain === 'between') return 'pair';
  if (plain === 'month' || plain === 'day' || plain === 'birthday') return plain;
  if (type === 'date' || type === 'made') return 'date';
  return type === 'integer' || type === 'float' ? 'number' : 'text';
}

/** The value of the test that is there, as its control takes it. */
export function valueOf(json: Json): unknown {
  const key = Object.keys(json).find((one) => one !== 'field' && one !== 'ignore_case');
  return key ? json[key] : undefined;
}

const blanks: Record<Shape, unknown> = {
  none: true,
  text: '',
  number: '',
  date: '',
  list: [],
  pair: ['', ''],
  span: '30d',
  month: [],
  day: [],
  birthday: { within_days: 7 },
};

/** The tests of an operator, with the value that was there where it suits. */
export function testOf(
  operator: string,
  kind: FieldKind,
  before: unknown,
  ignoreCase: boolean,
): { json: Json; negated: boolean } {
  const negated = operator.startsWith('!');
  const key = operator.replace('!', '');
  if (key === 'filled') return { json: { empty: false }, negated };
  if (key === 'blank') return { json: { empty: true }, negated };
  if (key === 'yes') return { json: { eq: true }, negated };
  if (key === 'no') return { json: kind.system ? { exists: false } : { eq: false }, negated };
  const shape = shapeOf(operator, kind.type);
  const value = suit(shape, before);
  if (kind.type === 'enum' && key === 'in' && Array.isArray(value) && value.length === 1)
    return { json: { eq: value[0] }, negated };
  return {
    json: {
      [key]: value,
      ...(kind.type === 'string' && ignoreCase && caseCounts.has(key) ? { ignore_case: true } : {}),
    },
    negated,
  };
}

/** Tests for which upper and lower case matter. */
export const caseCounts = new Set(['eq', 'ne', 'in', 'contains', 'starts_with', 'ends_with']);

function suit(shape: Shape, before: unknown): unknown {
  const list = Array.isArray(before);
  const span = typeof before === 'string' && SPAN.test(before);
  if (shape === 'list' || shape === 'month' || shape === 'day') {
    if (list) return before.filter((one) => one !== '');
    return typeof before === 'string' && before && !span && shape === 'list' ? [before] : [];
  }
  if (shape === 'pair') {
    if (list && before.length === 2) return before;
    return typeof before === 'object' || before === undefined || typeof before === 'boolean' || span
      ? ['', '']
      : [before, ''];
  }
  if (shape === 'text' || shape === 'number' || shape === 'date') {
    if (list) return before[0] ?? '';
    return (typeof before === 'string' && !span) || typeof before === 'number' ? before : '';
  }
  if (shape === 'span') return span ? before : blanks.span;
  if (shape === 'birthday') return isJson(before) ? before : blanks.birthday;
  return blanks[shape];
}

export const SPAN = /^([1-9]\d*)(h|d|w|mo|y)$/;
export const units = ['h', 'd', 'w', 'mo', 'y'] as const;
export type Unit = (typeof units)[number];

export function spanOf(value: unknown): { amount: string; unit: Unit } {
  const found = typeof value === 'string' ? /^(\d*)(h|d|w|mo|y)$/.exec(value) : null;
  return { amount: found?.[1] ?? '', unit: (found?.[2] as Unit | undefined) ?? 'd' };
}

/** Whether the value of a test is there. What is wrong with it is the API's to say. */
export function filled(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return false;
  if (typeof value === 'string') return value.trim() !== '';
  if (Array.isArray(value)) return value.length > 0 && value.every((one) => one !== '');
  if (isJson(value)) return Object.values(value).every((one) => one !== '' && one !== null);
  return true;
}
