# The Worker on workerd, without Cloudflare: `ORQ_URL=http://127.0.0.1:8000 pnpm start`.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "worker", worker = .worker),
    # The api may be in a private network.
    (name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [(name = "http", address = "127.0.0.1:8787", http = (), service = "worker")],
);

const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "dist/worker.js")],
  compatibilityDate = "2026-11-01",
  bindings = [
    (name = "ORQ_URL", fromEnvironment = "ORQ_URL"),
    (name = "ORQ_TOKEN", fromEnvironment = "ORQ_TOKEN"),
  ],
);
