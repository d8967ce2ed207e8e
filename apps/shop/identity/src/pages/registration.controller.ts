import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { RegistrationService } from '../accounts/registration.service.ts';
import { MAX_LENGTH } from './field.ts';
import { Interactions } from './interactions.ts';
import { replyPage, replyThrottled } from './page.ts';
import { registrationPage } from './registration-page.ts';

const name = z.string().trim().min(1, 'Type a name.').max(80, 'Type at most 80 characters.');
const formSchema = z.object({
  givenName: name,
  familyName: name,
  email: z.email('Type an email address, such as ann@example.org.').max(MAX_LENGTH, 'Type a shorter one.'),
  username: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9._-]{3,40}$/, 'Type 3 to 40 letters, digits, dots, hyphens or underscores.'),
  password: z
    .string()
    .min(10, 'Type at least 10 characters.')
    .max(MAX_LENGTH, `Type at most ${MAX_LENGTH} characters.`),
});

/** The page on which customers open an account, in the middle of a login. */
@Controller('interaction/:uid/register')
export class RegistrationController {
  constructor(
    private readonly interactions: Interactions,
    private readonly registration: RegistrationService,
  ) {}

  /** Shows the form. */
  @Get()
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const login = await this.interactions.find(request, reply);
    if (login) replyPage(reply, 200, registrationPage(login));
  }

  /** Takes the form; the new customer is logged in. */
  @Post()
  async submit(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const login = await this.interactions.find(request, reply);
    if (!login) return;
    const values = textsOf(request.body);
    const form = formSchema.safeParse(values);
    if (!form.success) {
      const wrong = Object.fromEntries(form.error.issues.map(({ path, message }) => [String(path[0]), message]));
      return replyPage(reply, 400, registrationPage({ ...login, values, wrong }));
    }
    const result = await this.registration.register(form.data, request.raw.socket.remoteAddress ?? '');
    if ('id' in result) return this.interactions.logIn(request, reply, result.id);
    if (result.refused === 'throttled') return replyThrottled(reply, result.wait);
    // Which of the two is taken is not told.
    const error = 'There is an account with this username or email address already.';
    replyPage(reply, 409, registrationPage({ ...login, values, error }));
  }
}

/** What was typed, by field; what is no text, or too long to be shown again, is nothing. */
function textsOf(body: unknown): Record<string, string> {
  const given = (body ?? {}) as Record<string, unknown>;
  const text = (value: unknown): string => (typeof value === 'string' && value.length <= MAX_LENGTH ? value : '');
  return Object.fromEntries(Object.keys(formSchema.shape).map((field) => [field, text(given[field])]));
}
