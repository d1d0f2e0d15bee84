// Who is signed in, as the API's document says.
import type { components } from './schema';

type Schemas = components['schemas'];
export type User = Schemas['User'];
export type Session = Schemas['Session'];
export type Invitation = Schemas['Invitation'];
export type Role = User['role'];
