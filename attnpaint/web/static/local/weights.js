/* The large files: fetched once, checked, and kept by the service worker. */

import { Problem } from "./problem.js";

/** Bytes of a file { sha256 }. What is not what it should be, a cache's copy of another version, is fetched again, once. */
export async function fetched(address, { path, sha256 }, tell) {
  const name = path.split("/").pop();
  let bytes = await loaded(address, name);
  if (await matches(bytes, sha256)) return bytes;
  tell(`The copy of ${name} in this browser is of another version, or damaged: it is fetched again.`);
  bytes = await loaded(address, name, "reload");
  if (await matches(bytes, sha256)) return bytes;
  throw new Problem(`${name} is not the file that this page belongs to; reload the page, or have the site written anew: attnpaint site`);
}

async function loaded(address, name, cache = "default") {
  const response = await fetch(address, { cache }).catch(() => null);
  if (!response) throw new Problem(`the file ${name} cannot be fetched: there is no network, and this browser has no good copy of it; connect and reload the page`);
  if (!response.ok) throw new Problem(`${name} is missing on this site (${response.status}); reload the page, or have the site written anew: attnpaint site`);
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch {
    throw new Problem(`${name} came only in part; connect and reload the page`);
  }
}

/** Whether the sum is right; where the browser computes none, the length has to do. */
async function matches(bytes, wanted) {
  if (!crypto.subtle) return bytes.length > 0;
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(sum, (byte) => byte.toString(16).padStart(2, "0")).join("") === wanted;
}
