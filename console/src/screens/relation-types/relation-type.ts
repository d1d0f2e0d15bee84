// What can be set of a relation type.
import type { components } from '../../api/schema';

export type RelationType = components['schemas']['RelationType'];
export type PropertyType = components['schemas']['PropertyType'];

export const propertyTypes: PropertyType[] = ['string', 'integer', 'float', 'boolean', 'date'];

export interface Property {
  name: string;
  title: string;
  type: PropertyType;
  default: unknown;
}
export interface RelationSettings {
  name: string;
  title: string;
  database_a: string;
  database_b: string;
  properties: Property[];
}

export function settingsOf(type: RelationType): RelationSettings {
  return {
    name: type.name,
    title: type.title ?? '',
    database_a: type.database_a,
    database_b: type.database_b,
    properties: (type.properties ?? []).map((one) => ({
      name: one.name,
      title: one.title ?? '',
      type: one.type,
      default: one.default ?? null,
    })),
  };
}

export function fresh(): RelationSettings {
  return { name: '', title: '', database_a: '', database_b: '', properties: [] };
}
