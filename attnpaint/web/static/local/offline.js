/* The service worker, which keeps the site and lets the runtime have threads; and what is told where it cannot. */

export const storage = { full: false };
const TRIED = "attnpaint reloaded";

/** { threads, note }: how many the runtime may have, and one line of what does not work here, or "". */
export async function guarded(base) {
  const note = await registered(base);
  if (crossOriginIsolated) return { threads: Math.max(1, Math.min(4, navigator.hardwareConcurrency || 1)), note };
  const slow = "This browser gives the page one thread alone: painting takes longer.";
  return { threads: 1, note: note ? `${note} ${slow}` : slow };
}

async function registered(base) {
  const there = navigator.serviceWorker;
  if (!there) return "This browser keeps no pages for later: without the network the page will not open.";
  try {
    const registration = await there.register(new URL("sw.js", base), { scope: base.pathname });
    there.addEventListener("message", ({ data }) => { if (data?.full) full(); });
    if (there.controller) { settled(); return ""; }
    await taken(registration);
  } catch {
    return "Storage is forbidden here: the page works, and is fetched anew next time.";
  }
  if (there.controller && !crossOriginIsolated && !settled()) { // once: it then has the headers that threads need
    sessionStorage.setItem(TRIED, "yes");
    location.reload();
    await new Promise(() => {});
  }
  return "";
}

/** Until the service worker answers for this page; it fails where the page's own files find no room. */
function taken(registration) {
  return new Promise((resolve, reject) => {
    const { serviceWorker: there } = navigator, worker = registration.installing ?? registration.waiting ?? registration.active;
    there.addEventListener("controllerchange", resolve, { once: true });
    worker?.addEventListener("statechange", () => { if (worker.state === "redundant") reject(new Error("no room")); });
    setTimeout(resolve, 20000);
  });
}

/** Whether the page was reloaded for it already, or cannot remember. */
function settled() {
  try { return sessionStorage.getItem(TRIED) === "yes"; } catch { return true; }
}

async function full() {
  const { tell } = await import("../dom.js");
  if (!storage.full) tell("Storage is full: the page works, but the network's weights are fetched anew next time.");
  storage.full = true;
}
