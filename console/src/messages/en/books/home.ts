// The home page, in English.
import { home } from '../home';

export const book = { ...home };
