/** A name as Graphviz reads it. */
export const dotQuoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** A label as Mermaid reads it. */
export const mermaidQuoted = (text: string): string => `"${text.replaceAll('"', '#quot;')}"`;
