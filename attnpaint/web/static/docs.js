/* /openapi.json, laid out for people: every call with what it takes and what it answers. */

const element = (name, text = "", ...inner) => {
  const made = document.createElement(name);
  made.append(text, ...inner);
  return made;
};

const table = (head, rows) => {
  if (!rows.length) return "";
  const lines = rows.map((row) => element("tr", "", ...row.map((cell) => element("td", cell))));
  const first = element("tr", "", ...head.map((cell) => element("th", cell)));
  return element("table", "", element("thead", "", first), element("tbody", "", ...lines));
};

/* A schema, and the schema that it refers to. */
const resolved = (all, schema = {}) => {
  const name = schema.$ref?.split("/").pop();
  return name ? all.components.schemas[name] : schema;
};

const kind = (all, schema = {}) => {
  if (schema.anyOf) return schema.anyOf.map((one) => kind(all, one)).join(" or ");
  const whole = resolved(all, schema);
  if (whole.enum) return whole.enum.join(", ");
  if (whole.const !== undefined) return String(whole.const);
  if (whole.type === "array") return `list of ${kind(all, whole.items)}`;
  if (whole.contentMediaType || whole.format === "binary") return "file";
  return whole.title && whole.properties ? whole.title : (whole.type ?? "anything");
};

const fields = (all, schema) => {
  const { properties = {}, required = [] } = resolved(all, schema);
  return Object.entries(properties).map(([name, field]) => [
    element("code", name),
    kind(all, field) + (required.includes(name) ? "" : ", optional"),
    field.description ?? "",
  ]);
};

const section = (all, path, method, call) => {
  const takes = (call.parameters ?? []).map((one) => [
    element("code", one.name), kind(all, one.schema), one.description ?? "",
  ]);
  const [[type, body] = []] = Object.entries(call.requestBody?.content ?? {});
  if (body) takes.push(...fields(all, body.schema));
  const answers = Object.entries(call.responses).map(([code, answer]) => [
    code, Object.keys(answer.content ?? {}).join(", "), answer.description ?? "",
  ]);
  return element("section", "",
    element("h2", "", element("code", `${method.toUpperCase()} ${path}`)),
    element("pre", call.description ?? call.summary ?? ""),
    element("p", type ? `Takes ${type}:` : ""),
    table(["field", "kind", ""], takes),
    element("p", "Answers:"),
    table(["status", "type", ""], answers));
};

const answer = await fetch("/openapi.json");
const all = await answer.json();
document.querySelector("#about").textContent = `${all.info.description} Version ${all.info.version}.`;
for (const [path, calls] of Object.entries(all.paths))
  for (const [method, call] of Object.entries(calls))
    document.querySelector("#calls").append(section(all, path, method, call));
document.body.dataset.ready = "yes";
