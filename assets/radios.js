// Shows what belongs to a chosen radio button and hides the rest.  The design system's own script also says
// "expanded" on the button, which a radio button may not say.
function sync(radio) {
  const part = document.getElementById(radio.dataset.ariaControls)
  part?.classList.toggle("govuk-radios__conditional--hidden", !radio.checked)
}

function syncAll() {
  for (const radio of document.querySelectorAll('input[type="radio"][data-aria-controls]')) sync(radio)
}

export function revealByRadios() {
  syncAll()
  window.addEventListener("pageshow", syncAll)
  document.addEventListener("change", (event) => {
    if (event.target.type === "radio") syncAll()
  })
  document.addEventListener("htmx:after:swap", syncAll)
}
