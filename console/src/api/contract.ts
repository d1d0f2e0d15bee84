// Sign-in and users, until the API's document describes them and the generator takes over.
export type Role = 'viewer' | 'agent' | 'marketer' | 'admin';

export interface User {
  id: string;
  email: string;
  name: string;
  role: Role;
  language: 'en' | 'ru';
  databases: string[] | null;
  scopes: string[];
  state: 'invited' | 'active';
  created_at: string;
  updated_at: string;
  last_seen_at: string | null;
}

export interface Session {
  user: User;
  created_at: string;
  expires_at: string;
}

export interface Invitation {
  email: string;
  name: string;
  role: Role;
  language: 'en' | 'ru';
  expires_at: string;
}
