// Warns before the session ends, and makes it last longer in place.  <body data-session="URL"> names where it is asked
// how long the session lasts (GET, which does not prolong it) and prolonged (POST); both answer
// {"idle": seconds, "session": seconds, "token": a new token for forms}.  Works in [data-timeout], which is hidden until then.
const WARNED = 5 * 60 // seconds before the end
const NEVER_RARER = 60 // seconds between two looks at how long it lasts, once it is near

let place, url, timer, returnTo

async function ask(method = "GET") {
  const headers = { "X-Autosave": "1" }
  if (method === "POST") headers["X-CSRFToken"] = document.querySelector('input[name="csrfmiddlewaretoken"]')?.value ?? ""
  const answer = await fetch(url, { method, headers, redirect: "manual", cache: "no-store" })
  if (answer.type === "opaqueredirect") return null // signed out
  if (!answer.ok) throw new Error(answer.status)
  return answer.json()
}

function plan(seconds) {
  clearTimeout(timer)
  timer = setTimeout(look, Math.max(1, seconds) * 1000)
}

async function look() {
  let left
  try {
    left = await ask()
  } catch {
    return plan(NEVER_RARER)
  }
  if (left === null || Math.min(left.idle, left.session) <= 0) return sayEnded()
  const soonest = Math.min(left.idle, left.session)
  if (soonest > WARNED) {
    hide()
    return plan(soonest - WARNED)
  }
  warn(left)
  plan(Math.min(NEVER_RARER, soonest + 1))
}

function minutes(seconds) {
  const whole = Math.max(1, Math.round(seconds / 60))
  return whole === 1 ? "1 minute" : `${whole} minutes`
}

function warn({ idle, session }) {
  const last = session <= idle
  const words = last
    ? `You will be signed out in ${minutes(session)}, because nobody stays signed in for more than ten hours. Save what you are doing.`
    : `You will be signed out in ${minutes(idle)}, unless you go on. What you typed is saved.`
  show(words, { extend: !last, signIn: false })
}

function sayEnded() {
  show("You have been signed out. Sign in again and you come back to this page and to what you typed.", { extend: false, signIn: true })
}

function show(words, { extend, signIn }) {
  const said = place.querySelector("[data-timeout-words]")
  if (said.textContent !== words) said.textContent = words
  place.querySelector("[data-timeout-extend]").hidden = !extend
  const way = place.querySelector("[data-timeout-sign-in]")
  way.hidden = !signIn
  way.search = `?next=${encodeURIComponent(location.pathname)}`
  place.hidden = false
}

function hide() {
  if (place.hidden) return
  if (place.contains(document.activeElement)) returnTo?.focus?.()
  place.hidden = true
}

async function extend() {
  try {
    const left = await ask("POST")
    if (left === null) return sayEnded()
    if (left.session > WARNED) hide()
    await look()
  } catch {
    place.querySelector("[data-timeout-words]").textContent = "That did not reach us. Try again."
  }
}

export function minutesLeft() {
  url = document.body.dataset.session
  place = document.querySelector("[data-timeout]")
  if (!url || !place) return
  place.querySelector("[data-timeout-extend]").addEventListener("click", extend)
  document.addEventListener("focusin", (event) => {
    if (!place.contains(event.target)) returnTo = event.target
  })
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") look()
  })
  plan(Number(document.body.dataset.sessionLeft) - WARNED)
}
