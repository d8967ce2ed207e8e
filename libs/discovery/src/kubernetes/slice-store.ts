import type { Slice } from './slice.ts';

/** Slices and endpoints of one service; more are an attack or a mistake. */
const MAX_SLICES = 1_000;
const MAX_ENDPOINTS = 20_000;

/** The slices of one service as last heard of. */
export class SliceStore {
  private readonly byName = new Map<string, Slice>();
  private endpoints = 0;

  /** Sorted by name, so that the same slices always make the same list. */
  get slices(): readonly Slice[] {
    return [...this.byName.values()].sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1));
  }

  /** @throws Error when there are too many; the store must then be filled anew */
  replace(slices: readonly Slice[]): void {
    this.byName.clear();
    this.endpoints = 0;
    for (const slice of slices) this.put(slice);
  }

  /** @throws Error when there are too many; the store must then be filled anew */
  put(slice: Slice): void {
    this.remove(slice.metadata.name);
    this.byName.set(slice.metadata.name, slice);
    this.endpoints += slice.endpoints.length;
    if (this.byName.size > MAX_SLICES) throw new Error(`the service has more than ${MAX_SLICES} slices`);
    if (this.endpoints > MAX_ENDPOINTS) throw new Error(`the service has more than ${MAX_ENDPOINTS} endpoints`);
  }

  remove(name: string): void {
    this.endpoints -= this.byName.get(name)?.endpoints.length ?? 0;
    this.byName.delete(name);
  }
}
