// SPDX-License-Identifier: Apache-2.0
// The official JavaScript driver against `liantu serve`: what users of drivers do, from end to end.
//   node driver_test.mjs PROGRAM
import assert from 'node:assert/strict'
import neo4j from 'neo4j-driver'
import { serve } from './serve.mjs'

const program = process.env.LIANTU ?? process.argv[2]
const server = await serve(program, '--test-procedures', '--timeout', '60')
const auth = neo4j.auth.basic('anyone', 'anything')
const driver = neo4j.driver(server.url, auth)
const int = neo4j.int

const tests = []
const test = (name, body) => tests.push([name, body])
// A session of its own for each use.
async function within (body, config = {}, from = driver) {
  const session = from.session(config)
  try {
    return await body(session)
  } finally {
    await session.close()
  }
}
const run = (query, parameters, config) => within(session => session.run(query, parameters), config)
const values = async (query, parameters) => (await run(query, parameters)).records.map(record => record.toObject())
async function failure (promise) {
  try {
    await promise
  } catch (error) {
    return error
  }
  assert.fail('no failure came')
}
const endless = 'RETURN reduce(s = 0, a IN range(1, 100000) | s + reduce(t = 0, b IN range(1, 100000) | t + 1)) AS n'

test('connects with every scheme, and with none', async () => {
  const info = await driver.getServerInfo()
  assert.match(info.agent, /^Liantu\//)
  assert.equal(String(info.protocolVersion.major ?? info.protocolVersion), '5')
  for (const [url, token] of [[server.url, neo4j.auth.basic('neo4j', 'x')], [server.url, undefined], [server.url.replace('bolt', 'neo4j'), auth]]) {
    const other = neo4j.driver(url, token)
    await other.verifyConnectivity()
    assert.equal((await other.executeQuery('RETURN 1 AS n', {}, { database: 'neo4j' })).records[0].get('n').toNumber(), 1)
    await other.close()
  }
})

test('scalars and lists come and go', async () => {
  const sent = { i: int('9007199254740993'), small: int(-1), f: 1.5, s: '佳都科技 😀', b: true, n: null, list: [int(1), 'a', [2.5]], map: { k: { deep: [int(7)] } } }
  const [{ v }] = await values('RETURN $v AS v', { v: sent })
  assert.deepEqual(v, sent)
  const [row] = await values('RETURN 1 AS one, 1.0 AS float, 0.0/0.0 AS nan, [] AS empty')
  assert.ok(neo4j.isInt(row.one))
  assert.equal(typeof row.float, 'number')
  assert.ok(Number.isNaN(row.nan))
  assert.deepEqual(row.empty, [])
  const long = 'x'.repeat(200000)
  assert.equal((await values('RETURN $s AS s', { s: long }))[0].s, long)
})

test('nodes, relationships and paths', async () => {
  await run('MATCH (n) DETACH DELETE n')
  const { records: [record], summary } = await run("CREATE p = (a:公司:A {名称: '甲', n: 1})-[r:供应 {年: 2025}]->(b:B)<-[q:R]-(c) RETURN a, r, p")
  const [a, r, p] = ['a', 'r', 'p'].map(key => record.get(key))
  assert.ok(neo4j.isNode(a))
  assert.deepEqual([...a.labels].sort(), ['A', '公司'])
  assert.deepEqual(a.properties, { 名称: '甲', n: int(1) })
  assert.ok(neo4j.isRelationship(r))
  assert.equal(r.type, '供应')
  assert.equal(r.startNodeElementId, a.elementId)
  assert.ok(neo4j.isPath(p))
  assert.equal(p.length, 2)
  assert.deepEqual(p.segments.map(s => s.relationship.type), ['供应', 'R'])
  assert.equal(p.segments[1].relationship.endNodeElementId, p.segments[0].end.elementId)
  assert.equal(p.segments[1].start.elementId, p.segments[0].end.elementId)
  assert.deepEqual(summary.counters.updates(), {
    nodesCreated: 3, nodesDeleted: 0, relationshipsCreated: 2, relationshipsDeleted: 0, propertiesSet: 3, labelsAdded: 3, labelsRemoved: 0,
    indexesAdded: 0, indexesRemoved: 0, constraintsAdded: 0, constraintsRemoved: 0
  })
  assert.equal(summary.queryType, 'rw')
  assert.equal((await values('MATCH (n) WHERE elementId(n) = $id RETURN n', { id: a.elementId }))[0].n.identity.toString(), a.identity.toString())
  const [{ path }] = await values('MATCH path = (x)-[*0..0]->(x) RETURN path LIMIT 1')
  assert.equal(path.length, 0)
})

test('temporal values and points both ways', async () => {
  const T = neo4j.types
  const sent = {
    date: new T.Date(2025, 9, 11), localTime: new T.LocalTime(12, 50, 35, 556000000), time: new T.Time(1, 2, 3, 4, -3600),
    localDateTime: new T.LocalDateTime(1818, 7, 21, 21, 40, 32, 142), dateTime: new T.DateTime(2025, 9, 11, 8, 0, 0, 7, 28800),
    zoned: new T.DateTime(2025, 9, 11, 8, 0, 0, 7, undefined, 'Asia/Shanghai'), duration: new T.Duration(14, -3, 7, 999999999),
    flat: new T.Point(int(7203), 1.5, 2.5), high: new T.Point(int(4979), 113.3, 23.1, 5)
  }
  const [{ v }] = await values('RETURN $v AS v', { v: sent })
  for (const [name, value] of Object.entries(sent)) if (name !== 'zoned') assert.equal(String(v[name]), String(value), name)
  assert.equal(String(v.zoned), '2025-09-11T08:00:00.000000007+08:00[Asia/Shanghai]')  // the driver learns the offset
  const [row] = await values(`RETURN toString($date) AS date, toString($zoned) AS zoned, toString($duration) AS duration,
    datetime('2025-09-11T08:00+08:00') AS moment, datetime('1818-07-21T21:40:32.142[Europe/Stockholm]') AS old, duration({months: 1, seconds: -1, nanoseconds: 1}) AS d`, sent)
  assert.equal(row.date, '2025-09-11')
  assert.equal(row.zoned, '2025-09-11T08:00:00.000000007+08:00[Asia/Shanghai]')
  assert.equal(row.duration, 'P1Y2M-3DT7.999999999S')
  assert.equal(row.moment.toString(), '2025-09-11T08:00:00+08:00')
  assert.equal(row.old.timeZoneId, 'Europe/Stockholm')
  assert.equal(row.old.hour.toString(), '21')
  assert.equal(row.d.toString(), 'P1MT-0.999999999S')
})

test('errors have codes, places in order, and leave nothing behind', async () => {
  const cases = [
    ['RETURN x', 'Neo.ClientError.Statement.SyntaxError', /^UndefinedVariable: /], ['RETURN', 'Neo.ClientError.Statement.SyntaxError', /./],
    ['RETURN $missing', 'Neo.ClientError.Statement.ParameterMissing', /missing/], ['CALL no.such.procedure()', /Procedure/, /no\.such\.procedure/],
    ["RETURN date('no')", /./, /no/]
  ]
  for (const [query, code, message] of cases) {
    const error = await failure(run(query))
    assert.ok(error instanceof neo4j.Neo4jError)
    code instanceof RegExp ? assert.match(error.code, code) : assert.equal(error.code, code, query)
    assert.match(error.message, message)
    assert.equal(error.gqlStatus.length, 5)
  }
  await run('MATCH (n) DETACH DELETE n')
  await failure(run('CREATE (:X) WITH 1 AS x UNWIND [1, 0] AS d RETURN 1 / d'))
  assert.equal((await values('MATCH (n) RETURN count(n) AS n'))[0].n.toNumber(), 0)
  // Within one session the next query works.
  await within(async session => {
    await failure(session.run('RETURN y'))
    assert.equal((await session.run('RETURN 1 AS n')).records.length, 1)
  })
})

test('transactions commit, roll back, see their own writes and hold several results', async () => {
  await run('MATCH (n) DETACH DELETE n')
  await within(async session => {
    const tx = session.beginTransaction()
    const first = tx.run('UNWIND range(1, 2500) AS x RETURN x')
    await tx.run("CREATE (:T {k: 'a'})")
    assert.equal((await tx.run('MATCH (n:T) RETURN count(n) AS n')).records[0].get('n').toNumber(), 1)
    assert.equal((await values('MATCH (n:T) RETURN count(n) AS n'))[0].n.toNumber(), 0)
    assert.equal((await first).records.length, 2500)
    await tx.rollback()
    assert.equal((await session.run('MATCH (n:T) RETURN count(n) AS n')).records[0].get('n').toNumber(), 0)
    await session.executeWrite(tx => tx.run("CREATE (:T {k: 'b'})"))
    assert.ok(session.lastBookmarks().length > 0)
    const read = await session.executeRead(tx => tx.run('MATCH (n:T) RETURN n.k AS k'))
    assert.deepEqual(read.records.map(r => r.get('k')), ['b'])
    const refused = await failure(session.executeRead(tx => tx.run('CREATE (:T)')))
    assert.match(refused.code, /^Neo\.ClientError/)
    const failed = session.beginTransaction()
    await failed.run("CREATE (:T {k: 'c'})")
    await failure(failed.run('RETURN 1 / 0'))
    await failure(failed.commit())
    assert.equal((await session.run('MATCH (n:T) RETURN count(n) AS n')).records[0].get('n').toNumber(), 1)
  })
})

test('large results stream in batches and may be left early', async () => {
  await within(async session => {
    const { records, summary } = await session.run('UNWIND range(1, 100000) AS x RETURN x, toString(x) AS s')
    assert.equal(records.length, 100000)
    assert.equal(records[99999].get('s'), '100000')
    assert.equal(summary.queryType, 'r')
  }, { fetchSize: 777 })
  await within(async session => {
    let seen = 0
    for await (const record of session.run('UNWIND range(1, 100000) AS x RETURN x')) {
      if (++seen === 10) break
      assert.ok(record)
    }
    assert.equal(seen, 10)
    assert.equal((await session.run('RETURN 1 AS n')).records.length, 1)
  }, { fetchSize: 10 })
})

test('many parameters at once', async () => {
  await run('MATCH (n) DETACH DELETE n')
  const rows = Array.from({ length: 5000 }, (_, i) => ({ id: int(i), name: `公司 ${i}`, tags: ['a', 'b'] }))
  const { summary } = await run('UNWIND $rows AS row CREATE (n:C) SET n += row', { rows })
  assert.equal(summary.counters.updates().nodesCreated, 5000)
  assert.equal((await values('MATCH (n:C {id: 4711}) RETURN n.name AS name'))[0].name, '公司 4711')
})

test('timeouts and closed sessions stop a query', async () => {
  const began = Date.now()
  const late = await failure(within(session => session.run(endless, {}, { timeout: 200 })))
  assert.match(late.code, /Transaction/)
  // The driver resets the connection of a session that is closed while its query runs.
  const session = driver.session()
  const running = session.run(endless).then(() => 'ended', error => error)
  await new Promise(resolve => setTimeout(resolve, 100))
  await session.close().catch(() => {})
  await Promise.race([running, new Promise(resolve => setTimeout(resolve, 5000))])
  assert.equal((await values('RETURN 1 AS n')).length, 1)
  assert.ok(Date.now() - began < 20000)
})

test('several sessions at once', async () => {
  await run('MATCH (n) DETACH DELETE n')
  await Promise.all(Array.from({ length: 20 }, (_, i) => within(async session => {
    for (let k = 0; k < 10; ++k) {
      await session.executeWrite(tx => tx.run('CREATE (:S {i: $i, k: $k})', { i: int(i), k: int(k) }))
      await session.run('MATCH (n:S) RETURN count(n) AS n')
    }
  })))
  assert.equal((await values('MATCH (n:S) RETURN count(n) AS n'))[0].n.toNumber(), 200)
})

test('names that the store does not know come as notifications, unless they are not wanted', async () => {
  const unknown = "MATCH (n:没有这个标签)\nRETURN n"
  const { summary } = await run(unknown)
  const [notice] = summary.notifications
  assert.equal(notice.code, 'Neo.ClientNotification.Statement.UnknownLabelWarning')
  assert.match(notice.description, /没有这个标签/)
  assert.equal(notice.severityLevel, 'WARNING')
  assert.deepEqual({ ...notice.position }, { offset: 9, line: 1, column: 10 })
  assert.equal((await run(unknown, {}, { notificationFilter: { minimumSeverityLevel: 'OFF' } })).summary.notifications.length, 0)
  assert.equal((await run(unknown, {}, { notificationFilter: { disabledCategories: ['UNRECOGNIZED'] } })).summary.notifications.length, 0)
  assert.equal((await run('RETURN 1')).summary.notifications.length, 0)
})

test('databases, metadata and plans', async () => {
  assert.equal((await run('RETURN 1', {}, { database: 'liantu' })).summary.database.name, 'liantu')
  assert.equal((await failure(run('RETURN 1', {}, { database: 'nowhere' }))).code, 'Neo.ClientError.Database.DatabaseNotFound')
  await within(session => session.run('MATCH (n) RETURN n', {}, { metadata: { as_of: '2025-09-11', predicted: true, app: 'test' } }))
  const { summary } = await run('EXPLAIN MATCH (n:X) RETURN n')
  assert.equal(typeof summary.plan.operatorType, 'string')
  const profiled = await run('PROFILE UNWIND [1, 2, 3] AS x RETURN x')
  assert.equal(typeof profiled.summary.profile.operatorType, 'string')
  assert.equal(profiled.records.length, 3)
})

test('what tools ask on connecting', async () => {
  const [components] = await values('CALL dbms.components() YIELD name, versions, edition')
  assert.ok(components.versions.length > 0)
  await run('CALL db.labels()')
  await run('CALL db.relationshipTypes()')
  await run('CALL db.propertyKeys()')
  await run('CALL db.ping()')
  await run('SHOW DATABASES')
})

test('test procedures come and go', async () => {
  const step = 'there exists a procedure test.my.proc(name :: STRING?, id :: INTEGER?) :: (city :: STRING?, code :: INTEGER?):'
  const columns = ['name', 'id', 'city', 'code']
  await run('CALL liantu.test.register($step, $columns, $rows)', { step, columns, rows: [["'Stefan'", '1', "'Berlin'", '49'], ['Petra', int(2), null, int(33)]] })
  const rows = await values("CALL test.my.proc('Stefan', 1) YIELD city, code RETURN city, code")
  assert.deepEqual(rows, [{ city: 'Berlin', code: int(49) }])
  await run('CALL liantu.test.register($step, [], [])', { step: 'test.doNothing() :: ()' })
  assert.equal((await values('CALL test.doNothing()')).length, 0)
  await run('CALL liantu.test.clear()')
  assert.match((await failure(run('CALL test.doNothing()'))).code, /Procedure/)
  assert.match((await failure(run("CALL liantu.test.register('db.labels() :: (label :: STRING)', ['label'], [])"))).message, /not a test procedure/)
})

let failed = 0
for (const [name, body] of tests) {
  try {
    await body()
  } catch (error) {
    ++failed
    console.error(`FAILED: ${name}\n${error.stack}\n`)
  }
}
await driver.close()
const code = await server.stop()
if (code !== 0) console.error(`liantu serve ended with ${code}`)
console.log(`${tests.length - failed} of ${tests.length} passed`)
process.exit(failed || code !== 0 ? 1 : 0)
