#include "common/wire/backup.h"

#include <array>

#include "common/wire/codec.h"

namespace shopkeeper::wire {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::string_view, 5> kKinds{"Backup", "Seal", "Restore", "Verify", "Discard"};
constexpr std::array<std::string_view, 5> kPhases{"Waiting", "Running", "Succeeded", "Failed",
                                                  "Cancelled"};

template <class Enum, std::size_t n>
void readName(FieldReader& fields, const char* field, const std::array<std::string_view, n>& names,
              Enum& out) {
  std::string text;
  fields.require(field, text);
  for (std::size_t i = 0; i < n; ++i) {
    if (text == names[i]) {
      out = static_cast<Enum>(i);
      return;
    }
  }
  std::string all;
  for (const std::string_view name : names) all += (all.empty() ? "" : ", ") + std::string(name);
  fields.fail(field, "one of " + all);
}

Json encode(const BackupTask& task) {
  return {{"id", task.id},
          {"kind", toString(task.kind)},
          {"point", task.point},
          {"time", task.time},
          {"sourceHost", task.sourceHost},
          {"at", task.at},
          {"snapshot", task.snapshot},
          {"tables", task.tables},
          {"force", task.force},
          {"damage", task.damage},
          {"prepareOnly", task.prepareOnly},
          {"document", task.document},
          {"group", task.group},
          {"groups", task.groups},
          {"restore", task.restore}};
}

std::string readTask(const Json& object, const std::string& where, BackupTask& task) {
  FieldReader fields(object, where);
  fields.require("id", task.id);
  readName(fields, "kind", kKinds, task.kind);
  fields.read("point", task.point);
  fields.read("time", task.time);
  fields.read("sourceHost", task.sourceHost);
  fields.read("at", task.at);
  fields.read("snapshot", task.snapshot);
  fields.read("tables", task.tables);
  fields.read("force", task.force);
  fields.read("damage", task.damage);
  fields.read("prepareOnly", task.prepareOnly);
  fields.read("document", task.document);
  fields.read("group", task.group);
  fields.read("groups", task.groups);
  fields.read("restore", task.restore);
  return fields.error();
}

Json encode(const BackupTaskState& state) {
  Json rows = Json::object();
  for (const auto& [table, count] : state.rows) rows[table] = count;
  return {{"id", state.id},
          {"phase", toString(state.phase)},
          {"step", state.step},
          {"files", state.files},
          {"totalFiles", state.totalFiles},
          {"bytes", state.bytes},
          {"totalBytes", state.totalBytes},
          {"newBytes", state.newBytes},
          {"secondsLeft", state.secondsLeft},
          {"message", state.message},
          {"retryable", state.retryable},
          {"snapshot", state.snapshot},
          {"asOf", state.asOf},
          {"sha256", state.sha256},
          {"storedBytes", state.storedBytes},
          {"rows", rows},
          {"seconds", state.seconds}};
}

std::string readState(const Json& object, const std::string& where, BackupTaskState& state) {
  FieldReader fields(object, where);
  fields.require("id", state.id);
  readName(fields, "phase", kPhases, state.phase);
  fields.read("step", state.step);
  fields.read("files", state.files);
  fields.read("totalFiles", state.totalFiles);
  fields.read("bytes", state.bytes);
  fields.read("totalBytes", state.totalBytes);
  fields.read("newBytes", state.newBytes);
  fields.read("secondsLeft", state.secondsLeft);
  fields.read("message", state.message);
  fields.read("retryable", state.retryable);
  fields.read("snapshot", state.snapshot);
  fields.read("asOf", state.asOf);
  fields.read("sha256", state.sha256);
  fields.read("storedBytes", state.storedBytes);
  fields.read("seconds", state.seconds);
  if (!fields.error().empty() || !object.contains("rows")) return fields.error();
  const Json& rows = object["rows"];
  FieldReader counts(rows, where + (where.empty() ? "" : ".") + "rows");
  if (!counts.error().empty()) return counts.error();
  for (const auto& [table, value] : rows.items()) {
    std::uint64_t count = 0;
    counts.read(table.c_str(), count);
    state.rows.emplace_back(table, count);
  }
  return counts.error();
}

std::string readGate(const Json& object, BackupGate& gate) {
  FieldReader fields(object, "gate");
  fields.read("state", gate.state);
  fields.read("message", gate.message);
  fields.read("restored", gate.restored);
  fields.read("asOf", gate.asOf);
  fields.read("seconds", gate.seconds);
  fields.read("swapped", gate.swapped);
  return fields.error();
}

std::string readShipping(const Json& object, BackupShipping& shipping) {
  FieldReader fields(object, "shipping");
  fields.read("active", shipping.active);
  fields.read("restorable", shipping.restorable);
  fields.read("shippedUpTo", shipping.shippedUpTo);
  fields.read("lagSeconds", shipping.lagSeconds);
  fields.read("logBytes", shipping.logBytes);
  fields.read("streamsBroken", shipping.streamsBroken);
  fields.read("trouble", shipping.trouble);
  return fields.error();
}

template <class Item>
Result<Item> parseOne(std::string_view text, const char* what,
                      std::string (*read)(const Json&, const std::string&, Item&)) {
  const auto json = parseObject(text, what);
  if (!json) return json.error();
  Item item;
  if (const std::string error = read(*json, "", item); !error.empty()) {
    return Error(ErrorCode::InvalidArgument, std::string(what) + ": " + error);
  }
  return item;
}

std::string readReport(const Json& json, BackupReport& report) {
  FieldReader fields(json, "");
  fields.require("guide", report.guide);
  fields.require("namespace", report.nameSpace);
  fields.require("component", report.component);
  fields.require("pod", report.pod);
  fields.read("version", report.version);
  fields.read("sequence", report.sequence);
  fields.read("repositoryId", report.repositoryId);
  fields.read("repositoryTrouble", report.repositoryTrouble);
  std::string error = fields.error();
  if (error.empty() && json.contains("gate")) error = readGate(json["gate"], report.gate);
  if (error.empty() && json.contains("shipping")) {
    error = readShipping(json["shipping"], report.shipping);
  }
  if (error.empty()) error = decodeList(fields, "", "tasks", report.tasks, readState);
  return error;
}

}  // namespace

