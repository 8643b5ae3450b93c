import { HINT_WORDS } from './hint/words.ts'
import type { Words } from './words.ts'

export const ZH_TW: Words = {
  locale: 'zh-TW',
  languages: '語言',
  problem: '有一個問題',
  failed: '錯誤',
  again: '重新開啟頁面',
  home: '前往首頁',
  signIn: {
    title: '登入',
    name: '使用者名稱或電子郵件地址',
    password: '密碼',
    button: '登入',
    forgot: '忘記密碼？',
    refused: (links) =>
      `名稱或密碼不正確。多次輸入錯誤後，即使是正確的密碼也須等候一段時間。${
        links ? '您隨時可以透過連結設定新密碼：請按「忘記密碼？」。' : ''
      }`,
    noName: '請輸入使用者名稱或電子郵件地址',
    noPassword: '請輸入密碼',
    needed: '請先登入。閒置半小時後系統會自動將您登出。',
  },
  forgot: {
    title: '忘記密碼',
    lead: '請輸入帳號所登記的電子郵件地址，我們會寄給您一個設定新密碼的連結。',
    address: '電子郵件地址',
    button: '重設密碼',
    sent: '如果有帳號使用這個地址，信件已在寄送途中',
    whatNext: (minutes) =>
      `信件需要一兩分鐘才會送達；也請查看垃圾郵件匣。信中的連結只能使用一次，有效時間為${span(minutes)}。在您設定新密碼之前，舊密碼不會改變。`,
    notAnAddress: '請輸入電子郵件地址，例如 name@example.org',
    toSignIn: '返回登入頁面',
  },
  newPassword: {
    ...HINT_WORDS['zh-TW'],
    resetTitle: '設定新密碼',
    changeTitle: '變更密碼',
    firstTitle: '設定新密碼',
    resetLead: (username) => `帳號：${username}`,
    firstLead: '您以臨時密碼登入，它只能開啟這個頁面。請設定您自己的密碼。',
    present: '目前的密碼',
    password: '新密碼',
    again: '再次輸入新密碼',
    button: '變更密碼',
    rules: (least) => `至少 ${least} 個字元，種類不限，空格也算。幾個互不相關的詞語就是好密碼。`,
    afterwards: '之後您會在所有地方登出，再以新密碼登入。',
    noPresent: '請輸入目前的密碼',
    wrongPresent: '目前的密碼不正確。多次輸入錯誤後，即使是正確的密碼也須等候一段時間。',
    noPassword: '請輸入新密碼',
    differ: '兩次輸入的新密碼不相同',
  },
  dead: {
    title: '這個連結無法使用',
    why: '連結可能不完整、已使用過、已過期，或已被新的連結取代。沒有任何變更。',
    newLink: '索取新的連結',
    askOperator: '請向管理帳號的人員索取新的連結。',
  },
  account: {
    title: '您的帳號',
    username: '使用者名稱',
    address: '電子郵件地址',
    name: '姓名',
    change: '變更密碼',
    out: '登出',
    outEverywhere: '在所有地方登出',
    outEverywhereHint: '結束您在這個瀏覽器與其他所有瀏覽器的登入。',
    onlyNewPassword: '您以臨時密碼登入，它只能開啟設定新密碼的頁面。',
  },
  notices: {
    'password-changed': '您的密碼已變更。請以新密碼登入。',
    'fair-password': '您的密碼已變更。請以新密碼登入。新密碼的強度為普通：再加一個詞語就是強密碼。',
    'signed-out': '您已登出。',
    'signed-out-everywhere': '您已在這裡與其他所有瀏覽器登出。',
  },
  errors: {
    400: { title: '無法讀取這份表單', text: '其中有些內容不是文字。請返回，重新輸入後再送出。' },
    403: {
      title: '這份表單已失效',
      text: '它不是由本站的頁面送出，或頁面已過時，或您的瀏覽器不保留 Cookie。沒有任何變更。請重新開啟頁面後再送出。',
    },
    404: { title: '沒有這個頁面', text: '網址可能有誤，或頁面已被移除。' },
    405: { title: '這個頁面不接受這種要求', text: '請以網址開啟頁面，或按頁面上的按鈕。' },
    415: { title: '無法讀取這份表單', text: '只接受一般的表單。' },
    429: { title: '嘗試次數過多', text: '您的網路在一分鐘內嘗試了許多次。請等候一分鐘後再試。' },
    500: { title: '發生錯誤', text: '這不是您的錯，管理人員會看到記錄。請幾分鐘後再試。' },
    503: { title: '目前非常忙碌', text: '此刻有許多人正在登入。請幾秒鐘後再試。' },
  },
}

function span(minutes: number): string {
  return minutes % 60 === 0 ? ` ${minutes / 60} 小時` : ` ${minutes} 分鐘`
}
