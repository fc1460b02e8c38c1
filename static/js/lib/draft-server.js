// Send a draft to the server, also from a page that is being left.

const MOST_BYTES_WHEN_LEAVING = 60_000; // browsers take 64 KiB

/** The status, 0 where nothing answers and 401 where nobody is signed in, and the answer's data. */
export async function sendDraft(form, draft) {
  const body = JSON.stringify(draft);
  try {
    const answer = await fetch(form.dataset.draftUrl, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value,
      },
      body,
      redirect: "manual",
      keepalive: new Blob([body]).size < MOST_BYTES_WHEN_LEAVING,
    });
    const isSignedOut = answer.type === "opaqueredirect" || answer.status === 403;
    const isJson = answer.headers.get("Content-Type")?.includes("json");
    return { status: isSignedOut ? 401 : answer.status, ...(isJson && (await answer.json())) };
  } catch {
    return { status: 0 };
  }
}
