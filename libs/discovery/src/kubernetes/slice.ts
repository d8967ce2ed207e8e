import { z } from 'zod';

const name = z.string().max(253);
const flag = z.boolean().nullish();

const ENDPOINT = z.object({
  addresses: z.array(name).max(100),
  conditions: z.object({ ready: flag, serving: flag, terminating: flag }).nullish(),
  zone: name.nullish(),
  targetRef: z.object({ uid: name.nullish() }).nullish(),
});
const PORT = z.object({ name: name.nullish(), port: z.number().nullish(), protocol: name.nullish() });
/** Of any object of the API: versions mean nothing but "later" and are never compared. */
export const METADATA = z.object({ name: name.min(1), resourceVersion: name.min(1) });

/** What is read of an EndpointSlice (discovery.k8s.io/v1); the rest, half of the bytes, is not kept. */
export const SLICE = z.object({
  metadata: METADATA,
  addressType: name,
  // The API server writes null for an empty list.
  endpoints: z
    .array(ENDPOINT)
    .nullish()
    .transform((endpoints) => endpoints ?? []),
  ports: z
    .array(PORT)
    .nullish()
    .transform((ports) => ports ?? []),
});

/** Some of a service's endpoints, all with the same ports and kind of address. */
export type Slice = z.output<typeof SLICE>;
/** One pod, usually. */
export type Endpoint = Slice['endpoints'][number];
/** A port that all endpoints of a slice have. */
export type SlicePort = Slice['ports'][number];

/** One page of a list. */
export const SLICE_LIST = z.object({
  metadata: z.object({ resourceVersion: name.min(1), continue: z.string().max(8_192).optional() }),
  items: z.array(SLICE),
});

/** A list as of one moment, and the version to watch on from. */
export interface SliceList {
  readonly version: string;
  readonly slices: readonly Slice[];
}
