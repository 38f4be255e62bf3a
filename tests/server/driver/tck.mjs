// SPDX-License-Identifier: Apache-2.0
// openCypher's TCK through the official driver, judged as strictly as a client can:
//   node tck.mjs PROGRAM FOLDER [--failed FILE] [--none]
// FOLDER holds features/ and graphs/, or feature files. Outlines are expanded. A scenario passes when
// - the columns have the table's names, the rows its values and kinds (1 is not 1.0), as a bag, or in order where the step says so;
//   a temporal value is compared by openCypher's toString of it;
// - an expected failure has a code that ends in its type and a message with the detail as a word of its own, and leaves the
//   graph as it was (ConstraintVerificationFailed and ConstraintValidationFailed are one type; a ProcedureError may also be a
//   ProcedureNotFound);
// - EXPLAIN of the query fails just when the failure is due at compile time;
// - the side effects are those that later queries see: ids of nodes and relationships, (entity, key, value), labels in use.
// Prints totals for each folder of features; --failed writes one line for each scenario that did not pass, with the reason. The
// exit status is 0 when all pass; with --none, when none does (which shows that the runner sees what differs).
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import neo4j from 'neo4j-driver'
import { serve } from './serve.mjs'

// ---- features

function cells (line) {
  const out = []
  let cell = ''
  for (let i = line.indexOf('|') + 1; i < line.length; ++i) {
    if (line[i] === '\\' && (line[i + 1] === '|' || line[i + 1] === '\\')) {
      cell += line[++i] === '|' ? '|' : '\\\\'
    } else if (line[i] === '|') {
      out.push(cell.trim())
      cell = ''
    } else {
      cell += line[i]
    }
  }
  return out
}

function readFeature (path) {
  const lines = readFileSync(path, 'utf8').split('\n')
  const scenarios = []
  let background = [], current = null, examples = null, tags = []
  for (let i = 0; i < lines.length; ++i) {
    const line = lines[i].trim()
    if (line === '' || line.startsWith('#')) continue
    if (line.startsWith('@')) {
      tags.push(...line.split(/\s+/))
      continue
    }
    const scenario = /^Scenario( Outline)?: (.*)$/.exec(line)
    if (/^Feature:/.test(line)) {
      tags = []
      continue
    }
    if (/^Background:/.test(line)) {
      current = { steps: background }
      examples = null
      continue
    }
    if (scenario) {
      current = { name: scenario[2], steps: [], tables: [], tags }
      tags = []
      scenarios.push(current)
      examples = null
      continue
    }
    if (/^Examples:/.test(line)) {
      examples = []
      current.tables.push(examples)
      continue
    }
    if (line.startsWith('|')) {
      (examples ?? (current.steps.at(-1).table ??= [])).push(cells(line))
      continue
    }
    if (line === '"""') {
      const indent = lines[i].indexOf('"')
      const text = []
      while (lines[++i].trim() !== '"""') text.push(lines[i].slice(Math.min(indent, lines[i].length - lines[i].trimStart().length)))
      current.steps.at(-1).text = text.join('\n')
      continue
    }
    const step = /^(?:Given|When|Then|And|But|\*) (.*)$/.exec(line)
    if (!step || !current) throw new Error(`${path}:${i + 1}: ${line}`)
    current.steps.push({ words: step[1].trim() })
  }
  const all = []
  for (const s of scenarios) {
    const steps = [...background, ...s.steps]
    if (s.tables.length === 0) {
      all.push({ name: s.name, steps })
      continue
    }
    let number = 0
    for (const [head, ...rows] of s.tables) {
      for (const row of rows) {
        const fill = text => text === undefined ? undefined : head.reduce((t, name, k) => t.split(`<${name}>`).join(row[k]), text)
        all.push({
          name: `${s.name} #${++number}`,
          steps: steps.map(step => ({ words: fill(step.words), text: fill(step.text), table: step.table?.map(r => r.map(fill)) }))
        })
      }
    }
  }
  return all
}

// ---- the values of a table

