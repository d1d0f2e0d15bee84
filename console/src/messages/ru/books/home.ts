// The home page, in Russian.
import { home } from '../home';

export const book = { ...home };
