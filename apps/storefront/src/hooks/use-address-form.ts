import { type FormEvent, useState } from 'react';
import { type SavedAddress, saveAddress } from '../api/account.ts';
import { ApiError } from '../api/http.ts';
import {
  ADDRESS_FIELDS,
  addressFrom,
  type AddressForm,
  checkAddress,
  EMPTY_ADDRESS,
  type SavedAddressField,
} from '../forms/address-form.ts';
import { type Messages, sortErrors } from '../forms/field-errors.ts';

/** What the server's answer says of the fields, or else of the whole. */
function refusal(error: unknown): [mistakes: Messages<SavedAddressField>, text: string] {
  const { messages, rest } = sortErrors(error instanceof ApiError ? error.fields : [], ADDRESS_FIELDS);
  if (Object.keys(messages).length > 0) return [messages, ''];
  const ours = !(error instanceof ApiError) || error.status === 0 || error.status >= 500;
  return [{}, ours ? 'The address could not be kept right now. Please try again.' : (rest[0] ?? error.message)];
}

/** The state of an address form: a new one, or the one given. `onSaved` is told when it is kept. */
export function useAddressForm(address: SavedAddress | null, onSaved: () => void) {
  const [form, setForm] = useState<AddressForm>(address ?? EMPTY_ADDRESS);
  const [messages, setMessages] = useState<Messages<SavedAddressField>>({});
  const [failure, setFailure] = useState('');
  const [sending, setSending] = useState(false);

  const reject = (mistakes: Messages<SavedAddressField>, text: string) => {
    setMessages(mistakes);
    setFailure(text);
    const first = ADDRESS_FIELDS.find((field) => mistakes[field]);
    if (first) document.getElementById(`address-${first}`)?.focus();
  };
  const send = async () => {
    setSending(true);
    try {
      await saveAddress(addressFrom(form), address?.id);
      onSaved();
    } catch (error) {
      reject(...refusal(error));
      setSending(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (sending) return;
    const mistakes = checkAddress(form);
    reject(mistakes, '');
    if (Object.keys(mistakes).length === 0) void send();
  };
  const bind = (field: SavedAddressField) => ({
    id: `address-${field}`,
    value: form[field],
    error: messages[field],
    onChange: (value: string) => {
      setForm((typed) => ({ ...typed, [field]: value }));
      setMessages((shown) => ({ ...shown, [field]: undefined }));
    },
  });
  return { bind, failure, sending, submit };
}
