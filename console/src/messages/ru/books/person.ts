// One person: the card, its history, merging, in Russian.
import { merge } from '../merge';
import { person } from '../person';
import { timeline } from '../timeline';

export const book = { ...merge, ...person, ...timeline };
