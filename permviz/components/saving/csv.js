/** Numbers as CSV (RFC 4180); what is to be told of them stands before all, in lines that begin with "#". */

/**
 * The shortest decimal that reads back as the same number: of a float32 its own, not that of the double it becomes.
 * @param {unknown} value @param {boolean} [single] whether it is a float32
 */
export function digits(value, single) {
  if (value === null || value === undefined || (typeof value === "number" && Number.isNaN(value))) return "";
  if (typeof value !== "number") return /[",\r\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);
  for (let n = 6; single && n <= 9; n++) if (Math.fround(Number(value.toPrecision(n))) === value) return String(Number(value.toPrecision(n)));
  return String(value);
}

/** @param {string[]} remarks @param {string[][]} rows of what {@link digits} wrote, the names of the columns first */
export const table = (remarks, rows) => [...remarks.map((remark) => `# ${remark}`), ...rows.map((row) => row.join(","))].join("\r\n") + "\r\n";
