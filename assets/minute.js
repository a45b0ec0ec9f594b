// Says "minute" on the body once a minute while somebody looks at the tab, so that clocks can ask for themselves anew.
export function keepTime() {
  setInterval(() => {
    if (document.visibilityState === "visible") document.body.dispatchEvent(new CustomEvent("minute"))
  }, 60_000)
}
