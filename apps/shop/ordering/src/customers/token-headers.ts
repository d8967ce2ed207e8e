import { z } from 'zod';

/** Where the access token is. It is not required here: whoever comes without one is told so with 401, not with 400. */
export const tokenHeaders = z.object({
  authorization: z.string().optional().describe('Bearer and an access token (RFC 9068) for the audience ordering'),
});
