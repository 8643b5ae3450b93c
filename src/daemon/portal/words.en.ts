import { HINT_WORDS } from './hint/words.ts'
import type { Words } from './words.ts'

export const EN: Words = {
  locale: 'en',
  languages: 'Language',
  problem: 'There is a problem',
  failed: 'Error',
  again: 'Open the page again',
  home: 'To the first page',
  signIn: {
    title: 'Sign in',
    name: 'Username or e-mail address',
    password: 'Password',
    button: 'Sign in',
    forgot: 'Forgot password?',
    refused: (links) =>
      `The name or the password is not right. After many wrong tries even the right one has to wait a while.${
        links ? ' A link to a new password works in any case: press “Forgot password?”.' : ''
      }`,
    noName: 'Enter your username or your e-mail address',
    noPassword: 'Enter your password',
    needed: 'Sign in first. You may have been signed out after half an hour without use.',
  },
  forgot: {
    title: 'Forgot password',
    lead: 'Enter the e-mail address that is registered with your account. A letter brings you a link to a new password.',
    address: 'E-mail address',
    button: 'Reset Password',
    sent: 'If an account uses this address, a letter is on its way',
    whatNext: (minutes) =>
      `It takes a minute or two; look in the spam folder as well. The link in it works once, for ${span(minutes)}. Your old password stays as it is until you choose a new one.`,
    notAnAddress: 'Enter an e-mail address, like name@example.org',
    toSignIn: 'Back to the sign-in page',
  },
  newPassword: {
    ...HINT_WORDS.en,
    resetTitle: 'Choose a new password',
    changeTitle: 'Change password',
    firstTitle: 'Choose a new password',
    resetLead: (username) => `For the account ${username}.`,
    firstLead:
      'You signed in with a temporary password. It opens this page and nothing else: choose a password of your own.',
    present: 'Present password',
    password: 'New password',
    again: 'New password again',
    button: 'Change password',
    rules: (least) =>
      `At least ${least} characters, of any kind; spaces count. A few words that do not belong together are good.`,
    afterwards: 'You will be signed out everywhere, and then sign in with the new password.',
    noPresent: 'Enter your present password',
    wrongPresent: 'The present password is not right. After many wrong tries even the right one has to wait a while.',
    noPassword: 'Enter a new password',
    differ: 'The two new passwords are not the same',
  },
  dead: {
    title: 'This link does not work',
    why: 'It is not whole, has been used, is too old, or a newer one took its place. Nothing has been changed.',
    newLink: 'Ask for a new link',
    askOperator: 'Ask whoever runs your accounts for a new one.',
  },
  account: {
    title: 'Your account',
    username: 'Username',
    address: 'E-mail address',
    name: 'Name',
    change: 'Change password',
    out: 'Sign out',
    outEverywhere: 'Sign out everywhere',
    outEverywhereHint: 'Ends your sessions in this and every other browser.',
    onlyNewPassword: 'You signed in with a temporary password, which opens only the page where you choose a new one.',
  },
  notices: {
    'password-changed': 'Your password has been changed. Sign in with the new one.',
    'fair-password':
      'Your password has been changed. Sign in with the new one. Its strength is fair: one that is longer by a word would be strong.',
    'signed-out': 'You are signed out.',
    'signed-out-everywhere': 'You are signed out here and in every other browser.',
  },
  errors: {
    400: {
      title: 'This form cannot be read',
      text: 'Something in it is no text. Go back, type it again and send it again.',
    },
    403: {
      title: 'This form is out of date',
      text: 'It was not sent by a page of this portal, or that page was too old, or your browser keeps no cookies. Nothing has been done. Open the page again and send it again.',
    },
    404: { title: 'There is no such page', text: 'The address may be mistyped, or the page may have been taken away.' },
    405: { title: 'This page takes no such request', text: 'Open it by its address, or press its button.' },
    415: { title: 'This form cannot be read', text: 'Only plain forms are taken.' },
    429: {
      title: 'Too many tries',
      text: 'There were many tries from your network within a minute. Wait a minute, then try again.',
    },
    500: {
      title: 'Something broke',
      text: 'It is not your fault, and it has been written down for whoever runs this. Try again in a few minutes.',
    },
    503: { title: 'Very busy', text: 'Many people are signing in at this moment. Try again in a few seconds.' },
  },
}

function span(minutes: number): string {
  if (minutes % 60 !== 0) return `${minutes} minutes`
  return minutes === 60 ? 'one hour' : `${minutes / 60} hours`
}
