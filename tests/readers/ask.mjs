// Asks a service of OData by clients that share no code with FlowLake, as their own documentation shows them, and prints what each of them found:
//   node ask.mjs http://127.0.0.1:8080/odata/   ->   {"o.js": {...}, "@odata/client": {...}, "odata-query": {...}}
// Every client asks for the largest of some flows (largest), the number of them (count), one of them by its key (again), and sums by zone (sums).
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const { o } = require('o.js')
const { OData } = require('@odata/client')
const { default: buildQuery } = require('odata-query')

const service = process.argv[2]
const number = (row) => row.payload_to_server
const sums = (rows) => Object.fromEntries(rows.map((row) => [row.client_zone, row.total]))

async function byOJs() {
  const client = o(service)
  const largest = await client.get('Flows').query({ $filter: "protocol eq 'tcp' and server_port eq 443", $orderby: 'payload_to_server desc', $select: 'id,payload_to_server', $top: 5 })
  const counted = await (await o(service).get('Flows/$count').fetch({ $filter: "protocol eq 'tcp' and server_port eq 443" })).text()
  const again = await o(service).get(`Flows('${encodeURIComponent(largest[0].id)}')`).query({ $select: 'payload_to_server' })
  const groups = await o(service).get('Flows').query({ $apply: "filter(client_zone ne null)/groupby((client_zone),aggregate(payload_to_server with sum as total))" })
  return { largest: largest.map(number), count: Number(counted), again: number(again), sums: sums(groups) }
}

async function byODataClient() {
  const client = OData.New4({ serviceEndpoint: service })
  const flows = client.getEntitySet('Flows')
  const filter = client.newFilter().property('protocol').eq('tcp').property('server_port').eq(443)
  const largest = await flows.query(client.newParam().filter(filter).orderby('payload_to_server', 'desc').select(['id', 'payload_to_server']).top(5))
  const again = await flows.retrieve(largest[0].id)
  const groups = await flows.query(client.newParam().apply('filter(client_zone ne null)/groupby((client_zone),aggregate(payload_to_server with sum as total))'))
  return { largest: largest.map(number), count: await flows.count(filter), again: number(again), sums: sums(groups) }
}

async function byODataQuery() {
  const ask = async (path, query) => {
    const response = await fetch(service + path + buildQuery(query))
    if (!response.ok) throw new Error(await response.text())
    return response.headers.get('content-type').startsWith('text/plain') ? response.text() : response.json()
  }
  const filter = { protocol: 'tcp', server_port: { ge: 443, le: 443 } }
  const largest = (await ask('Flows', { filter, orderBy: 'payload_to_server desc', select: ['id', 'payload_to_server'], top: 5 })).value
  const again = await ask('Flows', { key: largest[0].id, select: ['payload_to_server'] })
  const groups = await ask('Flows', {
    transform: [{ filter: { client_zone: { ne: null } } }, { groupBy: { properties: ['client_zone'], transform: [{ aggregate: { payload_to_server: { with: 'sum', as: 'total' } } }] } }],
  })
  return { largest: largest.map(number), count: Number(await ask('Flows', { count: filter })), again: number(again), sums: sums(groups.value) }
}

console.log(JSON.stringify({ 'o.js': await byOJs(), '@odata/client': await byODataClient(), 'odata-query': await byODataQuery() }))
