import { askHub, RESULT_COLLECTOR } from './hub-api.ts';

/** What the result-collector answers. @throws {HubError} as `askHub`. */
export const askCollector = <T>(path: string, method = 'GET', body?: unknown): Promise<T> =>
  askHub<T>(method, path, body, RESULT_COLLECTOR);

export const foundBy =
  '\nThe result-collector is found by WINDLASS_RESULT_COLLECTOR_URL (default http://127.0.0.1:4103).';

/** All pages of an answer, one after the other. */
export async function* pagesOf<Page extends { readonly nextCursor: string | null }>(
  path: string,
  query: Readonly<Record<string, string>>,
  ask: (path: string) => Promise<Page> = askCollector,
): AsyncGenerator<Page> {
  let cursor: string | null = null;
  do {
    const search = new URLSearchParams({ ...query, ...(cursor !== null && { cursor }) });
    const page: Page = await ask(`${path}?${search.toString()}`);
    yield page;
    cursor = page.nextCursor;
  } while (cursor !== null);
}
