// An import and its preview, as far as the screens read them. The document has their inner parts as objects.
import type { Clue } from '../../messages/en/clues';

export const counted = ['created', 'updated', 'unchanged', 'skipped', 'failed'] as const;
export type Counts = Record<string, number>;

export interface Import {
  id: string;
  name: string;
  state: string;
  started_by: string | null;
  created_at: string;
  ended_at: string | null;
  expires_at: string | null;
  counts: Counts;
  percent: number | null;
  rows_per_second: number | null;
  seconds_left: number | null;
  problem: { code: string; detail?: string } | null;
  settings: Record<string, unknown>;
}

export type Target = 'ignore' | Record<string, unknown> | (Record<string, unknown> | 'ignore')[];

export interface Proposal {
  column: number;
  name?: string | null;
  to: Target;
  /** In English; `reasons` are its parts, from which other languages are made. */
  reason: string;
  reasons?: Clue[] | undefined;
  confidence: 'high' | 'medium' | 'low';
}

export interface Failure {
  outcome: string;
  line: number;
  code: string;
  column?: string | null;
  detail: string;
  cells: string[];
}

export interface Preview {
  encoding: string;
  reading: Record<string, unknown>;
  warnings: { code?: string; detail?: string }[];
  columns: string[];
  rows: string[][];
  proposals: { columns: Proposal[]; settings: Record<string, unknown> };
  check: {
    errors: { code: string; detail: string; pointer?: string }[];
    counts: Counts | null;
    failures: Failure[];
    questions: { code: string; column?: string; blanks?: number; rows?: number; detail?: string }[];
  } | null;
}

export const ended = (job: Import) => ['completed', 'failed', 'cancelled'].includes(job.state);
export const dry = (job: Import) => job.settings.dry_run === true;
