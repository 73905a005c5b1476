import { EventsHeaders, JobEvent } from '../resources/event.ts';
import { FeedEvent, FeedHeaders, FeedQuery } from '../resources/feed.ts';
import { byId, route } from './route.ts';

export const eventRoutes = {
  events: route({
    method: 'get',
    path: '/events',
    tag: 'Events',
    summary: 'Follows all jobs',
    description:
      'Tells once a second which jobs have another status, from now on, or after the event of `Last-Event-ID`: each ' +
      'change that it sees once. It sees the 5,000 newest jobs, and those that run; a status that passes within a second ' +
      'is passed over. `gap` says that more jobs were made than it can see: read anew what you show.',
    scope: 'read',
    reach: 'own',
    request: { query: FeedQuery, headers: FeedHeaders },
    success: { status: 200, description: 'Changes, as they are seen.', events: FeedEvent },
    problems: ['validation', 'unavailable'],
  }),
  jobEvents: route({
    method: 'get',
    path: '/jobs/:id/events',
    tag: 'Events',
    summary: 'Follows a job',
    description:
      'Tells each line of its log once, and four times a second which status it has and how far it has come. Begins with ' +
      'where the job stands now, or after the event of `Last-Event-ID`, and ends once the job has ended.',
    scope: 'read',
    reach: 'job',
    request: { params: byId, headers: EventsHeaders },
    success: { status: 200, description: 'Its events, as they come.', events: JobEvent },
    problems: ['validation', 'not-found', 'unavailable'],
  }),
};
