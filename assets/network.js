// Draws the list of a network as a picture that one can move through.  What it shows, and where, stands in the list.
import cytoscape from "cytoscape"

const place = document.querySelector("div[data-network]")
if (place) draw(place)

function draw(place) {
  // The library would write a style element, which the page's policy refuses; ours is in the style sheet.
  const there = document.createElement("span")
  there.id = "__________cytoscape_stylesheet"
  there.hidden = true
  document.head.append(there)
  for (const one of document.querySelectorAll("[data-network]")) one.hidden = false

  const nodes = [...document.querySelectorAll("[data-node]")].map(({ dataset }) => ({
    data: { id: dataset.node, name: dataset.name, kind: dataset.kind },
    position: { x: Number(dataset.x), y: Number(dataset.y) },
    classes: dataset.node === "1" ? "start" : "",
  }))
  const drawn = new Set()
  const edges = []
  for (const { dataset } of document.querySelectorAll("[data-edge]")) {
    const id = `${dataset.from}-${dataset.to}-${dataset.why}`
    if (drawn.has(id)) continue
    drawn.add(id)
    edges.push({ data: { id, source: dataset.from, target: dataset.to, why: dataset.why } })
  }

  const picture = cytoscape({
    container: place,
    elements: { nodes, edges },
    layout: { name: "preset", fit: true, padding: 30 },
    style: looks(getComputedStyle(document.body)),
    autoungrabify: true,
    boxSelectionEnabled: false,
    minZoom: 0.1,
    maxZoom: 3,
  })
  picture.on("tap", "node", ({ target }) => {
    const thing = document.getElementById(`thing-${target.id()}`)
    thing.scrollIntoView({ block: "center" })
    thing.focus()
  })
}

function looks({ color, backgroundColor, fontFamily }) {
  const shapes = { place: "square", event: "diamond", group: "hexagon" }
  const lines = { relation: "solid", home: "dashed", plan: "dashed", group: "dashed", alongside: "dotted" }
  return [
    {
      selector: "node",
      style: {
        label: "data(name)", "font-family": fontFamily, "font-size": 13, "text-wrap": "wrap", "text-max-width": 120,
        "text-valign": "bottom", "text-margin-y": 4, color, "text-background-color": backgroundColor,
        "text-background-opacity": 0.8, width: 26, height: 26, "background-color": backgroundColor,
        "border-width": 2, "border-color": color, shape: "ellipse",
      },
    },
    { selector: ".start", style: { "border-width": 6, "font-weight": "bold" } },
    { selector: "edge", style: { width: 1.5, "line-color": color, "line-opacity": 0.6, "curve-style": "bezier" } },
    ...Object.entries(shapes).map(([kind, shape]) => ({ selector: `node[kind = "${kind}"]`, style: { shape } })),
    ...Object.entries(lines).map(([why, look]) => ({ selector: `edge[why = "${why}"]`, style: { "line-style": look, width: 2.5 } })),
  ]
}
