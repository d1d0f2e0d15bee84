// The mapping of a webhook as rows that people read, where it is simple enough, and back again.
// The API's document leaves mappings untyped; docs/WEBHOOKS.md says what they are.
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

export type RowKind = 'place' | 'value' | 'rule' | 'all';
export interface MappingRow {
  field: string;
  kind: RowKind;
  /** The places with commas between, or the value. */
  text: string;
  /** The rule as it is, whose other members stay. */
  rule: Json;
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isPlace = (value: Json | undefined): value is string =>
  typeof value === 'string' && !value.includes(',');

/** What is taken of each field. `"*"` alone means all members that are named like fields. */
export function rowsOf(mapping: JsonObject): MappingRow[] {
  const fields = mapping.fields;
  if (typeof fields === 'string') return [{ field: fields, kind: 'all', text: '', rule: fields }];
  if (!isObject(fields)) return [];
  return Object.entries(fields)
    .filter(([, rule]) => rule !== null)
    .map(([field, rule]) => rowOf(field, rule));
}

function rowOf(field: string, rule: Json): MappingRow {
  if (field === '*') {
    const from = isObject(rule) ? rule.from : rule;
    return { field, kind: 'all', text: typeof from === 'string' ? from : '', rule };
  }
  if (isPlace(rule)) return { field, kind: 'place', text: rule, rule };
  if (isObject(rule)) {
    const { from, value } = rule;
    const simple = !('find' in rule) && !('then' in rule);
    if (simple && isPlace(from)) return { field, kind: 'place', text: from, rule };
    if (simple && Array.isArray(from) && from.every(isPlace))
      return { field, kind: 'place', text: from.join(', '), rule };
    if ('value' in rule && typeof value !== 'object')
      return { field, kind: 'value', text: String(value), rule };
  }
  return { field, kind: 'rule', text: '', rule };
}

/** The rule that a row says; what it had beside the place or the value stays. */
export function ruleOf(row: MappingRow): Json {
  if (row.kind === 'rule' || row.kind === 'all') return row.rule;
  const { from: _from, value: _value, ...others } = isObject(row.rule) ? row.rule : {};
  void _from;
  void _value;
  if (row.kind === 'value') {
    const before = isObject(row.rule) ? row.rule.value : undefined;
    return { ...others, value: String(before) === row.text ? (before ?? null) : row.text };
  }
  const places = row.text
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
  const from: Json = places.length === 1 ? places[0]! : places;
  return Object.keys(others).length || places.length !== 1 ? { ...others, from } : from;
}

/** The mapping with these rows in place of its fields. */
export function withRows(mapping: JsonObject, rows: MappingRow[]): JsonObject {
  const only = rows[0];
  if (rows.length === 1 && only?.kind === 'all' && typeof mapping.fields === 'string')
    return mapping;
  const fields: JsonObject = {};
  for (const row of rows)
    fields[row.field] = row.kind === 'all' && row.rule === '*' ? { from: '' } : ruleOf(row);
  return { ...mapping, fields };
}

/** What the rule does after it took the value, as the API calls it. */
export function stepsOf(row: MappingRow): string {
  if (!isObject(row.rule) || row.kind === 'all') return '';
  const { transform, lookup, action } = row.rule;
  const list = Array.isArray(transform) ? transform : [transform];
  const steps = list.map((one) => (isObject(one) ? Object.keys(one)[0] : one));
  return [...steps, lookup && 'lookup', action].filter((one) => typeof one === 'string').join(', ');
}

/** A JSON merge patch (RFC 7396) that makes one object of another. */
export function mergePatch(before: JsonObject, after: JsonObject): JsonObject {
  const patch: JsonObject = {};
  for (const name of Object.keys(before)) if (!(name in after)) patch[name] = null;
  for (const [name, value] of Object.entries(after)) {
    const old = before[name];
    if (JSON.stringify(old) === JSON.stringify(value)) continue;
    patch[name] = isObject(old) && isObject(value) ? mergePatch(old, value) : value;
  }
  return patch;
}
