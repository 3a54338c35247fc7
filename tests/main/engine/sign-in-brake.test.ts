import { describe, expect, it } from 'vitest';
import { SignInBrake } from '../../../main/engine/sign-in-brake.ts';

const slowed = expect.objectContaining({ code: 'session.slowed' });

describe('the brake on signing in', () => {
  it('counts a name in every spelling as one', () => {
    const brake = new SignInBrake();
    for (const name of ['Ada', ' ada', 'ADA']) brake.begin(name, 0);
    expect(() => brake.begin('aDa', 0)).toThrow(slowed);
    expect(() => brake.begin('Ben', 0)).not.toThrow();
  });

  it('counts tries that are not answered yet, so that many at once gain nothing', () => {
    const brake = new SignInBrake();
    const refused = Array.from({ length: 20 }, () => {
      try {
        brake.begin('Ada', 0);
        return false;
      } catch {
        return true;
      }
    });
    expect(refused.filter(Boolean)).toHaveLength(17);
  });

  it('is let go by the right passphrase, and by time', () => {
    const brake = new SignInBrake();
    for (let n = 0; n < 3; n++) brake.begin('Ada', 0);
    expect(() => brake.begin('Ada', 999)).toThrow(slowed);
    brake.begin('Ada', 1_000);
    brake.succeeded('ada');
    expect(() => brake.begin('Ada', 1_000)).not.toThrow();
  });

  it('is not let go by trying ten thousand other names', () => {
    const brake = new SignInBrake();
    for (let n = 0; n < 9_000; n++) brake.begin(`first ${n}`, 0);
    for (let n = 0; n < 3; n++) brake.begin('Ada', 0);
    for (let n = 0; n < 5_000; n++) brake.begin(`then ${n}`, 0);
    expect(() => brake.begin('Ada', 0)).toThrow(slowed);
  });
});
