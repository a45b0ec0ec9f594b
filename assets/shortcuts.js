// Alt+Shift and a letter go to whatever carries data-shortcut="letter", or where the page has nothing of that letter,
// to the page that does.  Q goes to the next data-question, past what is left of the one before.  Off until switched on, on the help page, for this browser; the setting holds nothing about
// anybody.
const KEY = "mash-shortcuts"

function isOn() {
  try {
    return localStorage.getItem(KEY) === "on"
  } catch {
    return false
  }
}

function setOn(on) {
  try {
    if (on) localStorage.setItem(KEY, "on")
    else localStorage.removeItem(KEY)
  } catch {
    // A browser that stores nothing keeps them off.
  }
}

// The first thing to fill in or to press of the next question: at first past all that stands above the form.
function nextQuestion() {
  const here = document.activeElement
  const follows = (one) => here.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING
  const next = [...document.querySelectorAll("[data-question]")].find((one) => follows(one) && one.checkVisibility())
  const parts = next?.querySelectorAll("summary, input:not([type=hidden]), select, textarea, button") ?? []
  return [...parts].find((part) => part.tabIndex >= 0 && part.checkVisibility())
}

function go(event) {
  if (!event.altKey || !event.shiftKey || event.ctrlKey || event.metaKey || !isOn()) return
  const letter = event.code.replace("Key", "").toLowerCase()
  const target = letter === "q" ? nextQuestion() : document.querySelector(`[data-shortcut="${CSS.escape(letter)}"]`)
  const elsewhere = document.querySelector(`meta[name="mash-shortcut-${CSS.escape(letter)}"]`)
  if (!target && !elsewhere) return
  event.preventDefault()
  if (!target) location.assign(elsewhere.content)
  else if (letter === "q" || target.matches("input, textarea, select")) target.focus()
  else target.click()
}

function say(button) {
  button.hidden = false
  button.textContent = isOn() ? "Turn shortcuts off" : "Turn shortcuts on"
  button.setAttribute("aria-pressed", String(isOn()))
}

// A shortcut that led to this page leaves the focus where it meant to go.
function arrive() {
  const target = isOn() && location.hash && document.getElementById(location.hash.slice(1))
  if (target && target.matches("[data-shortcut]")) target.focus()
}

export function offerShortcuts() {
  document.addEventListener("keydown", go)
  arrive()
  const button = document.querySelector("[data-shortcuts]")
  if (!button) return
  say(button)
  button.addEventListener("click", () => {
    setOn(!isOn())
    say(button)
  })
}
