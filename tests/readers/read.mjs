// Reads Parquet files by two readers that share no code with FlowLake, and prints for each file the rows each of them found:
//   node read.mjs FILE...   ->   [{"file": "...", "hyparquet": [{...}], "duckdb": [{...}]}]
// Values are written alike: whole numbers as text, moments as ISO 8601 in UTC to the millisecond, maps as objects, absent members left out (hyparquet
// leaves out a map's key whose value is null), and what is empty as an empty object.
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { DuckDBInstance } from '@duckdb/node-api'

const isEntry = (value) => value !== null && typeof value === 'object' && Object.keys(value).sort().join() === 'key,value'

function plain(value) {
  if (value === null || value === undefined) return undefined
  if (typeof value === 'bigint' || typeof value === 'number') return value.toString()
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) {
    return value.every(isEntry) ? Object.fromEntries(value.map((entry) => [entry.key, plain(entry.value)])) : value.map(plain)
  }
  if (typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
  return value
}

// The engine's texts of its own types, told apart by the column's type and not by their look.
function engineValue(value, type) {
  if (value === null) return undefined
  if (type.startsWith('TIMESTAMP')) return new Date(value.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')).toISOString()
  if (type === 'DATE') return new Date(value).toISOString()
  return plain(value)
}

async function hyparquet(file) {
  return (await parquetReadObjects({ file: await asyncBufferFromFile(file), compressors })).map(plain)
}

async function duckdb(connection, file) {
  const reader = await connection.runAndReadAll('SELECT * FROM read_parquet($1, hive_partitioning = false)', [file])
  const [names, types] = [reader.columnNames(), reader.columnTypes().map(String)]
  return reader.getRowsJson().map((row) => Object.fromEntries(row.map((value, index) => [names[index], engineValue(value, types[index])])))
}

const connection = await (await DuckDBInstance.create()).connect()
await connection.run("SET TimeZone = 'UTC'")
const answers = []
for (const file of process.argv.slice(2)) answers.push({ file, hyparquet: await hyparquet(file), duckdb: await duckdb(connection, file) })
console.log(JSON.stringify(answers))
