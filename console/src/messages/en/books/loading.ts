// What is done with many people at once, in English.
import { clues } from '../clues';
import { duplicates } from '../duplicates';
import { exportWords } from '../exports';
import { imports } from '../imports';
import { jobs } from '../jobs';
import { updates } from '../updates';

export const book = { ...clues, ...duplicates, ...exportWords, ...imports, ...jobs, ...updates };
