// Everything a page runs: the design system's behaviour, htmx for part updates, and our own few lines.
// Pages work without it.
import {
  Button,
  CharacterCount,
  Checkboxes,
  createAll,
  ErrorSummary,
  ExitThisPage,
  FileUpload,
  NotificationBanner,
  PasswordInput,
  ServiceNavigation,
  SkipLink,
} from "govuk-frontend"
import htmx from "htmx.org/dist/htmx.esm.js"

import { autosave } from "./autosave.js"
import { foldFilters } from "./filters.js"
import { keepTime } from "./minute.js"
import { revealByRadios } from "./radios.js"
import { passkeys } from "./passkeys.js"
import { minutesLeft } from "./session.js"
import { offerShortcuts } from "./shortcuts.js"
import { refuseCode } from "./refuse-code.js"

const COMPONENTS = [
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  ExitThisPage,
  FileUpload,
  NotificationBanner,
  PasswordInput,
  ServiceNavigation,
  SkipLink,
]

function start(scope) {
  for (const component of COMPONENTS) createAll(component, undefined, { scope, onError: () => {} })
  foldFilters(scope)
}

document.body.classList.add("js-enabled", "govuk-frontend-supported")
refuseCode(htmx)
start(document)
document.addEventListener("htmx:after:swap", (event) => start(event.target instanceof Element ? event.target : document))
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) window.print()
})
keepTime()
revealByRadios()
offerShortcuts()
autosave()
passkeys()
minutesLeft()
