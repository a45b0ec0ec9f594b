// htmx can run code written in attributes.  We never write any, and what an attacker writes must not run either;
// the content security policy forbids it again.
export function refuseCode(htmx) {
  function refuse() {
    throw new Error("No code is run from attributes")
  }
  htmx.registerExtension("no-eval", {
    init: (api) => {
      api.initSecurity(null, refuse, refuse)
    },
  })
}
