import type { GoldenRecord } from './files.ts';

const BYTES_A_LINE = 32;

const hexLines = (hex: string): string =>
  (hex.match(new RegExp(`.{1,${BYTES_A_LINE * 2}}`, 'g')) ?? [])
    .map((line) => line.replace(/(..)(?!$)/g, '$1 '))
    .join('\n');

/**
 * The page with its examples as the golden files have them: what stands between `<!-- golden windows/small -->` and
 * `<!-- end -->` is the record as JSON and its bytes. @throws RangeError when there is no such record.
 */
export const withExamples = (
  page: string,
  recordOf: (family: string, name: string) => GoldenRecord | undefined,
): string =>
  page.replace(/<!-- golden ([a-z]+)\/([^>]+?) -->[\s\S]*?<!-- end -->/g, (_, family: string, name: string) => {
    const record = recordOf(family, name);
    if (!record) throw new RangeError(`the page names a golden record ${family}/${name}, which is none`);
    const json = JSON.stringify(record.value, null, 2);
    return `<!-- golden ${family}/${name} -->\n\n\`\`\`json\n${json}\n\`\`\`\n\n\`\`\`text\n${hexLines(record.hex)}\n\`\`\`\n\n<!-- end -->`;
  });
