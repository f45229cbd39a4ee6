/**
 * Public keys that were met (常用公钥). A key that comes back often gets a table of its multiples; both keys and tables are kept in
 * the order of their last use, the oldest go first.
 */
export type KeyRules<Point, Table> = {
  /** The point of 65 bytes, undefined when it is none. */
  readonly read: (bytes: Uint8Array) => Point | undefined;
  /** Makes a table, in the place of one that is no longer needed if there is one. */
  readonly table: (point: Point, place: Table | undefined) => Table;
  readonly usesBeforeTable: number;
  readonly tablesKept: number;
};

const KEYS_KEPT = 256;

type Key<Point, Table> = { readonly point: Point; uses: number; table: Table | undefined };

/** Finds a key and counts its use. */
export function createKeys<Point, Table>(rules: KeyRules<Point, Table>): (bytes: Uint8Array) => Readonly<Key<Point, Table>> | undefined {
  const known = new Map<string, Key<Point, Table>>();
  let tables = 0;
  const place = (): Table | undefined => {
    if (tables < rules.tablesKept) {
      tables++;
      return undefined;
    }
    for (const holder of known.values()) {
      if (holder.table === undefined) continue;
      const { table } = holder;
      holder.table = undefined;
      holder.uses = 0;
      return table;
    }
    return undefined;
  };
  return (bytes) => {
    if (bytes.length !== 65) return undefined;
    const name = String.fromCharCode(...bytes);
    let key = known.get(name);
    if (key === undefined) {
      const point = rules.read(bytes);
      if (point === undefined) return undefined;
      key = { point, uses: 0, table: undefined };
    } else known.delete(name);
    known.set(name, key);
    key.uses++;
    if (key.table === undefined && key.uses > rules.usesBeforeTable) key.table = rules.table(key.point, place());
    // A key with a table stays: its place would be lost with it. There are fewer tables than keys.
    if (known.size > KEYS_KEPT) {
      for (const [oldest, { table }] of known) {
        if (table !== undefined) continue;
        known.delete(oldest);
        break;
      }
    }
    return key;
  };
}
