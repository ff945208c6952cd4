// Keeps drafts and photos on the device (IndexedDB). Where there is none, or it is full, the page
// itself still holds everything, and `put` says so by throwing.

const open = () => new Promise((done, failed) => {
  const asked = indexedDB.open("zasoby-protokoly", 1);
  asked.onupgradeneeded = () => {
    asked.result.createObjectStore("drafts");
    asked.result.createObjectStore("photos");
  };
  asked.onsuccess = () => done(asked.result);
  asked.onerror = () => failed(asked.error);
});

const ask = async (store, mode, work) => {
  const database = await open();
  try {
    return await new Promise((done, failed) => {
      const change = database.transaction(store, mode);
      const asked = work(change.objectStore(store));
      change.oncomplete = () => done(asked.result);
      change.onabort = change.onerror = () => failed(change.error ?? asked.error);
    });
  } finally {
    database.close();
  }
};

export const put = (store, key, value) => ask(store, "readwrite", (one) => one.put(value, key));
export const get = (store, key) => ask(store, "readonly", (one) => one.get(key));
export const remove = (store, key) => ask(store, "readwrite", (one) => one.delete(key));
export const keys = (store) => ask(store, "readonly", (one) => one.getAllKeys());
