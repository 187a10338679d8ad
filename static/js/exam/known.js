/* What this device knows of a running attempt, for the page that stands in while the room cannot be loaded:
   its end, how far the device's clock is off, and the key for a file with answers. No question is among it. */
import { recall, remember } from './memory.js';

const placeOf = (attempt) => `exam-known-${attempt}`;

export const known = (attempt) => recall(placeOf(attempt)) ?? {};
export const forget = (attempt) => remember(placeOf(attempt), null);

export function note(attempt, facts) {
  remember(placeOf(attempt), { ...known(attempt), ...facts });
}

/* The end, and by how much the server's clock is ahead of this device's. */
export function noteTime(attempt, serverTime, deadline) {
  note(attempt, { deadline, ahead: Date.parse(serverTime) - Date.now() });
}
