export interface ServerEvent {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** Server-sent events of a body, as its bytes come; comments are passed over. */
export async function* serverEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    const parts = (rest + decoder.decode(bytes, { stream: true })).split('\n\n');
    rest = parts.pop()!;
    for (const part of parts) {
      const event = parsed(part);
      if (event) yield event;
    }
  }
}

function parsed(text: string): ServerEvent | undefined {
  const fields: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const at = line.indexOf(':');
    if (at > 0) fields[line.slice(0, at)] = line.slice(at + 1).replace(/^ /, '');
  }
  const { id = '', event = 'message', data } = fields;
  return data === undefined ? undefined : { id, event, data };
}
