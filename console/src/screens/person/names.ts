// What the entries of a history are about, by the names that people know.
import { fieldTitle } from '../../app/databases.svelte';
import { resources } from '../../app/resources.svelte';
import type { Card } from './card.svelte';
import type { Company } from './company.svelte';
import type { Names } from './narrate';

export const namesOf = (card: Card, company: Company): Names => ({
  field: (name) =>
    fieldTitle(
      name,
      card.fields.find((field) => field.name === name),
    ),
  resource: (id) => resources.name(id),
  relation: (id) => company.relationTitle(id),
  segment: (id) => company.segmentName(id),
});
