import { describe, expect, it } from 'vitest';
import { steadyClock } from '../../../core/store/steady-clock.ts';
import { clockAt } from '../../support/treasury.ts';

describe('a steady clock', () => {
  it('says what the machine says while the log is not ahead of it', () => {
    const machine = clockAt(1_000);
    const clock = steadyClock(machine);
    clock.notBefore(900);
    expect(clock.nowMs()).toBe(1_000);
    machine.advance(50);
    expect(clock.nowMs()).toBe(1_050);
    expect(clock.behindMs()).toBe(0);
  });

  it('is never earlier than what was written down, and goes on from there at the machine’s pace', () => {
    const machine = clockAt(1_000);
    const clock = steadyClock(machine);
    clock.notBefore(5_000);
    expect(clock.nowMs()).toBe(5_000);
    machine.advance(10);
    expect(clock.nowMs()).toBe(5_010);
    clock.notBefore(5_010);
    machine.advance(10);
    expect(clock.nowMs()).toBe(5_020);
    expect(clock.behindMs()).toBe(4_000);
  });

  it('is the machine’s again once that is right', () => {
    const machine = clockAt(1_000);
    const clock = steadyClock(machine);
    clock.notBefore(5_000);
    clock.nowMs();
    machine.advance(9_000);
    expect(clock.nowMs()).toBe(10_000);
    expect(clock.behindMs()).toBe(0);
  });

  it('does not wait for the machine to catch up when that is set back further and further', () => {
    const machine = clockAt(10_000);
    const clock = steadyClock(machine);
    clock.notBefore(10_000);
    for (let step = 0; step < 5; step += 1) {
      machine.advance(-1_000);
      expect(clock.nowMs()).toBe(10_000);
    }
    machine.advance(7);
    expect(clock.nowMs()).toBe(10_007);
  });
});
