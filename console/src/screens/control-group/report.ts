// The differences between the control group and the rest, in words.
import type { components } from '../../api/schema';
import type { Messages } from '../../messages/en';

export type ReportEvent = components['schemas']['ControlReportEvent'];

export interface Verdict {
  type: string;
  /** What the difference is. */
  text: string;
  /** How sure it is. */
  note: string;
  tone: 'good' | 'bad' | 'rest';
}

/** Percentage points as people write them. */
export function points(share: number, language: string): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 2 })
    .format(share * 100)
    .replace('-', '−');
}

export function verdictOf(event: ReportEvent, words: Messages, language: string): Verdict {
  const say = words.controlReport;
  const name = words.history.events[event.type] ?? event.type;
  const { uplift } = event;
  if (!uplift) return { type: event.type, text: `${name}.`, note: say.tooSmall, tone: 'rest' };
  const { absolute, interval } = uplift;
  const size = points(Math.abs(absolute), language);
  const bounds = [points(interval.lower, language), points(interval.upper, language)] as const;
  const sure = interval.lower > 0 || interval.upper < 0;
  const text =
    absolute > 0 ? say.more(name, size) : absolute < 0 ? say.less(name, size) : say.same(name);
  const smallest = uplift.smallest ? ` ${say.smallest(points(uplift.smallest, language))}` : '';
  return {
    type: event.type,
    text,
    note: sure ? say.sure(...bounds) : `${say.unsure(...bounds)}${smallest}`,
    tone: sure ? (absolute > 0 ? 'good' : 'bad') : 'rest',
  };
}
