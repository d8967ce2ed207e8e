export { plainAddress } from './ip-address.ts';
export { IpRanges, rangeProblem } from './ip-ranges.ts';
