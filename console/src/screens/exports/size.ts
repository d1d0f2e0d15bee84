// How large a file is, as people say it.
import { spoken } from '../../messages/index.svelte';

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

export function fileSize(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return new Intl.NumberFormat(spoken(), {
    style: 'unit',
    unit: units[unit] ?? 'byte',
    unitDisplay: unit ? 'short' : 'long',
    maximumFractionDigits: unit && size < 10 ? 1 : 0,
  }).format(size);
}
