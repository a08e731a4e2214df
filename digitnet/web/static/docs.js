// The API's description, for people.

const main = /** @type {HTMLElement} */ (document.getElementById("operations"));
const description = await (await fetch("openapi.json")).json();

/**
 * @param {HTMLElement} parent
 * @param {string} tag
 * @param {string} text
 */
function add(parent, tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  parent.append(element);
  return element;
}

for (const [path, methods] of Object.entries(description.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    const section = add(main, "section", "");
    add(section, "h2", `${method.toUpperCase()} ${path}`);
    add(section, "p", operation.summary);
    const body = operation.requestBody?.description;
    if (body) add(section, "p", `Body: ${body}.`);
    const parameters = operation.parameters ?? [];
    if (parameters.length) {
      const list = add(section, "ul", "");
      for (const { name, description: what, schema } of parameters) {
        const usual = schema.default === undefined ? "" : ` (default: ${schema.default})`;
        add(list, "li", what ? `${name}: ${what}${usual}` : name);
      }
    }
    const answers = add(section, "ul", "");
    for (const [status, { description: what }] of Object.entries(operation.responses)) {
      add(answers, "li", `${status}: ${what}`);
    }
  }
}
const section = add(main, "section", "");
add(section, "h2", "From a shell");
add(section, "pre", `curl --data-binary @photo.jpg ${location.origin}/api/read`);

export {};