class Expected {
  constructor (text) { this.text = text; this.at = 0 }
  blank () { while (/\s/.test(this.text[this.at] ?? '')) ++this.at }
  has (token) {
    this.blank()
    if (!this.text.startsWith(token, this.at)) return false
    this.at += token.length
    return true
  }
  need (token) { if (!this.has(token)) throw new Error(`expected ${token} at ${this.at} of ${this.text}`) }
  word () {
    this.blank()
    if (this.has('`')) {
      const end = this.text.indexOf('`', this.at)
      const word = this.text.slice(this.at, end)
      this.at = end + 1
      return word
    }
    const word = /^[\p{L}\p{N}_]+/u.exec(this.text.slice(this.at))?.[0]
    if (!word) throw new Error(`expected a name at ${this.at} of ${this.text}`)
    this.at += word.length
    return word
  }
  whole () {
    const value = this.value()
    this.blank()
    if (this.at !== this.text.length) throw new Error(`nothing was expected at ${this.at} of ${this.text}`)
    return value
  }
  map () {
    const entries = {}
    this.need('{')
    while (!this.has('}')) {
      const key = this.word()
      this.need(':')
      entries[key] = this.value()
      this.has(',')
    }
    return entries
  }
  node () {
    this.need('(')
    const labels = []
    while (this.has(':')) labels.push(this.word())
    this.blank()
    const properties = this.text[this.at] === '{' ? this.map() : {}
    this.need(')')
    return { kind: 'node', labels, properties }
  }
  relationship () {
    this.need('[')
    this.need(':')
    const type = this.word()
    this.blank()
    const properties = this.text[this.at] === '{' ? this.map() : {}
    this.need(']')
    return { kind: 'relationship', type, properties }
  }
  path () {
    this.need('<')
    const nodes = [this.node()], steps = []
    while (!this.has('>')) {
      const back = this.has('<-')
      if (!back) this.need('-')
      const relationship = this.relationship()
      this.need(back ? '-' : '->')
      steps.push({ relationship, back })
      nodes.push(this.node())
    }
    return { kind: 'path', nodes, steps }
  }
  value () {
    this.blank()
    const rest = this.text.slice(this.at)
    if (rest[0] === '(') return this.node()
    if (rest[0] === '<') return this.path()
    if (rest[0] === '{') return { kind: 'map', entries: this.map() }
    if (/^\[\s*:/.test(rest)) return this.relationship()
    if (this.has('[')) {
      const items = []
      while (!this.has(']')) {
        items.push(this.value())
        this.has(',')
      }
      return { kind: 'list', items }
    }
    if (rest[0] === "'") {
      let out = ''
      for (++this.at; this.text[this.at] !== "'"; ++this.at) {
        if (this.at >= this.text.length) throw new Error(`text without an end: ${this.text}`)
        if (this.text[this.at] !== '\\') {
          out += this.text[this.at]
          continue
        }
        const c = this.text[++this.at]
        if (c === 'u') {
          out += String.fromCharCode(parseInt(this.text.slice(this.at + 1, this.at + 5), 16))
          this.at += 4
        } else {
          out += { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }[c] ?? c
        }
      }
      ++this.at
      return { kind: 'string', value: out }
    }
    const word = /^(null|true|false|NaN|[-+]?Inf(?:inity)?|[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?)/.exec(rest)?.[0]
    if (!word) throw new Error(`cannot read ${rest}`)
    this.at += word.length
    if (word === 'null') return { kind: 'null' }
    if (word === 'true' || word === 'false') return { kind: 'boolean', value: word === 'true' }
    if (/^[-+]?\d+$/.test(word)) return { kind: 'integer', value: BigInt(word) }
    return { kind: 'float', value: /Inf/.test(word) ? (word[0] === '-' ? -Infinity : Infinity) : Number(word) }
  }
}
const expected = text => new Expected(text).whole()

// As a driver takes it.
function parameter (e) {
  switch (e.kind) {
    case 'null': return null
    case 'list': return e.items.map(parameter)
    case 'map': return Object.fromEntries(Object.entries(e.entries).map(([k, v]) => [k, parameter(v)]))
    default: return e.value
  }
}

// ---- comparing

const pad = (n, width = 2) => String(n).padStart(width, '0')
function clock (t) {
  const nanos = BigInt(t.nanosecond), seconds = BigInt(t.second)
  const fraction = nanos ? '.' + pad(nanos, 9).replace(/0+$/, '') : ''
  return `${pad(t.hour)}:${pad(t.minute)}${seconds || nanos ? ':' + pad(seconds) + fraction : ''}`
}
function day (t) {
  const year = Number(t.year)
  const text = Math.abs(year) > 9999 ? (year < 0 ? '-' : '+') + Math.abs(year) : (year < 0 ? '-' : '') + pad(Math.abs(year), 4)
  return `${text}-${pad(t.month)}-${pad(t.day)}`
}
function offset (seconds) {
  seconds = Number(seconds)
  if (seconds === 0) return 'Z'
  const a = Math.abs(seconds)
  return `${seconds < 0 ? '-' : '+'}${pad(Math.floor(a / 3600))}:${pad(Math.floor(a / 60) % 60)}${a % 60 ? ':' + pad(a % 60) : ''}`
}
function duration (d) {
  const months = BigInt(d.months), days = BigInt(d.days), seconds = BigInt(d.seconds), nanos = BigInt(d.nanoseconds)
  let out = 'P'
  if (months / 12n) out += `${months / 12n}Y`
  if (months % 12n) out += `${months % 12n}M`
  if (days) out += `${days}D`
  let total = seconds * 1000000000n + nanos
  let time = ''
  const hours = total / 3600000000000n
  total %= 3600000000000n
  const minutes = total / 60000000000n
  total %= 60000000000n
  if (hours) time += `${hours}H`
  if (minutes) time += `${minutes}M`
  if (total) {
    const a = total < 0n ? -total : total
    const fraction = a % 1000000000n ? '.' + pad(a % 1000000000n, 9).replace(/0+$/, '') : ''
    time += `${total < 0n ? '-' : ''}${a / 1000000000n}${fraction}S`
  }
  if (time) out += 'T' + time
  return out === 'P' ? 'PT0S' : out
}
// openCypher's toString of a temporal value; null: it is none.
function temporal (v) {
  if (neo4j.isDate(v)) return day(v)
  if (neo4j.isLocalTime(v)) return clock(v)
  if (neo4j.isTime(v)) return clock(v) + offset(v.timeZoneOffsetSeconds)
  if (neo4j.isLocalDateTime(v)) return `${day(v)}T${clock(v)}`
  if (neo4j.isDateTime(v)) return `${day(v)}T${clock(v)}${offset(v.timeZoneOffsetSeconds)}${v.timeZoneId ? `[${v.timeZoneId}]` : ''}`
  if (neo4j.isDuration(v)) return duration(v)
  return null
}

const sameMap = (entries, got, loose) => {
  const keys = Object.keys(entries)
  return keys.length === Object.keys(got).length && keys.every(k => k in got && same(entries[k], got[k], loose))
}
const bag = (wanted, got, equal) => {
  if (wanted.length !== got.length) return false
  const rest = [...got]
  return wanted.every(w => {
    const at = rest.findIndex(g => equal(w, g))
    if (at < 0) return false
    rest.splice(at, 1)
    return true
  })
}
const sameNode = (e, v, loose) => neo4j.isNode(v) && bag(e.labels, v.labels, (a, b) => a === b) && sameMap(e.properties, v.properties, loose)
const sameRelationship = (e, v, loose) => (neo4j.isRelationship(v) || neo4j.isUnboundRelationship(v)) && e.type === v.type && sameMap(e.properties, v.properties, loose)

// `loose`: lists are compared as bags.
function same (e, v, loose) {
  switch (e.kind) {
    case 'null': return v === null
    case 'boolean': return v === e.value
    case 'integer': return typeof v === 'bigint' && v === e.value
    case 'float': return typeof v === 'number' && (v === e.value || (Number.isNaN(v) && Number.isNaN(e.value)))
    case 'string': return typeof v === 'string' ? v === e.value : v !== null && typeof v === 'object' && temporal(v) === e.value
    case 'list': return Array.isArray(v) && (loose ? bag(e.items, v, (a, b) => same(a, b, loose)) : e.items.length === v.length && e.items.every((item, i) => same(item, v[i], loose)))
    case 'map': return v !== null && typeof v === 'object' && Object.getPrototypeOf(v) === Object.prototype && sameMap(e.entries, v, loose)
    case 'node': return sameNode(e, v, loose)
    case 'relationship': return neo4j.isRelationship(v) && sameRelationship(e, v, loose)
    case 'path': {
      if (!neo4j.isPath(v) || v.segments.length !== e.steps.length || !sameNode(e.nodes[0], v.start, loose)) return false
      return e.steps.every(({ relationship, back }, i) => {
        const s = v.segments[i]
        const from = back ? s.end : s.start, to = back ? s.start : s.end
        return sameRelationship(relationship, s.relationship, loose) && s.relationship.startNodeElementId === from.elementId &&
          s.relationship.endNodeElementId === to.elementId && sameNode(e.nodes[i + 1], s.end, loose)
      })
    }
  }
  throw new Error(e.kind)
}

const shown = v => JSON.stringify(v, (_, x) => typeof x === 'bigint' ? `${x}` : x !== null && typeof x === 'object' && temporal(x) !== null ? temporal(x) : x)

// ---- running

const [program, folder, ...options] = process.argv.slice(2)
const failedFile = options.includes('--failed') ? options[options.indexOf('--failed') + 1] : null
const server = await serve(program, '--test-procedures', '--timeout', '60')
const driver = neo4j.driver(server.url, neo4j.auth.basic('neo4j', 'tck'), { useBigInt: true })
const session = driver.session()

class Fault extends Error {}
const check = (condition, words) => { if (!condition) throw new Fault(words) }

async function state () {
  const nodes = new Set(), relationships = new Set(), properties = new Set(), labels = new Set()
  for (const record of (await session.run('MATCH (n) RETURN n')).records) {
    const n = record.get('n')
    nodes.add(n.elementId)
    n.labels.forEach(label => labels.add(label))
    for (const [key, value] of Object.entries(n.properties)) properties.add(`${n.elementId} ${key} ${shown(value)}`)
  }
  for (const record of (await session.run('MATCH ()-[r]->() RETURN r')).records) {
    const r = record.get('r')
    relationships.add(r.elementId)
    for (const [key, value] of Object.entries(r.properties)) properties.add(`${r.elementId} ${key} ${shown(value)}`)
  }
  return { nodes, relationships, properties, labels }
}
const minus = (a, b) => [...a].filter(x => !b.has(x)).length
function changes (before, after) {
  const out = {}
  for (const key of Object.keys(before)) {
    out[`+${key}`] = minus(after[key], before[key])
    out[`-${key}`] = minus(before[key], after[key])
  }
  return out
}
function checkChanges (before, after, wanted) {
  const got = changes(before, after)
  for (const key of Object.keys(got)) check(got[key] === (wanted[key] ?? 0), `side effects: ${key} is ${got[key]}, expected ${wanted[key] ?? 0}`)
}

// A result of no rows still has columns.
async function runQuery (query, parameters) {
  try {
    const result = session.run(query, parameters)
    const keys = await result.keys()
    const { records, summary } = await result
    return { keys, rows: records.map(r => keys.map(k => r.get(k))), summary }
  } catch (error) {
    if (!error.code || error.code === neo4j.error.SERVICE_UNAVAILABLE || error.code === neo4j.error.PROTOCOL_ERROR) throw error
    return { error }
  }
}

function checkError (outcome, type, detail, when) {
  check(outcome.error, `no failure; expected ${type} ${when}: ${detail}`)
  const code = outcome.error.code.split('.').at(-1)
  const alike = { ConstraintVerificationFailed: ['ConstraintValidationFailed'], ConstraintValidationFailed: ['ConstraintVerificationFailed'], ProcedureError: ['ProcedureNotFound'] }[type] ?? []
  check(code === type || alike.includes(code), `code ${outcome.error.code}, expected ${type}: ${outcome.error.message}`)
  check(detail === '*' || new RegExp(`(^|\\W)${detail}($|\\W)`).test(outcome.error.message), `message without ${detail}: ${outcome.error.message}`)
}

function checkRows (outcome, table, ordered, loose) {
  check(!outcome.error, `failed: ${outcome.error?.code} ${outcome.error?.message}`)
  const [head, ...rows] = table
  check(head.length === outcome.keys.length && head.every((name, i) => name === outcome.keys[i]), `columns ${shown(outcome.keys)}, expected ${shown(head)}`)
  const wanted = rows.map(row => row.map(expected))
  const equal = (w, g) => w.every((cell, i) => same(cell, g[i], loose))
  const fits = ordered ? wanted.length === outcome.rows.length && wanted.every((w, i) => equal(w, outcome.rows[i])) : bag(wanted, outcome.rows, equal)
  check(fits, `rows ${shown(outcome.rows).slice(0, 400)}, expected ${shown(rows).slice(0, 400)}`)
}

async function runScenario (scenario) {
  await session.run('CALL liantu.test.clear()')
  await session.run('MATCH (n) DETACH DELETE n')
  const parameters = {}
  let before = null, outcome = null, compile = null, asked = true
  for (const { words, text, table } of scenario.steps) {
    let m
    if (words === 'an empty graph' || words === 'any graph') continue
    if ((m = /^the (\S+) graph$/.exec(words))) {
      await session.run(readFileSync(join(folder, 'graphs', m[1], `${m[1]}.cypher`), 'utf8'))
    } else if (words === 'having executed:') {
      await session.run(text, parameters)
    } else if (words === 'parameters are:') {
      for (const [name, value] of table) parameters[name] = parameter(expected(value))
    } else if (words.startsWith('there exists a procedure ')) {
      const [head, ...rows] = table
      await session.run('CALL liantu.test.register($step, $columns, $rows)', { step: words, columns: head, rows })
    } else if (words === 'executing query:') {
      before = await state()
      compile = (await runQuery(`EXPLAIN ${text}`, parameters)).error ?? null
      checkChanges(before, await state(), {})
      outcome = await runQuery(text, parameters)
      asked = false
    } else if (words === 'executing control query:') {
      outcome = await runQuery(text, parameters)
      asked = false
    } else if (words === 'the result should be empty') {
      asked = true
      check(!outcome.error, `failed: ${outcome.error?.code} ${outcome.error?.message}`)
      check(outcome.rows.length === 0, `${outcome.rows.length} rows, expected none`)
      check(!compile, `EXPLAIN failed: ${compile?.message}`)
    } else if ((m = /^the result should be(?:, (in any order|in order))?( \(ignoring element order for lists\))?:$/.exec(words))) {
      asked = true
      checkRows(outcome, table, m[1] === 'in order', Boolean(m[2]))
      check(!compile, `EXPLAIN failed: ${compile?.message}`)
    } else if (words === 'no side effects') {
      checkChanges(before, await state(), {})
    } else if (words === 'the side effects should be:') {
      checkChanges(before, await state(), Object.fromEntries(table.map(([key, n]) => [key, Number(n)])))
    } else if ((m = /^an? (\w+) should be raised at (compile time|runtime|any time): (\S+)$/.exec(words))) {
      asked = true
      checkError(outcome, m[1], m[3], m[2])
      if (m[2] === 'compile time') checkError({ error: compile }, m[1], m[3], 'from EXPLAIN')
      if (m[2] === 'runtime') check(!compile, `EXPLAIN failed already: ${compile?.message}`)
      checkChanges(before, await state(), {})
    } else {
      throw new Error(`unknown step: ${words}`)
    }
  }
  check(asked || !outcome.error, `a failure that no step asks for: ${outcome?.error?.message}`)
}

function features (path) {
  if (statSync(path).isDirectory()) return readdirSync(path).sort().flatMap(name => features(join(path, name)))
  return path.endsWith('.feature') ? [path] : []
}

const root = existsSync(join(folder, 'features')) ? join(folder, 'features') : folder
const totals = new Map(), failures = []
let passed = 0, count = 0
for (const file of features(root)) {
  const place = relative(root, file)
  const group = place.split('/').slice(0, -1).join('/')
  const total = totals.get(group) ?? { passed: 0, all: 0 }
  totals.set(group, total)
  for (const scenario of readFeature(file)) {
    ++count
    ++total.all
    try {
      await runScenario(scenario)
      ++passed
      ++total.passed
    } catch (error) {
      if (!(error instanceof Fault) && !(error instanceof neo4j.Neo4jError)) console.error(`${place}: ${scenario.name}: ${error.stack}`)
      failures.push(`${place}\t${scenario.name}\t${String(error.message).replace(/\s+/g, ' ')}`)
      if (error.code === neo4j.error.SERVICE_UNAVAILABLE) break
    }
  }
}
for (const [group, total] of totals) console.log(`${group.padEnd(40)} ${String(total.passed).padStart(5)} of ${total.all}`)
console.log(`${'all'.padEnd(40)} ${String(passed).padStart(5)} of ${count}  ${(100 * passed / count).toFixed(2)} %`)
if (failedFile) writeFileSync(failedFile, failures.map(f => f + '\n').join(''))
await session.close()
await driver.close()
await server.stop()
process.exit(count > 0 && passed === (options.includes('--none') ? 0 : count) ? 0 : 1)
