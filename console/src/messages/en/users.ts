// Users and one's own account, in English.
import { counter } from '../count';

const count = counter('en');

export const users = {
  users: {
    title: 'Users',
    lead: 'People who sign in to this console. What each may do follows from their role.',
    invite: 'Invite somebody',
    none: 'Nobody is here yet',
    failed: 'The users can’t be shown',
    name: 'Name',
    nameHint: 'History shows it beside their changes. They can change it.',
    email: 'E-mail',
    emailHint: 'They sign in with it.',
    role: 'Role',
    language: 'Language',
    you: 'You',
    unnamed: 'No name yet',
    never: 'Has not been here yet',
    lastSeen: (date: string) => `Last here on ${date}`,
    states: { invited: 'Invited', active: 'Active' },
    can: {
      viewer: 'Sees people, segments, imports and history. Changes nothing.',
      agent:
        'All that a viewer does; changes people and their subscriptions, and decides who is in a segment. Made for support.',
      marketer:
        'All that an agent does; imports, exports, updates in bulk and erases, and sets up resources and forms.',
      admin: 'May do everything: users, tokens, webhooks, suppression lists and settings too.',
    },
    more: (who: string) => `More about ${who}`,
    edit: 'Edit',
    editTitle: (who: string) => `Change ${who}`,
    newLink: 'New link',
    newLinkTitle: (who: string) => `A new link for ${who}`,
    newLinkText:
      'The link opens a page where they choose a password. It helps who lost the invitation and who forgot their password. The link before stops working.',
    makeLink: 'Make the link',
    endSessions: 'Sign out everywhere',
    endSessionsText: (who: string) =>
      `${who} is signed out on every device at once and has to sign in again. The password stays.`,
    sessionsEnded: (who: string) => `${who} is signed out everywhere`,
    remove: 'Remove',
    removeTitle: (who: string) => `Remove ${who}?`,
    removeText:
      'They are signed out at once and can’t sign in any more. What they did stays in the history, and the tokens that they made go on working.',
    removed: (who: string) => `${who} is removed`,
    passkeys: (n: number) => count(n, { one: 'passkey', other: 'passkeys' }),
    removePasskeys: 'Remove passkeys',
    removePasskeysText: (who: string) =>
      `${who} can sign in only with the password then. Use it when a device was lost. To close a session that is open on it, sign them out everywhere too.`,
    passkeysRemoved: (who: string) => `The passkeys of ${who} are removed`,
    saved: (who: string) => `${who} is saved`,
    inviteText:
      'You get a link to send them yourself, in a message of your own. Roster sends nothing.',
    makeInvitation: 'Make the invitation',
    invited: (who: string) => `${who} is invited`,
    linkLabel: 'Link to the console',
    linkOnce: (date: string) =>
      `Copy it now and send it: it is shown only this once. It works once, until ${date}.`,
  },
  account: {
    title: 'Your account',
    who: 'Name and language',
    nameHint: 'Colleagues see it beside your changes.',
    saved: 'Saved',
    password: 'Password',
    passwordHint: '12 to 200 characters. A few words in a row are easy to remember.',
    current: 'Current password',
    next: 'New password',
    change: 'Change the password',
    changed: 'The password is changed. You are signed out everywhere else.',
    wrongPassword: 'This is not your current password.',
    currentMissing: 'Type your current password.',
    changeNote: 'Changing it signs you out on all other devices.',
    sessions: 'Where you are signed in',
    sessionsFailed: 'The sessions can’t be shown',
    here: 'This browser',
    begun: (date: string, last: string) => `Since ${date}, last used on ${last}`,
    end: 'End this session',
    ended: 'The session is ended',
    unknown: 'Unknown browser',
  },
  passkeys: {
    title: 'Passkeys',
    lead: 'A passkey signs you in with your fingerprint, your face or the code of your device, without the password. It stays on the device or in your password manager.',
    add: 'Add a passkey',
    addText:
      'First your password, so that nobody else adds a key of theirs. Then your browser asks where to keep the passkey.',
    go: 'Go on',
    name: 'Name of the passkey',
    nameHint: 'By which you will know it in this list.',
    noName: 'Give it a name.',
    added: (name: string) => `The passkey “${name}” is added`,
    failed: 'The passkeys can’t be shown',
    made: (date: string) => `Added on ${date}.`,
    used: (date: string) => `Last used on ${date}.`,
    unused: 'Not used yet.',
    rename: 'Rename',
    renameTitle: (name: string) => `Rename “${name}”`,
    renameText: 'The name on the device stays as it is.',
    remove: 'Remove',
    removeTitle: (name: string) => `Remove “${name}”`,
    removeText:
      'It opens this account no more. Delete it on the device too, or the browser goes on offering it.',
    removed: (name: string) => `The passkey “${name}” is removed`,
    full: (most: number) => `One account has ${most} passkeys at most. Remove one to add another.`,
    address:
      'Browsers have passkeys for names, and this page is open at a number. Open it by its name to add one.',
    byName: 'Open it as localhost',
    none: 'This browser has no passkeys for this page: it is too old, or the page doesn’t come over https.',
  },
};
