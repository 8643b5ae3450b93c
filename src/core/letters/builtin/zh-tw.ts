import type { LetterKind } from '../../domain/letter.ts'
import { type LetterSource, LINK_HOURS, linkBlock, page, SECRET_BLOCK, SIGN_IN_LINK } from './page.ts'

const SIGNED = '{% if sender != "" %}\n{{ sender }}\n{% endif %}'

const LIFE = `${LINK_HOURS}{% if odd_minutes != 0 %}{{ minutes }} 分鐘{% else %}{{ whole_hours }} 小時{% endif %}`

/** The built-in letters in Traditional Chinese as written in Taiwan. */
export const ZH_TW: Readonly<Record<LetterKind, LetterSource>> = {
  'reset-password': {
    subject: '您的臨時密碼',
    text: `{{ name }} 您好：

我們收到重設您帳號「{{ username }}」密碼的要求。以下是您的臨時密碼：

{{ secret }}

這組密碼的有效期限為 {{ hours }} 小時。{% if sign_in_url != "" %}請到這裡登入：
{{ sign_in_url }}
{% endif %}
以臨時密碼首次登入時，您必須設定新密碼。

如果您沒有提出這項要求，請放心：您的帳號沒有任何變更，原本的密碼仍可照常使用。也請您通知系統管理員。
${SIGNED}`,
    html: page(
      'zh-TW',
      '您的臨時密碼',
      `<p><bdi>{{ name }}</bdi> 您好：</p>
<p>我們收到重設您帳號「<b><bdi>{{ username }}</bdi></b>」密碼的要求。以下是您的臨時密碼：</p>
${SECRET_BLOCK}
<p>這組密碼的有效期限為 {{ hours }} 小時。{% if sign_in_url != "" %}請到這裡登入：<br>
${SIGN_IN_LINK}{% endif %}</p>
<p>以臨時密碼首次登入時，您必須設定新密碼。</p>
<p>如果您沒有提出這項要求，請放心：您的帳號沒有任何變更，原本的密碼仍可照常使用。也請您通知系統管理員。</p>`,
    ),
  },
  'reset-link': {
    subject: '重設您的密碼',
    text: `{{ name }} 您好：

我們收到您帳號「{{ username }}」設定新密碼的要求。請開啟下列連結，設定新密碼：

{{ reset_url }}{{ secret }}

這個連結只能使用一次，有效期限為 ${LIFE}。如果您之後又收到新的信，請改用新信裡的連結，這個連結就不能再用了。

如果您沒有提出這項要求，不需要做任何事：您的帳號沒有任何變更，原本的密碼仍可照常使用。請勿將這個連結提供給任何人。
${SIGNED}`,
    html: page(
      'zh-TW',
      '重設您的密碼',
      `<p><bdi>{{ name }}</bdi> 您好：</p>
<p>我們收到您帳號「<b><bdi>{{ username }}</bdi></b>」設定新密碼的要求。</p>
${linkBlock('重設密碼', '或開啟這個連結：')}
<p>這個連結只能使用一次，有效期限為 ${LIFE}。如果您之後又收到新的信，請改用新信裡的連結，這個連結就不能再用了。</p>
<p>如果您沒有提出這項要求，不需要做任何事：您的帳號沒有任何變更，原本的密碼仍可照常使用。請勿將這個連結提供給任何人。</p>`,
    ),
  },
  'password-changed': {
    subject: '您的密碼已變更',
    text: `{{ name }} 您好：

您的帳號「{{ username }}」的密碼已變更。

如果是您本人變更的，這封信僅供通知，不需要再做任何事。

如果不是您本人變更的，請立即聯絡系統管理員，他們可以先鎖定帳號，再協助您取回。
${SIGNED}`,
    html: page(
      'zh-TW',
      '您的密碼已變更',
      `<p><bdi>{{ name }}</bdi> 您好：</p>
<p>您的帳號「<b><bdi>{{ username }}</bdi></b>」的密碼已變更。</p>
<p>如果是您本人變更的，這封信僅供通知，不需要再做任何事。</p>
<p>如果不是您本人變更的，請立即聯絡系統管理員，他們可以先鎖定帳號，再協助您取回。</p>`,
    ),
  },
  test: {
    subject: 'Postern 測試信',
    text: `您好：

這是 Postern 寄出的測試信。您收到了這封信，表示寄信功能運作正常，不需要再做任何事。
${SIGNED}`,
    html: page(
      'zh-TW',
      'Postern 測試信',
      `<p>您好：</p>
<p>這是 Postern 寄出的測試信。您收到了這封信，表示寄信功能運作正常，不需要再做任何事。</p>`,
    ),
  },
}
