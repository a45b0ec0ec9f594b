// Compiles assets/ into mash/static/, and takes index addresses out of the lock file.
import { readFileSync, writeFileSync } from "node:fs"
import { gzipSync } from "node:zlib"
import esbuild from "esbuild"
import * as sass from "sass"

const NOTICE = `/*! Holds GOV.UK Frontend 6.3.0, Copyright (c) 2017 Crown Copyright (Government Digital Service), MIT licence:
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions: The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software. THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
Some class names and patterns follow MOJ Frontend, Copyright (c) 2022 Ministry of Justice (Crown Copyright), under the same licence.`
const HTMX = " Holds htmx 4.0.1, Zero-Clause BSD licence."
const STATIC = "mash/static"
const MOST = 90 * 1024 // bytes over the wire, all of a first load

const styles = sass.compile("assets/mash.scss", { loadPaths: ["node_modules"], quietDeps: true }).css
const { code } = await esbuild.transform(styles, { loader: "css", minify: true, target: ["chrome109", "firefox115", "safari15"] })
writeFileSync(`${STATIC}/mash.css`, `${NOTICE} */\n${code}`)

await esbuild.build({
  entryPoints: ["assets/mash.js"],
  outfile: `${STATIC}/mash.js`,
  bundle: true,
  format: "esm",
  minify: true,
  legalComments: "none",
  banner: { js: `${NOTICE}${HTMX} */` },
  target: ["chrome109", "firefox115", "safari15"],
})

const CYTOSCAPE = `/*! Holds Cytoscape.js ${JSON.parse(readFileSync("node_modules/cytoscape/package.json", "utf8")).version}, Copyright (c) 2016-2026 The Cytoscape Consortium, MIT licence:
${readFileSync("node_modules/cytoscape/LICENSE", "utf8").split("\n").slice(2).join(" ").replace(/\s+/g, " ").trim()} */`
await esbuild.build({
  entryPoints: ["assets/network.js"], // loaded on the page of a network alone
  outfile: `${STATIC}/network.js`,
  bundle: true,
  format: "esm",
  minify: true,
  legalComments: "none",
  banner: { js: CYTOSCAPE },
  target: ["chrome109", "firefox115", "safari15"],
})

const lock = JSON.parse(readFileSync("package-lock.json", "utf8"))
for (const entry of Object.values(lock.packages)) delete entry.resolved
writeFileSync("package-lock.json", `${JSON.stringify(lock, null, 2)}\n`)

const weights = ["mash.css", "mash.js"].map((name) => [name, gzipSync(readFileSync(`${STATIC}/${name}`), { level: 9 }).length])
for (const [name, bytes] of weights) console.log(`${name}: ${bytes} bytes compressed`)
console.log(`network.js: ${gzipSync(readFileSync(`${STATIC}/network.js`), { level: 9 }).length} bytes compressed, on its own page alone`)
if (weights.reduce((sum, [, bytes]) => sum + bytes, 0) > MOST) throw new Error(`A first load is over ${MOST} bytes`)
