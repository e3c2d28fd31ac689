// Anchor for P2 and P6: DuckDB finds who joined, left or changed between two CSV files, on one thread.
//
//     node duckdb_diff.mjs DAY1.csv DAY2.csv OUT.csv
//
// It lies beside the node_modules that hold @duckdb/node-api; script/bench puts it there.
import { DuckDBInstance } from '@duckdb/node-api';

const [day1, day2, out] = process.argv.slice(2);
const key = 'employee_id';
const others = ['email', 'first_name', 'infix', 'last_name', 'job_title', 'phone', 'location', 'departments', 'manager_id',
    'start_date', 'end_date'];
const table = (path) => `read_csv('${path}', all_varchar = true, header = true, delim = ',', quote = '"', escape = '"')`;

const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
const connection = await instance.connect();
await connection.run(`
    CREATE TABLE difference AS
    SELECT CASE WHEN before.${key} IS NULL THEN 'added' WHEN now.${key} IS NULL THEN 'removed' ELSE 'changed' END AS what,
           coalesce(now.${key}, before.${key}) AS who, now.*
    FROM ${table(day1)} before FULL JOIN ${table(day2)} now ON before.${key} = now.${key}
    WHERE before.${key} IS NULL OR now.${key} IS NULL
       OR ${others.map((name) => `before.${name} IS DISTINCT FROM now.${name}`).join(' OR ')}`);
await connection.run(`COPY difference TO '${out}' (HEADER)`);
const counted = await connection.runAndReadAll('SELECT what, count(*)::INTEGER FROM difference GROUP BY what');
console.log(JSON.stringify(Object.fromEntries(counted.getRows())));
