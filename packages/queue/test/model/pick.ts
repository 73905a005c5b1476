import type { Hand, Ticket } from './hand.ts';
import type { QueueModel } from './model.ts';

/** Which ticket of which worker: `stale` ones are those that are no longer good, where there are any. */
export interface TicketPick {
  hand: number;
  stale: boolean;
  nth: number;
}

export function handAt(hands: readonly Hand[], index: number): Hand {
  const hand = hands[index];
  if (!hand) throw new Error(`there is no worker ${index}`);
  return hand;
}

export const hasTickets = (hand: number) => (model: QueueModel) =>
  handAt(model.hands, hand).tickets.length > 0;

export function pickTicket(model: QueueModel, { hand, stale, nth }: TicketPick): Ticket {
  const { tickets, name } = handAt(model.hands, hand);
  const wanted = tickets.filter((ticket) => !model.heldBy(ticket) === stale);
  const from = wanted.length > 0 ? wanted : tickets;
  const ticket = from[nth % from.length];
  if (!ticket) throw new Error(`${name} holds no ticket`);
  return ticket;
}

export const ticketText = (model: QueueModel, { job }: Ticket) =>
  `${model.nameOf(job.id)} fence ${job.fence}`;

export const pickText = ({ hand, stale, nth }: TicketPick) =>
  `w${hand}'s ${stale ? 'stale ' : ''}ticket ${nth}`;
