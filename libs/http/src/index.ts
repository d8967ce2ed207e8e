export { readWhole } from './exchange/read-whole.ts';
export { bodyOf, RequestBody, takesBody } from './exchange/request-body.ts';
export { type Parameters, parametersOf } from './parameters.ts';
export { DEFAULT_UPLOAD_MEMORY, type LeastRate, type Upload, Uploads } from './exchange/uploads.ts';
