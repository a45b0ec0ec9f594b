// Compiles assets/ into mash/static/, and takes index addresses out of the lock file.
import { readFileSync, writeFileSync } from "node:fs"
import { gzipSync } from "node:zlib"
import esbuild from "esbuild"
import * as sass from "sass"

const STATIC = "mash/static"
const MOST = 90 * 1024 // bytes over the wire, all of a first load

const styles = sass.compile("assets/mash.scss", { loadPaths: ["node_modules"], quietDeps: true }).css
const { code } = await esbuild.transform(styles, { loader: "css", minify: true, target: ["chrome109", "firefox115", "safari15"] })
writeFileSync(`${STATIC}/mash.css`, code)

await esbuild.build({
  entryPoints: ["assets/mash.js"],
  outfile: `${STATIC}/mash.js`,
  bundle: true,
  format: "esm",
  minify: true,
  legalComments: "none",
  target: ["chrome109", "firefox115", "safari15"],
})

const lock = JSON.parse(readFileSync("package-lock.json", "utf8"))
for (const entry of Object.values(lock.packages)) delete entry.resolved
writeFileSync("package-lock.json", `${JSON.stringify(lock, null, 2)}\n`)

const weights = ["mash.css", "mash.js"].map((name) => [name, gzipSync(readFileSync(`${STATIC}/${name}`), { level: 9 }).length])
for (const [name, bytes] of weights) console.log(`${name}: ${bytes} bytes compressed`)
if (weights.reduce((sum, [, bytes]) => sum + bytes, 0) > MOST) throw new Error(`A first load is over ${MOST} bytes`)
