// SPDX-License-Identifier: Apache-2.0
// Starts `liantu serve` on a fresh store and a free port, and stops it again. The program is $LIANTU, else the first argument.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export async function serve (program, ...options) {
  const folder = mkdtempSync(join(tmpdir(), 'liantu-bolt-'))
  const child = spawn(program, ['serve', '--db', join(folder, 'db'), '--create', '--schema', 'none', '--bolt', '127.0.0.1:0', ...options],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, LIANTU_LANG: 'en' } })
  const ended = new Promise(resolve => child.on('exit', (code, signal) => resolve(code ?? signal)))
  const url = await new Promise((resolve, reject) => {
    let said = ''
    child.stdout.on('data', bytes => {
      said += bytes
      if (said.includes('\n')) resolve(said.slice(0, said.indexOf('\n')))
    })
    ended.then(code => reject(new Error(`liantu serve ended with ${code}`)))
  })
  return {
    url,
    // The exit status.
    async stop () {
      child.kill('SIGTERM')
      const code = await ended
      rmSync(folder, { recursive: true, force: true })
      return code
    }
  }
}
