// DuckDB behind a pipe: one JSON request {"sql": "..."} per input line, one JSON answer per output line:
// {"milliseconds": n, "columns": [...], "rows": [[...]]} with every value as DuckDB's own text (null stays null), or {"error": "..."}.
import { createInterface } from 'node:readline';
import { DuckDBInstance } from '@duckdb/node-api';

const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const start = performance.now();
    const reader = await connection.runAndReadAll(JSON.parse(line).sql);
    const milliseconds = performance.now() - start;
    answer = {
      milliseconds,
      columns: reader.columnNames(),
      rows: reader.getRows().map(row => row.map(value => (value === null ? null : String(value)))),
    };
  } catch (error) {
    answer = { error: String(error.message ?? error) };
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
