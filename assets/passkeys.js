// Passkeys: keys of the device, or of a security key.  form[data-passkey] is "add" or "use"; what the browser is asked
// for stands in data-options, or is fetched from the form's own address.  What the browser answers goes into the form's
// `credential`.  Such a form is hidden without a script; where the browser knows no passkeys it says so.
// [data-passkey-failed] says that nothing came of it.
const knows = window.PublicKeyCredential?.parseRequestOptionsFromJSON && window.PublicKeyCredential?.parseCreationOptionsFromJSON

async function asked(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options)
  const answer = await fetch(form.action, { headers: { Accept: "application/json" }, cache: "no-store" })
  if (!answer.ok) throw new Error(answer.status)
  return (await answer.json()).request_options
}

async function credential(form) {
  const { publicKey } = await asked(form)
  if (form.dataset.passkey === "add") {
    const options = PublicKeyCredential.parseCreationOptionsFromJSON(publicKey)
    return navigator.credentials.create({ publicKey: { ...options, ...whetherAlone(options) } })
  }
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) })
}

// Kept on the device and opened by a finger, a face or a PIN, a passkey signs in alone; the browser decides whether it can.
function whetherAlone({ authenticatorSelection }) {
  return { authenticatorSelection: { ...authenticatorSelection, residentKey: "preferred", userVerification: "preferred" } }
}

async function use(event) {
  const form = event.target
  event.preventDefault()
  const failed = form.querySelector("[data-passkey-failed]")
  failed.hidden = true
  try {
    form.elements.credential.value = JSON.stringify(await credential(form))
    form.submit()
  } catch {
    failed.hidden = false
    failed.focus()
  }
}

export function passkeys() {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = !knows
    const unable = document.querySelector(`[data-passkey-unable="${form.id}"]`)
    if (unable) unable.hidden = Boolean(knows)
    if (knows) form.addEventListener("submit", use)
  }
}
