import { API_VERSION, routes } from '@orq/contracts';
import { openApiDocument } from '@orq/contracts/openapi';
import { referencePage, referencePolicy } from '../docs/page.ts';
import type { Api } from '../api-env.ts';
import { mount } from '../mount.ts';

export function docsRoutes(app: Api): void {
  // Made when it is first asked for: most processes never are.
  let document: ReturnType<typeof openApiDocument> | undefined;
  const describe = () => (document ??= openApiDocument(API_VERSION));
  let page: Promise<{ text: string; policy: string }> | undefined;
  const render = async () => ({ text: await referencePage(describe()), policy: await referencePolicy() });

  mount(app, routes.openApi, async () => describe());

  mount(app, routes.docs, async ({ reply }) => {
    const { text, policy } = await (page ??= render());
    reply.headers['content-security-policy'] = policy;
    return text;
  });
}
