// Alt+Shift and a letter go to whatever carries data-shortcut="letter".  Off until switched on, on the help page, for
// this browser; the setting holds nothing about anybody.
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
  if (!target) return
  event.preventDefault()
  if (target.matches("input, textarea, select")) target.focus()
  else target.click()
}

function say(button) {
  button.hidden = false
  button.textContent = isOn() ? "Turn shortcuts off" : "Turn shortcuts on"
  button.setAttribute("aria-pressed", String(isOn()))
}

export function offerShortcuts() {
  document.addEventListener("keydown", go)
  const button = document.querySelector("[data-shortcuts]")
  if (!button) return
  say(button)
  button.addEventListener("click", () => {
    setOn(!isOn())
    say(button)
  })
}
