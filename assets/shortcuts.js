// Alt+Shift and a letter go to whatever carries data-shortcut="letter", or where the page has nothing of that letter,
// to the page that does.  Off until switched on, on the help page, for this browser; the setting holds nothing about
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

function go(event) {
  if (!event.altKey || !event.shiftKey || event.ctrlKey || event.metaKey || !isOn()) return
  const letter = event.code.replace("Key", "").toLowerCase()
  const target = document.querySelector(`[data-shortcut="${CSS.escape(letter)}"]`)
  const elsewhere = document.querySelector(`meta[name="mash-shortcut-${CSS.escape(letter)}"]`)
  if (!target && !elsewhere) return
  event.preventDefault()
  if (!target) location.assign(elsewhere.content)
  else if (target.matches("input, textarea, select")) target.focus()
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
