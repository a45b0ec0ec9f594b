// Shows what belongs to a chosen radio button and hides the rest.  The design system's own script also says
// "expanded" on the button, which a radio button may not say.
function sync(radio) {
  const part = document.getElementById(radio.dataset.ariaControls)
  part?.classList.toggle("govuk-radios__conditional--hidden", !radio.checked)
}

// A part with data-shown-for="sought=given sought=refused" belongs to any of these buttons of its form.
function syncPart(part) {
  const chosen = (one) => {
    const [name, value] = one.split("=")
    return [...part.closest("form").elements].some((box) => box.name === name && box.value === value && box.checked)
  }
  part.hidden = !part.dataset.shownFor.split(" ").some(chosen)
}

function syncAll() {
  for (const radio of document.querySelectorAll('input[type="radio"][data-aria-controls]')) sync(radio)
  for (const part of document.querySelectorAll("[data-shown-for]")) syncPart(part)
}

export function revealByRadios() {
  syncAll()
  window.addEventListener("pageshow", syncAll)
  document.addEventListener("change", (event) => {
    if (event.target.type === "radio") syncAll()
  })
  document.addEventListener("htmx:after:swap", syncAll)
}
