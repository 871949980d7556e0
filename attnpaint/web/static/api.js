/* What the page asks of the program that serves it. Nothing is asked of anyone else. */

/** message: "problem; remedy", as the program tells it; wait: seconds after which it wants to be asked again, or 0. */
export class Problem extends Error {
  constructor(message, status = 0, wait = 0) {
    super(message);
    Object.assign(this, { status, wait });
  }
}

const BUSY_TRIES = 40;

async function once(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem("attnpaint does not answer; see whether it still runs in its terminal, or start it again with attnpaint app");
  }
  if (response.ok) return response;
  const told = await response.json().catch(() => ({}));
  const message = told.error ?? `attnpaint answered with ${response.status}; try it once more`;
  throw new Problem(message, response.status, Number(response.headers.get("Retry-After")) || 0);
}

/** While the program is busy with others it is asked again; waiting: called each time. */
async function asked(path, options = {}, waiting = () => {}) {
  for (let tries = 1; ; tries++) {
    try {
      return await once(path, options);
    } catch (error) {
      if (!error.wait || tries >= BUSY_TRIES) throw error;
      waiting();
      await new Promise((resolve) => { setTimeout(resolve, 1000 * Math.min(error.wait, 5)); });
      options.signal?.throwIfAborted();
    }
  }
}

const form = (fields) => {
  const filled = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value instanceof Blob) filled.append(name, value, value.name ?? `${name}.png`);
    else if (value !== undefined && value !== null) filled.append(name, typeof value === "object" ? JSON.stringify(value) : value);
  }
  return filled;
};

const post = (body, signal) => ({ method: "POST", body, signal });

export const info = async () => (await asked("/api/info")).json();
export const palette = async (reference) => (await (await asked("/api/palette", post(form({ reference })))).json()).histogram;
export const paint = async (fields, signal, waiting) => (await asked("/api/paint", post(form(fields), signal), waiting)).json();
export const gate = (id, number) => `/api/paintings/${encodeURIComponent(id)}/gates/${number}.png`;
export const fetched = async (address) => (await asked(address)).blob();

/** view, inner: [rows, columns]; arrays: name → a typed array with its shape. */
export async function planes(id, signal) {
  const data = await (await asked(`/api/paintings/${encodeURIComponent(id)}/planes`, { signal })).arrayBuffer();
  const length = new DataView(data).getUint32(0, true);
  const { view, inner, arrays } = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, length)));
  const made = {};
  for (const [name, { dtype, shape, offset }] of Object.entries(arrays)) {
    const Kind = { uint8: Uint8Array, int8: Int8Array, int16: Int16Array, uint16: Uint16Array, float32: Float32Array }[dtype];
    const count = shape.reduce((product, side) => product * side, 1), start = 4 + length + offset;
    made[name] = new Kind(data.slice(start, start + count * Kind.BYTES_PER_ELEMENT));
    made[name].shape = shape;
  }
  return { view, inner, arrays: made };
}

/** The file and its name. */
export async function save(id, wanted) {
  const options = { method: "POST", body: JSON.stringify(wanted), headers: { "Content-Type": "application/json" } };
  const response = await asked(`/api/paintings/${encodeURIComponent(id)}/save`, options);
  const told = response.headers.get("Content-Disposition") ?? "";
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(told)?.[1];
  const name = encoded ? decodeURIComponent(encoded) : /filename="?([^";]+)"?/i.exec(told)?.[1];
  return { blob: await response.blob(), name: name ?? `painting.${wanted.format}` };
}
