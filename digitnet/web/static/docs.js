// The API's description, for people.

const main = /** @type {HTMLElement} */ (document.getElementById("operations"));
const description = await (await fetch("openapi.json")).json();

/**
 * @param {HTMLElement} parent
 * @param {string} tag
 * @param {string} [text]
 */
function add(parent, tag, text = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  parent.append(element);
  return element;
}

/**
 * Names with what they mean, under a heading.
 *
 * @param {HTMLElement} section
 * @param {string} heading
 * @param {[string, string][]} rows
 */
function addList(section, heading, rows) {
  if (!rows.length) return;
  if (heading) add(section, "h3", heading);
  const list = add(section, "dl");
  for (const [name, meaning] of rows) {
    add(add(list, "dt"), "code", name);
    add(list, "dd", meaning);
  }
}

/** @param {string} reference */
const named = (reference) => reference.slice(reference.lastIndexOf("/") + 1);

/**
 * A schema's type, in a few words.
 *
 * @param {Record<string, any>} schema
 * @returns {string}
 */
function typeOf(schema) {
  if (schema.$ref) return named(schema.$ref);
  if ("const" in schema) return String(schema.const);
  if (schema.enum) return schema.enum.join(", ");
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(" or ");
  if (schema.type === "array") return schema.items ? `list of ${typeOf(schema.items)}` : "list";
  return [schema.type].flat().join(" or ");
}

/** @param {Record<string, any>} schema */
const meaning = (schema) => [typeOf(schema), schema.description].filter(Boolean).join("; ");

const shell = add(main, "section");
add(shell, "h2", "From a shell");
add(shell, "pre", `curl --data-binary @photo.jpg ${location.origin}/api/read`);

for (const [path, methods] of Object.entries(description.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    const section = add(main, "section");
    add(add(section, "h2"), "code", `${method.toUpperCase()} ${path}`);
    add(section, "p", `${operation.summary}.`);
    const body = operation.requestBody?.description;
    if (body) add(section, "p", `Body: ${body}.`);
    addList(
      section,
      "Parameters",
      (operation.parameters ?? []).map((/** @type {Record<string, any>} */ one) => {
        const usual = one.schema.default === undefined ? "" : `; ${one.schema.default} if not given`;
        return [one.name, `${meaning({ ...one.schema, description: one.description })}${usual}`];
      }),
    );
    addList(
      section,
      "Answers",
      Object.entries(operation.responses).map(([status, { description: what, content }]) => {
        const schema = Object.values(content ?? {})[0]?.schema;
        return [status, schema ? `${what}: ${typeOf(schema)}` : what];
      }),
    );
  }
}
for (const [name, schema] of Object.entries(description.components.schemas)) {
  const section = add(main, "section");
  add(add(section, "h2"), "code", name);
  if (schema.properties) {
    const fields = Object.entries(schema.properties);
    addList(
      section,
      "",
      fields.map(([field, type]) => {
        const optional = schema.required?.includes(field) ? "" : "; not always there";
        return [field, `${meaning(type)}${optional}`];
      }),
    );
  } else add(section, "p", `${typeOf(schema)}.`);
}

export {};
