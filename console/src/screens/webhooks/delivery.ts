// What a delivery did, as far as the screens ask. The API's document leaves `detail` and `request`
// untyped; its descriptions say what is in them.
import type { WrongValue } from '../../api/outcome';
import type { components } from '../../api/schema';

export type Delivery = components['schemas']['Delivery'];

export const outcomes = ['created', 'updated', 'unchanged', 'skipped', 'failed'] as const;
export type DeliveryOutcome = (typeof outcomes)[number];

export const tones: Record<string, 'good' | 'warn' | 'bad' | 'rest'> = {
  created: 'good',
  updated: 'good',
  unchanged: 'rest',
  skipped: 'rest',
  failed: 'bad',
  repeated: 'rest',
};

export interface DeliveryDetail {
  reason?: string;
  code?: string;
  errors?: WrongValue[];
  skipped?: WrongValue[];
}

export const detailOf = (delivery: Delivery): DeliveryDetail => delivery.detail as DeliveryDetail;

export interface DeliveryRequest {
  content_type?: string;
  headers?: Record<string, string>;
  body?: string;
  body_base64?: string;
}

/** A text that is JSON, in lines; any other as it is. */
export function inLines(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
