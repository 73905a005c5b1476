# The api on workerd: `pnpm build:workerd`, then `workerd serve workerd.capnp`.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "api", worker = .api),
    # The database and the storage may be in a private network.
    (name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [(name = "http", address = "127.0.0.1:8000", http = (), service = "api")],
);

const api :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "dist/workerd/worker.js")],
  compatibilityDate = "2026-11-01",
  # The settings that have a meaning here, from the environment.
  bindings = [
    (name = "DATABASE_URL", fromEnvironment = "DATABASE_URL"),
    (name = "DATABASE_POOLED", fromEnvironment = "DATABASE_POOLED"),
    (name = "CORS_ORIGINS", fromEnvironment = "CORS_ORIGINS"),
    (name = "ORQ_UNSAFE_OPEN_API", fromEnvironment = "ORQ_UNSAFE_OPEN_API"),
    (name = "STORAGE_URL", fromEnvironment = "STORAGE_URL"),
    (name = "AWS_ACCESS_KEY_ID", fromEnvironment = "AWS_ACCESS_KEY_ID"),
    (name = "AWS_SECRET_ACCESS_KEY", fromEnvironment = "AWS_SECRET_ACCESS_KEY"),
    (name = "MAX_UPLOAD_BYTES", fromEnvironment = "MAX_UPLOAD_BYTES"),
    (name = "UPLOAD_STALL_TIMEOUT", fromEnvironment = "UPLOAD_STALL_TIMEOUT"),
    (name = "MAX_JOB_RETRIES", fromEnvironment = "MAX_JOB_RETRIES"),
    (name = "LOG_LEVEL", fromEnvironment = "LOG_LEVEL"),
  ],
);
