// How `npm run signals` judges what it measures. The measurements take minutes, so they are not part of the tests.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { programById, programFacts } from '../shared/knowledge/programs.ts';
import { type Effect, effectOf, judge } from './signals/judge.ts';
import type { Setup } from './signals/setup.ts';
import { SETUPS } from './signals/setups.ts';
import { REASONS } from './signals/unmeasured.ts';

const request = { ok: true, text: '200', at: 1.5 };
const cut = { ok: false, text: 'ECONNRESET', at: 0 };
const end = { at: 1.5, code: 0 };

test('what is started is taken for the program that it is about', () => {
  for (const setup of SETUPS) assert.equal(programFacts(setup.words(1))?.id, setup.id, setup.words(1).join(' '));
});

test('a reason why nothing is measured is that of an entry without a setup', () => {
  for (const id of Object.keys(REASONS)) {
    assert.ok(programById(id), id);
    assert.ok(!SETUPS.some((setup) => setup.id === id), id);
  }
});

test('an effect is named by what became of the request and of the server', () => {
  const seen = { newcomer: '200', request, end };
  assert.equal(effectOf(seen, false), 'finishes');
  assert.equal(effectOf({ ...seen, request: cut }, false), 'cuts');
  assert.equal(effectOf({ ...seen, end: undefined }, false), 'goes on');
  assert.equal(effectOf({ ...seen, end: undefined, request: cut }, false), 'cuts and goes on');
  assert.equal(effectOf({ ...seen, end: undefined }, true), 'deaf');
});

test('a measurement that contradicts the data is told', () => {
  const verdict = (id: string, variant: string | undefined, signal: string, effect: Effect, code?: number) => {
    const setup = SETUPS.find((one) => one.id === id && one.variant === variant) as Setup;
    const facts = programFacts(setup.words(1));
    assert.ok(facts);
    return judge(facts, setup, signal, effect, code);
  };
  assert.equal(verdict('nginx', undefined, 'SIGQUIT', 'finishes', 0), 'as said');
  assert.deepEqual(verdict('nginx', undefined, 'SIGQUIT', 'cuts', 0), { said: 'graceful' });
  assert.deepEqual(verdict('nginx', undefined, 'SIGTERM', 'finishes', 0), { said: 'fast' });
  assert.equal(verdict('nginx', undefined, 'SIGHUP', 'cuts and goes on'), 'as said');
  assert.deepEqual(verdict('nginx', undefined, 'SIGHUP', 'finishes', 0), { said: 'ignored' });
  // Without what makes it graceful nothing is promised.
  assert.equal(verdict('php-fpm', 'as it comes', 'SIGQUIT', 'cuts', 0), 'silent');
  assert.deepEqual(verdict('php-fpm', 'process_control_timeout', 'SIGQUIT', 'cuts', 0), { said: 'graceful' });
  assert.equal(verdict('varnishd', undefined, 'SIGUSR2', 'deaf'), 'silent');
  assert.equal(verdict('lighttpd', undefined, 'SIGUSR2', 'deaf'), 'as said');
  assert.deepEqual(verdict('lighttpd', undefined, 'SIGUSR2', 'goes on'), { said: 'no handler' });
  assert.equal(verdict('lighttpd', undefined, 'SIGWINCH', 'goes on'), 'as said');
  // A database that cuts a statement and ends in order is graceful; one that breaks off is not.
  assert.equal(verdict('mysqld', undefined, 'SIGTERM', 'cuts', 0), 'as said');
  assert.deepEqual(verdict('mysqld', undefined, 'SIGTERM', 'cuts', 137), { said: 'graceful' });
});
