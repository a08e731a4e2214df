// A click on a count of the confusion matrix shows the images that it counts.
const cells = JSON.parse(document.getElementById("cells")?.textContent ?? "{}");
const shown = document.getElementById("cell");

function figure([place, confidence, note]) {
  const tile = document.createElement("div");
  tile.className = "tile";
  tile.style.backgroundPosition = `${-28 * (place % 40)}px ${-28 * Math.floor(place / 40)}px`;
  const caption = document.createElement("figcaption");
  caption.textContent = note ? `${confidence}, ${note}` : confidence;
  const whole = document.createElement("figure");
  whole.append(tile, caption);
  return whole;
}

for (const button of document.querySelectorAll("[data-cell]")) {
  button.addEventListener("click", () => {
    const [truth, read] = button.dataset.cell;
    const images = cells[button.dataset.cell];
    const heading = document.createElement("p");
    const some = images.length < Number(button.textContent) ? `, ${images.length} of them` : "";
    heading.textContent = `True ${truth}, read as ${read}: ${button.textContent}${some}`;
    const tiles = document.createElement("div");
    tiles.append(...images.map(figure));
    shown.replaceChildren(heading, tiles);
  });
}
