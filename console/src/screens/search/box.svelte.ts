// What stands in the search box and which of its options is the active one.
import type { Completion } from './completion';

class Box {
  text = $state('');
  active = $state(-1);
  focused = $state(false);
  /** Closed by Escape or by choosing; typing opens it again. */
  dismissed = $state(false);
  completions = $state.raw<Completion[]>([]);
}

export const box = new Box();
