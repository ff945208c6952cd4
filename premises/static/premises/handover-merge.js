// Puts two versions of a protocol together that grew from the same one. Pure: values in and out.
//
// What only one side changed is taken; what both changed to different values is a conflict, and
// stands with mine until the person chooses. A row that one side removed and the other changed
// stays, since losing what somebody wrote is worse than a row too many.

const FIELDS = ["day", "condition", "accessibility", "remarks"];
const same = (a, b) => String(a ?? "") === String(b ?? "");
const byKey = (rows) => new Map((rows ?? []).map((row) => [row.key, row]));

function values(base, mine, theirs, path, conflicts, names) {
  const merged = { ...mine };
  for (const name of names) {
    if (name === "key" || same(mine[name], theirs[name])) continue;
    if (same(mine[name], base?.[name])) merged[name] = theirs[name];
    else if (!same(theirs[name], base?.[name])) {
      conflicts.push({ path: [...path, name], mine: mine[name], theirs: theirs[name] });
    }
  }
  return merged;
}

function rows(base, mine, theirs, path, conflicts) {
  const [was, ours, others] = [byKey(base), byKey(mine), byKey(theirs)];
  const merged = [];
  for (const [key, row] of ours) {
    const other = others.get(key);
    const old = was.get(key);
    if (other) {
      const names = new Set([...Object.keys(row), ...Object.keys(other)]);
      merged.push(values(old, row, other, [...path, key], conflicts, names));
    } else if (!old || JSON.stringify(old) !== JSON.stringify(row)) merged.push(row);
  }
  for (const [key, row] of others) {
    if (ours.has(key)) continue;
    const old = was.get(key);
    if (!old || JSON.stringify(old) !== JSON.stringify(row)) merged.push(row);
  }
  return merged;
}

export function merge(base, mine, theirs) {
  const conflicts = [];
  const document = values(base, mine, theirs, [], conflicts, FIELDS);
  document.key = theirs.key;
  document.version = theirs.version;
  document.rows = {};
  for (const part of Object.keys(theirs.rows)) {
    document.rows[part] = rows(
      base?.rows?.[part], mine.rows?.[part], theirs.rows[part], ["rows", part], conflicts,
    );
  }
  document.photos = rows(base?.photos, mine.photos, theirs.photos, ["photos"], conflicts);
  return { document, conflicts };
}
