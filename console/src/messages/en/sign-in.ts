// Signing in and invitations, in English.
import { counter } from '../count';

const count = counter('en');

export const signIn = {
  signIn: {
    title: 'Sign in to Roster',
    email: 'E-mail',
    password: 'Password',
    submit: 'Sign in',
    show: 'Show the password',
    hide: 'Hide the password',
    wrong: 'This e-mail and password don’t belong together. Check both and try again.',
    wait: (seconds: number) =>
      `Too many attempts. You can try again in ${count(seconds, { one: 'second', other: 'seconds' })}.`,
    empty: 'Fill in your e-mail and your password.',
    forgot: 'Forgot your password? An administrator can send you a new link.',
    again: 'Sign in again',
    againText: 'Your session has ended. Sign in to go on. What you typed is still here.',
    signedOut: 'You are signed out.',
    or: 'or',
    passkey: 'Sign in with a passkey',
    wrongPasskey: 'This passkey opens no account here. Use another one, or your password.',
    lateQuestion: 'That took too long. Try again.',
  },
  hindrances: {
    cancelled: 'No passkey was chosen. You can try again.',
    known: 'This device has a passkey of this account already.',
    address: 'Passkeys don’t work at this address. Open the console by its usual name.',
    failed: 'The browser couldn’t use a passkey.',
    aborted: 'No passkey was chosen. You can try again.',
  },
  invitation: {
    title: 'Welcome to Roster',
    text: (email: string, role: string) =>
      `You are invited as ${/^[aeiou]/i.test(role) ? 'an' : 'a'} ${role}. You will sign in as ${email}.`,
    name: 'Your name',
    nameHint: 'Colleagues see it beside your changes.',
    password: 'Choose a password',
    passwordHint: 'At least 12 characters. A few words in a row are easy to remember.',
    tooShort: (missing: number) =>
      `${count(missing, { one: 'more character', other: 'more characters' })} needed.`,
    tooLong: 'A password has 200 characters at most.',
    noName: 'Say what your name is.',
    submit: 'Set the password and sign in',
    goneTitle: 'This link no longer works',
    gone: 'An invitation can be used once and for a limited time. Ask an administrator for a new one.',
    toSignIn: 'To the sign-in page',
  },
};
