import { EventsHeaders, JobEvent } from '../resources/event.ts';
import { byId, route } from './route.ts';

export const eventRoutes = {
  jobEvents: route({
    method: 'get',
    path: '/jobs/:id/events',
    tag: 'Events',
    summary: 'Follows a job',
    description:
      'Tells each line of its log once, and four times a second which status it has and how far it has come. Begins with ' +
      'where the job stands now, or after the event of `Last-Event-ID`, and ends once the job has ended.',
    scope: 'read',
    request: { params: byId, headers: EventsHeaders },
    success: { status: 200, description: 'Its events, as they come.', events: JobEvent },
    problems: ['validation', 'not-found', 'unavailable'],
  }),
};
