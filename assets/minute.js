// Says "moment" on the body every ten seconds and "minute" once a minute while somebody looks at the tab, so that parts
// of a page can ask for themselves anew.
export function keepTime() {
  const say = (word) => {
    if (document.visibilityState === "visible") document.body.dispatchEvent(new CustomEvent(word))
  }
  setInterval(() => say("moment"), 10_000)
  setInterval(() => say("minute"), 60_000)
}
