// Filters beside a list stand above it on a narrow screen, so there they are folded away until somebody asks for them.
// Without this script they are all shown, and work the same.
const NARROW = "(max-width: 48.0525em)"

export function foldFilters(scope) {
  for (const panel of scope.querySelectorAll(".moj-filter")) {
    const options = panel.querySelector(".moj-filter__options")
    if (!options || panel.querySelector(".mash-filter__fold")) continue
    const button = document.createElement("button")
    button.type = "button"
    button.className = "govuk-button govuk-button--secondary mash-filter__fold"
    options.id ||= `filters-${Math.random().toString(36).slice(2)}`
    button.setAttribute("aria-controls", options.id)
    options.before(button)
    const narrow = window.matchMedia(NARROW)
    const show = (open) => {
      options.hidden = narrow.matches && !open
      button.hidden = !narrow.matches
      button.setAttribute("aria-expanded", String(!options.hidden))
      button.textContent = options.hidden ? "Show filters" : "Hide filters"
    }
    button.addEventListener("click", () => show(options.hidden))
    narrow.addEventListener("change", () => show(false))
    show(Boolean(options.querySelector(".govuk-error-message")))
  }
}
