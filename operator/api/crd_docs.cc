#include "operator/api/crd_docs.h"

#include <yaml-cpp/yaml.h>

#include <sstream>
#include <vector>

namespace shopkeeper::api {
namespace {

std::string scalar(const YAML::Node& node) {
  if (node.IsMap() && node.size() == 0) return "{}";
  return node.IsScalar() ? node.Scalar() : YAML::Dump(node);
}

// A table cell: one line, no column separators.
std::string cell(std::string text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') {
      out += "\\|";
    } else {
      out += c == '\n' ? ' ' : c;
    }
  }
  return out;
}

std::string typeOf(const YAML::Node& schema) {
  if (schema["x-kubernetes-int-or-string"]) return "quantity";
  const auto type = schema["type"] ? schema["type"].Scalar() : "any";
  if (type == "array") return "list of " + typeOf(schema["items"]);
  if (schema["additionalProperties"]) return "map of " + typeOf(schema["additionalProperties"]);
  return type;
}

std::string limitsOf(const YAML::Node& schema, bool required) {
  std::vector<std::string> parts;
  if (required) parts.push_back("required");
  if (schema["enum"]) {
    std::string values;
    for (const auto& value : schema["enum"]) values += (values.empty() ? "" : ", ") + scalar(value);
    parts.push_back("one of " + values);
  }
  if (schema["minimum"] && schema["maximum"]) {
    parts.push_back(scalar(schema["minimum"]) + " to " + scalar(schema["maximum"]));
  }
  if (schema["maxLength"]) parts.push_back("at most " + scalar(schema["maxLength"]) + " bytes");
  if (schema["maxItems"]) parts.push_back("at most " + scalar(schema["maxItems"]) + " entries");
  for (const auto& rule : schema["x-kubernetes-validations"]) {
    parts.push_back(scalar(rule["message"]));
  }
  std::string out;
  for (const auto& part : parts) out += (out.empty() ? "" : "; ") + part;
  return out;
}

bool isRequired(const YAML::Node& parent, const std::string& name) {
  for (const auto& required : parent["required"]) {
    if (required.Scalar() == name) return true;
  }
  return false;
}

void rows(std::ostringstream& out, const YAML::Node& schema, const std::string& path) {
  for (const auto& property : schema["properties"]) {
    const auto name = property.first.Scalar();
    const YAML::Node& field = property.second;
    const auto here = path + "." + name;
    out << "| `" << here << "` | " << typeOf(field) << " | "
        << (field["default"] ? "`" + scalar(field["default"]) + "`" : "") << " | "
        << cell(field["description"] ? field["description"].Scalar() : "") << " | "
        << cell(limitsOf(field, isRequired(schema, name))) << " |\n";
    if (field["items"]) {
      const auto rules = limitsOf(field["items"], false);
      if (!rules.empty() && field["items"]["properties"]) {
        out << "| `" << here << "[]` | object | | | " << cell(rules) << " |\n";
      }
      rows(out, field["items"], here + "[]");
    } else {
      rows(out, field, here);
    }
  }
}

void table(std::ostringstream& out, const YAML::Node& schema, const std::string& name) {
  out << "\n## " << name << "\n\n"
      << schema["description"].Scalar() << "\n\n"
      << "| field | type | default | what it is | what is allowed |\n| --- | --- | --- | --- | --- "
         "|\n";
  rows(out, schema, name);
}

std::string render(const YAML::Node& crd) {
  const auto& names = crd["spec"]["names"];
  const auto& version = crd["spec"]["versions"][0];
  const auto& schema = version["schema"]["openAPIV3Schema"];
  std::ostringstream out;
  out << "# " << names["kind"].Scalar() << "\n\n<!-- Generated from crds/ by crd-docs; edit there, "
      << "then run `ninja crd-docs-update`. -->\n\n"
      << "`apiVersion: " << crd["spec"]["group"].Scalar() << "/" << version["name"].Scalar()
      << "`, `kind: " << names["kind"].Scalar() << "`; `kubectl get "
      << names["shortNames"][0].Scalar() << "`. " << schema["description"].Scalar() << "\n";
  for (const auto& rule : schema["x-kubernetes-validations"]) {
    out << "\n* " << rule["message"].Scalar();
  }
  out << "\n";
  table(out, schema["properties"]["spec"], "spec");
  table(out, schema["properties"]["status"], "status");
  out << "\n## Columns of kubectl get\n\n| column | what it shows | wide only |\n| --- | --- | --- "
         "|\n";
  for (const auto& column : version["additionalPrinterColumns"]) {
    out << "| " << column["name"].Scalar() << " | "
        << (column["description"] ? column["description"].Scalar() : "") << " | "
        << (column["priority"] ? "yes" : "") << " |\n";
  }
  return out.str();
}

}  // namespace

Result<std::string> crdReference(const std::string& yaml) {
  try {
    const auto crd = YAML::Load(yaml);
    if (!crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]) {
      return Error(ErrorCode::InvalidArgument,
                   "the file is not a CustomResourceDefinition with a schema");
    }
    return render(crd);
  } catch (const YAML::Exception& problem) {
    return Error(ErrorCode::InvalidArgument, std::string("reading the CRD: ") + problem.what());
  }
}

}  // namespace shopkeeper::api
