#include <CLI/CLI.hpp>

#include "services/knowledge/api.h"
#include "services/knowledge/embedded.h"
#include "services/knowledge/knowledge_service.h"

namespace {

constexpr const char* kExample = R"(Examples:
  guide-knowledge --data ./data --catalog services/catalog-data/catalog.jsonl
  guide-knowledge --data ./data --catalog https://shop.example/feed.csv --catalog-refresh "0 3 * * *"
  guide-knowledge --data ./data --catalog export.json \
    --catalog-map '{"title":"name","brand":"supplier","price":{"field":"price","scale":0.01}}'

What --catalog names is one catalogue together; the store follows it whenever it changes.)";

}  // namespace

int main(int argc, char** argv) {
  using namespace shopkeeper;
  knowledge::KnowledgeFlags flags;
  services::Program program;
  program.name = "guide-knowledge";
  program.description = "Keeps the record of a shopping guide: products, answers and events.";
  program.example = kExample;
  program.openApi = std::string(knowledge::embedded::openapi_json);
  program.workers = knowledge::Api::kWorkers;
  program.maxBodyBytes = 64u << 20;  // a catalogue; other bodies have limits of their own
  program.flags = [&flags](CLI::App& app) {
    app.add_option("--catalog", flags.catalogs,
                   "File, directory or http(s) URL of a catalogue; may be repeated.");
    app.add_option("--catalog-refresh", flags.refresh,
                   "Cron schedule (UTC) to read URLs again; directories are watched.");
    app.add_option("--catalog-map", flags.map,
                   "JSON that says which fields of a foreign catalogue are ours.");
    app.add_option("--keep-events", flags.keepEvents, "Events kept; older ones are dropped.")
        ->capture_default_str();
    app.add_option("--keep-sessions", flags.keepSessions, "Dialogue sessions kept.")
        ->capture_default_str();
  };
  program.make = [&flags](const services::Context& context) {
    return knowledge::makeKnowledgeService(
        context, flags, [](const std::string& base) { return http::makeCpprestClient(base); });
  };
  return services::runProgram(argc, argv, program);
}