std::string_view toString(BackupTaskKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }
std::string_view toString(BackupTaskPhase phase) {
  return kPhases[static_cast<std::size_t>(phase)];
}

std::string toJson(const BackupTask& task) { return toText(encode(task)); }
std::string toJson(const BackupTaskState& state) { return toText(encode(state)); }

std::string toJson(const BackupReport& report) {
  Json tasks = Json::array();
  for (const BackupTaskState& state : report.tasks) tasks.push_back(encode(state));
  const BackupGate& gate = report.gate;
  const BackupShipping& shipping = report.shipping;
  return toText({{"guide", report.guide},
                 {"namespace", report.nameSpace},
                 {"component", report.component},
                 {"pod", report.pod},
                 {"version", report.version},
                 {"sequence", report.sequence},
                 {"repositoryId", report.repositoryId},
                 {"repositoryTrouble", report.repositoryTrouble},
                 {"gate",
                  {{"state", gate.state},
                   {"message", gate.message},
                   {"restored", gate.restored},
                   {"asOf", gate.asOf},
                   {"seconds", gate.seconds},
                   {"swapped", gate.swapped}}},
                 {"shipping",
                  {{"active", shipping.active},
                   {"restorable", shipping.restorable},
                   {"shippedUpTo", shipping.shippedUpTo},
                   {"lagSeconds", shipping.lagSeconds},
                   {"logBytes", shipping.logBytes},
                   {"streamsBroken", shipping.streamsBroken},
                   {"trouble", shipping.trouble}}},
                 {"tasks", tasks}});
}

std::string toJson(const BackupOrders& orders) {
  Json tasks = Json::array();
  for (const BackupTask& task : orders.tasks) tasks.push_back(encode(task));
  return toText(
      {{"initialize", orders.initialize}, {"repositoryId", orders.repositoryId}, {"tasks", tasks}});
}

Result<BackupTask> parseBackupTask(std::string_view json) {
  return parseOne<BackupTask>(json, "backup task", readTask);
}

Result<BackupTaskState> parseBackupTaskState(std::string_view json) {
  return parseOne<BackupTaskState>(json, "state of a backup task", readState);
}

Result<BackupReport> parseBackupReport(std::string_view text) {
  const auto json = parseObject(text, "the backup report");
  if (!json) return json.error();
  BackupReport report;
  if (const std::string error = readReport(*json, report); !error.empty()) {
    return Error(ErrorCode::InvalidArgument, "backup report: " + error);
  }
  return report;
}

Result<BackupOrders> parseBackupOrders(std::string_view text) {
  const auto json = parseObject(text, "the backup orders");
  if (!json) return json.error();
  BackupOrders orders;
  FieldReader fields(*json, "");
  fields.read("initialize", orders.initialize);
  fields.read("repositoryId", orders.repositoryId);
  std::string error = fields.error();
  if (error.empty()) error = decodeList(fields, "", "tasks", orders.tasks, readTask);
  if (!error.empty()) return Error(ErrorCode::InvalidArgument, "backup orders: " + error);
  return orders;
}

}  // namespace shopkeeper::wire
