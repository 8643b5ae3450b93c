import type { LetterKind } from '../../domain/letter.ts'
import { type LetterSource, LINK_HOURS, linkBlock, page, SECRET_BLOCK, SIGN_IN_LINK } from './page.ts'

const SIGNED = '{% if sender != "" %}\n{{ sender }}\n{% endif %}'
const HOURS = '{{ hours }} {% if hours == 1 %}hour{% else %}hours{% endif %}'

const LIFE = `${LINK_HOURS}{% if odd_minutes != 0 %}{{ minutes }} minutes{% elsif whole_hours == 1 %}1 hour{% else %}{{ whole_hours }} hours{% endif %}`

/** The built-in letters in English. */
export const EN: Readonly<Record<LetterKind, LetterSource>> = {
  'reset-password': {
    subject: 'Your temporary password',
    text: `Hello {{ name }},

A password reset was requested for your account "{{ username }}".
Here is your temporary password:

{{ secret }}

It works for ${HOURS}.{% if sign_in_url != "" %} Sign in with it here:
{{ sign_in_url }}
{% endif %}
When you first sign in with it, you must choose a new password.

If you did not ask for this, there is nothing you need to undo: nothing
has changed, and your old password still works. Please let your
administrators know.
${SIGNED}`,
    html: page(
      'en',
      'Your temporary password',
      `<p>Hello <bdi>{{ name }}</bdi>,</p>
<p>A password reset was requested for your account <b><bdi>{{ username }}</bdi></b>. Here is your temporary password:</p>
${SECRET_BLOCK}
<p>It works for ${HOURS}.{% if sign_in_url != "" %} Sign in with it here:<br>
${SIGN_IN_LINK}{% endif %}</p>
<p>When you first sign in with it, you must choose a new password.</p>
<p>If you did not ask for this, there is nothing you need to undo: nothing has changed, and your old password still works. Please let your administrators know.</p>`,
    ),
  },
  'reset-link': {
    subject: 'Reset your password',
    text: `Hello {{ name }},

Somebody, probably you, asked for a new password for your account
"{{ username }}". Choose one here:

{{ reset_url }}{{ secret }}

The link works once, for ${LIFE}. If a newer letter has reached you,
use the link in that one: this one does not work any more.

If you did not ask for this, you need do nothing: nothing has changed,
and your password still works. Do not give this link to anybody.
${SIGNED}`,
    html: page(
      'en',
      'Reset your password',
      `<p>Hello <bdi>{{ name }}</bdi>,</p>
<p>Somebody, probably you, asked for a new password for your account <b><bdi>{{ username }}</bdi></b>.</p>
${linkBlock('Reset password', 'Or open this link:')}
<p>The link works once, for ${LIFE}. If a newer letter has reached you, use the link in that one: this one does not work any more.</p>
<p>If you did not ask for this, you need do nothing: nothing has changed, and your password still works. Do not give this link to anybody.</p>`,
    ),
  },
  'password-changed': {
    subject: 'Your password was changed',
    text: `Hello {{ name }},

The password of your account "{{ username }}" was changed.

If that was you, all is well and there is nothing more to do.

If it was not you, please tell your administrators at once: they can
lock the account and help you to get it back.
${SIGNED}`,
    html: page(
      'en',
      'Your password was changed',
      `<p>Hello <bdi>{{ name }}</bdi>,</p>
<p>The password of your account <b><bdi>{{ username }}</bdi></b> was changed.</p>
<p>If that was you, all is well and there is nothing more to do.</p>
<p>If it was not you, please tell your administrators at once: they can lock the account and help you to get it back.</p>`,
    ),
  },
  test: {
    subject: 'Test letter from Postern',
    text: `Hello,

This is a test letter from Postern. It has reached you, so sending
letters works. There is nothing you need to do.
${SIGNED}`,
    html: page(
      'en',
      'Test letter from Postern',
      `<p>Hello,</p>
<p>This is a test letter from Postern. It has reached you, so sending letters works. There is nothing you need to do.</p>`,
    ),
  },
}
