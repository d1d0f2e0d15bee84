// A condition as it is edited: groups of tests. It is read from the API's JSON and written back;
// what is not understood stays as it is.
export type Json = Record<string, unknown>;
/** How the parts of a group are joined: all, at least one, none, not all. */
export type Join = 'all' | 'any' | 'none' | 'notAll';

export interface Test {
  id: number;
  negated: boolean;
  json: Json;
}
export interface Group {
  id: number;
  join: Join;
  items: Item[];
}
export type Item = Test | Group;

let last = 0;
export const isGroup = (item: Item): item is Group => 'items' in item;
export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const newTest = (json: Json = {}): Test => ({ id: ++last, negated: false, json });
export const newGroup = (join: Join = 'any', items: Item[] = [newTest()]): Group => ({
  id: ++last,
  join,
  items,
});

const opposite: Record<Join, Join> = { all: 'notAll', notAll: 'all', any: 'none', none: 'any' };
/** What stands beside a test and is none itself. */
const aside = new Set(['field', 'ignore_case']);

/** The whole as a group. */
export function read(condition: Json): Group {
  if (!Object.keys(condition).length) return newGroup('all', []);
  const [first, ...rest] = items(condition);
  if (first && !rest.length && isGroup(first)) return first;
  return newGroup('all', items(condition));
}

/** A part; several where one test was several at once. */
function items(part: Json): Item[] {
  const keys = Object.keys(part);
  const only = keys.length === 1 ? keys[0] : undefined;
  if (only === 'all' || only === 'any') {
    const list = part[only];
    if (Array.isArray(list) && list.length && list.every(isJson)) {
      const read = list.map((one) => items(one));
      // Several tests of one field stand side by side where all must hold, else in a group.
      return [
        newGroup(
          only,
          read.flatMap((one) => (only === 'all' ? one : [together(one)])),
        ),
      ];
    }
  }
  if (only === 'not' && isJson(part.not)) {
    let inner = together(items(part.not));
    // A group of one is that one, however it is joined.
    while (isGroup(inner) && inner.items.length === 1 && joinsPlainly(inner))
      inner = inner.items[0]!;
    if (isGroup(inner)) inner.join = opposite[inner.join];
    else inner.negated = !inner.negated;
    return [inner];
  }
  return split(part).map(newTest);
}

const joinsPlainly = (one: Group) => one.join === 'all' || one.join === 'any';
const together = (parts: Item[]): Item => (parts.length === 1 ? parts[0]! : newGroup('all', parts));

function split(test: Json): Json[] {
  const about = typeof test.field === 'string' ? null : Object.keys(test)[0];
  if (about === null) {
    const tests = Object.keys(test).filter((key) => !aside.has(key));
    if (tests.length < 2) return [test];
    return tests.map((key) => ({
      field: test.field,
      [key]: test[key],
      ...('ignore_case' in test ? { ignore_case: test.ignore_case } : {}),
    }));
  }
  const inner = about && (about === 'created_at' || about === 'updated_at') ? test[about] : null;
  if (about && isJson(inner) && Object.keys(inner).length > 1)
    return Object.entries(inner).map(([key, value]) => ({ [about]: { [key]: value } }));
  return [test];
}

export interface Written {
  condition: Json;
  /** Where each part stands, as the API's errors point to it. */
  places: Map<number, string>;
}

/** The API's JSON. Parts for which `whole` is false are left out. */
export function write(root: Group, whole: (test: Test) => boolean = () => true): Written {
  const places = new Map<number, string>();
  const condition = group(root, '', places, whole) ?? {};
  return { condition, places };
}

function group(
  one: Group,
  at: string,
  places: Map<number, string>,
  whole: (test: Test) => boolean,
): Json | null {
  const kept = one.items.filter((item) => isGroup(item) || whole(item));
  const negated = one.join === 'none' || one.join === 'notAll';
  const word = one.join === 'all' || one.join === 'notAll' ? 'all' : 'any';
  const start = negated ? `${at}/not` : at;
  const single = kept.length === 1;
  const parts: Json[] = [];
  for (const item of kept) {
    const there = single ? start : `${start}/${word}/${parts.length}`;
    const part = isGroup(item) ? group(item, there, places, whole) : test(item, there, places);
    if (part) parts.push(part);
  }
  places.set(one.id, at);
  if (!parts.length) return null;
  const inner = single ? parts[0]! : { [word]: parts };
  return negated ? { not: inner } : inner;
}

function test(one: Test, at: string, places: Map<number, string>): Json {
  places.set(one.id, one.negated ? `${at}/not` : at);
  return one.negated ? { not: one.json } : one.json;
}

export function tests(one: Group): Test[] {
  return one.items.flatMap((item) => (isGroup(item) ? tests(item) : [item]));
}
