export { clientNetwork } from './client-network.ts';
export { plainAddress } from './ip-address.ts';
export { IpRanges, rangeProblem } from './ip-ranges.ts';
export { type LackCode, type LackEvent, lackOf, tellLack } from './local-lack.ts';
