// What is set up for the installation, in Russian.
import { audit } from '../audit';
import { hookRules } from '../hook-rules';
import { outbox } from '../outbox';
import { suppressions } from '../suppressions';
import { tokens } from '../tokens';
import { users } from '../users';
import { watchers } from '../watchers';
import { webhooks } from '../webhooks';

export const book = {
  ...audit,
  ...hookRules,
  ...outbox,
  ...suppressions,
  ...tokens,
  ...users,
  ...watchers,
  ...webhooks,
};
