// Keeps what is typed, on the server and nowhere in the browser.
//
// <form data-autosave="URL"> is posted there as the form data it would send (no files, no passwords), with the header
// "X-Autosave: 1": soon after typing begins and again while it goes on, when a changed field is left, and when the page
// is hidden or left.  Two more things go along: `autosave_changed`, once for each field that was changed on this page,
// and `autosave_field`, the one that was typed in last.  The answer is JSON:
//   words   "Saved 10:42am", shown in the form's [data-autosave-status]
//   others  sentences about who writes here too; shown below it
//   merged  {field: [values]}: what was saved from another window, for fields that were not touched in this one
// A form with data-autosave-whole shows what was sent and not accepted: all of it is kept at once, and `autosave_whole`
// says that what was saved before gives way to it.
// 403 may mean that somebody signed in again elsewhere: data-autosave-renew on <body> names where a new token is had.
const SOON = 1000 // milliseconds from the first key that is not saved: with the way to the server, two seconds are safe
const AGAIN = [2_000, 5_000, 10_000, 20_000, 30_000] // milliseconds between attempts that fail
const PATIENCE = 15_000 // milliseconds until an attempt counts as failed
const LARGEST = 200_000 // bytes of one form
const LARGEST_WHILE_LEAVING = 60_000 // bytes: browsers refuse more from a page that is going away
const NEVER = 'input[type="password"], input[type="file"], [autocomplete="one-time-code"], [data-autosave-never]'
const OFFLINE = "Not saved: there is no connection. Keep this page open; we keep trying."
const SIGNED_OUT = "Not saved: you are signed out. Keep this page open, sign in again in another window, and we save it."
const TOO_LONG = "Not saved: there is too much on this page. Send or shorten some of it."
const REFUSED = "Not saved: the service did not accept it. Keep this page open; we keep trying."

const forms = new WeakMap()

function stateOf(form) {
  if (!forms.has(form)) {
    forms.set(form, { changed: new Set(), field: "", dirty: false, since: 0, timer: 0, busy: null, failures: 0, said: "", ended: false })
  }
  return forms.get(form)
}

function formOf(element) {
  const form = element?.form ?? element?.closest?.("form")
  return form?.dataset.autosave && element.name && !element.matches(NEVER) ? form : null
}

// What is sent

function typedIn(form, state) {
  const data = new FormData(form)
  for (const element of form.querySelectorAll(NEVER)) data.delete(element.name)
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name)
  for (const name of state.changed) data.append("autosave_changed", name)
  if ("autosaveWhole" in form.dataset) data.append("autosave_whole", "yes")
  data.append("autosave_field", state.field)
  return data
}

function sizeOf(data) {
  let size = 0
  for (const [name, value] of data) size += 2 * name.length + 3 * value.length + 120
  return size
}

async function renew() {
  const url = document.body.dataset.autosaveRenew
  if (!url) return false
  const answer = await fetch(url, { headers: { "X-Autosave": "1" }, redirect: "manual", cache: "no-store" })
  if (!answer.ok) return false
  const { token } = await answer.json()
  for (const box of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) box.value = token
  return Boolean(token)
}

async function post(form, state, { leaving = false, second = false } = {}) {
  const data = typedIn(form, state)
  const size = sizeOf(data)
  if (size > LARGEST) return { problem: TOO_LONG }
  const answer = await fetch(form.dataset.autosave, {
    method: "POST",
    body: data,
    headers: { "X-Autosave": "1" },
    keepalive: leaving && size < LARGEST_WHILE_LEAVING,
    redirect: "manual",
    signal: leaving ? undefined : AbortSignal.timeout?.(PATIENCE),
  })
  if (answer.type === "opaqueredirect" || answer.status === 401) return { problem: SIGNED_OUT }
  if (answer.status === 403 && !second && !leaving && (await renew())) return post(form, state, { second: true })
  if (answer.status === 403) return { problem: SIGNED_OUT }
  if (answer.status === 413) return { problem: TOO_LONG }
  if (!answer.ok) return { problem: REFUSED }
  return answer.json()
}

// When it is sent: one request of a form at a time

function plan(form, wait) {
  const state = stateOf(form)
  wait ??= Math.max(0, SOON - (performance.now() - state.since))
  if (!state.timer && !state.ended) state.timer = setTimeout(() => save(form), wait)
}

async function save(form) {
  const state = stateOf(form)
  clearTimeout(state.timer)
  state.timer = 0
  if (state.ended || !state.dirty || state.busy || !form.isConnected) return
  state.dirty = false
  state.busy = attempt(form, state)
  const went = await state.busy
  state.busy = null
  if (!went) state.dirty = true
  if (state.dirty) plan(form, went ? undefined : AGAIN[Math.min(state.failures - 1, AGAIN.length - 1)])
}

async function attempt(form, state) {
  let answer
  try {
    answer = await post(form, state)
  } catch {
    answer = { problem: OFFLINE }
  }
  if (state.ended) return true
  if (answer.problem) {
    state.failures += 1
    show(form, answer.problem, "problem")
    return false
  }
  state.failures = 0
  show(form, answer.words ?? "", "saved")
  showOthers(form, answer.others ?? [])
  takeOver(form, state, answer.merged ?? {})
  return true
}

