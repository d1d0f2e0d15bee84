// Whom a bulk update or an export means.
import { isEverybody, joined, type Condition } from './condition';

export interface Whom {
  /** Nothing until somebody chose. */
  kind: '' | 'everybody' | 'segment' | 'view' | 'condition';
  segment: string;
  view: string;
  /** `null` while a part of it isn't finished. */
  condition: Condition | null;
}

export interface Meant {
  segment?: string;
  condition?: Condition;
}

/** As the API takes it; `null` while something is missing. */
export function meant(
  whom: Whom,
  views: readonly { id: string; condition?: Condition | null }[],
): Meant | null {
  switch (whom.kind) {
    case 'everybody':
      return {};
    case 'segment':
      return whom.segment ? { segment: whom.segment } : null;
    case 'view': {
      const view = views.find((one) => one.id === whom.view);
      return view ? { condition: view.condition ?? {} } : null;
    }
    case 'condition':
      // A condition that says nothing would be everybody, whom nobody chose.
      return whom.condition && !isEverybody(whom.condition) ? { condition: whom.condition } : null;
    default:
      return null;
  }
}

/** The same as one condition, to count by. */
export function asCondition({ segment, condition = {} }: Meant): Condition {
  return joined(segment ? { segment } : {}, condition);
}

/** Whom the address and what is kept with it name. */
export function whomOf(
  query: URLSearchParams,
  kept: Condition | undefined,
  otherwise: Whom['kind'],
): Whom {
  const segment = query.get('segment') ?? '';
  const view = query.get('view') ?? '';
  return {
    kind: segment ? 'segment' : view ? 'view' : kept ? 'condition' : otherwise,
    segment,
    view,
    condition: kept ?? {},
  };
}