// The last chance: the page is hidden or left, or the form is sent and may not arrive.
function saveLeaving(form) {
  const state = stateOf(form)
  if (state.ended || !(state.dirty || state.busy)) return
  clearTimeout(state.timer)
  state.timer = 0
  state.dirty = false
  post(form, state, { leaving: true })
    .then((answer) => {
      if (!answer.problem) return show(form, answer.words ?? "", "saved")
      state.dirty = true
      plan(form)
    })
    .catch(() => {
      state.dirty = true
      plan(form)
    })
}

function saveAllLeaving() {
  for (const form of document.querySelectorAll("form[data-autosave]")) saveLeaving(form)
}

function touched(event) {
  const form = formOf(event.target)
  if (!form) return
  const state = stateOf(form)
  state.changed.add(event.target.name)
  state.field = event.target.name
  if (!state.dirty) state.since = performance.now()
  state.dirty = true
  state.ended = false
  plan(form)
}

// What is said.  The words change quietly; screen readers hear only when it begins to be saved or ceases to be.

function placeFor(form, name, make) {
  const found = form.querySelector(`[${name}]`)
  if (found || !make) return found
  const made = document.createElement("div")
  made.setAttribute(name, "")
  form.querySelector("[data-autosave-status]")?.after(made)
  return made
}

function show(form, words, kind) {
  const place = placeFor(form, "data-autosave-status")
  if (!place) return
  const state = stateOf(form)
  if (!place.querySelector("[data-said]")) {
    place.textContent = ""
    for (const name of ["data-shown", "data-said"]) {
      const part = document.createElement("span")
      part.setAttribute(name, "")
      place.append(part)
    }
    place.removeAttribute("role")
    place.removeAttribute("aria-live")
    place.lastChild.className = "govuk-visually-hidden"
    place.lastChild.setAttribute("role", "status")
  }
  place.querySelector("[data-shown]").textContent = words
  place.classList.toggle("mash-autosave--problem", kind === "problem")
  const news = kind === "problem" ? words : "Saved"
  if (state.said === news) return
  state.said = news
  place.querySelector("[data-said]").textContent = news
  // Said once, and then gone, so that whoever reads line by line does not meet it twice.
  setTimeout(() => {
    if (place.querySelector("[data-said]")) place.querySelector("[data-said]").textContent = ""
  }, 5_000)
}

function showOthers(form, others) {
  const place = placeFor(form, "data-autosave-others", others.length > 0)
  if (!place || place.dataset.last === others.join("\n")) return
  place.dataset.last = others.join("\n")
  place.setAttribute("role", "status")
  place.replaceChildren(
    ...others.map((words) => {
      const line = document.createElement("p")
      line.className = "govuk-body govuk-!-font-weight-bold"
      line.textContent = words
      return line
    }),
  )
}

function takeOver(form, state, merged) {
  for (const [name, values] of Object.entries(merged)) {
    if (state.changed.has(name)) continue
    for (const element of form.elements) {
      if (element.name !== name || element === document.activeElement || element.matches(NEVER)) continue
      if (element.type === "radio" || element.type === "checkbox") element.checked = values.includes(element.value)
      else if (values.length) element.value = values[0]
    }
  }
}

// Coming back: to the field that was typed in last, unless the page has something to say first.
function goBack() {
  const form = document.querySelector("form[data-autosave-field]")
  if (!form || location.hash || document.querySelector(".govuk-error-summary, [autofocus]")) return
  const name = form.dataset.autosaveField
  const field = [...form.elements].find((element) => element.name === name && element.type !== "hidden")
  if (!field) return
  for (let part = field.closest("details"); part; part = part.parentElement?.closest("details")) part.open = true
  field.focus({ preventScroll: true })
  field.scrollIntoView?.({ block: "center" })
  if (field.setSelectionRange && field.tagName === "TEXTAREA") field.setSelectionRange(field.value.length, field.value.length)
}

export function autosave() {
  document.addEventListener("input", touched)
  document.addEventListener("change", touched)
  document.addEventListener("focusout", (event) => {
    const form = formOf(event.target)
    if (form && stateOf(form).dirty) save(form)
  })
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") saveAllLeaving()
  })
  window.addEventListener("pagehide", saveAllLeaving)
  window.addEventListener("online", () => {
    for (const form of document.querySelectorAll("form[data-autosave]")) save(form)
  })
  document.addEventListener("submit", (event) => {
    const form = event.target.closest?.("form[data-autosave]")
    if (event.defaultPrevented) return
    if (!form) return saveAllLeaving()
    saveLeaving(form)
    const state = stateOf(form)
    clearTimeout(state.timer)
    state.timer = 0
    state.ended = true // until somebody types again: what is being sent must not come back as a draft
  })
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return
    for (const form of document.querySelectorAll("form[data-autosave]")) stateOf(form).ended = false
  })
  for (const form of document.querySelectorAll("form[data-autosave-whole]")) {
    stateOf(form).dirty = true
    save(form)
  }
  goBack()
}
