#include "operator/api/component.h"

#include <algorithm>

namespace shopkeeper::api {

std::string_view toString(Component component) {
  switch (component) {
    case Component::Ui:
      return "ui";
    case Component::Search:
      return "search";
    case Component::Recommendation:
      return "recommendation";
    case Component::Knowledge:
      return "knowledge";
    case Component::Dialogue:
      return "dialogue";
  }
  return "";
}

std::optional<Component> parseComponent(std::string_view name) {
  for (const auto component : kComponents) {
    if (toString(component) == name) return component;
  }
  return std::nullopt;
}

const std::vector<Component>& upstreamsOf(Component component) {
  using enum Component;
  static const std::vector<Component> ofUi = {Search, Recommendation, Knowledge, Dialogue};
  static const std::vector<Component> ofDialogue = {Knowledge, Search};
  static const std::vector<Component> ofDerived = {Knowledge};
  static const std::vector<Component> none;
  switch (component) {
    case Ui:
      return ofUi;
    case Dialogue:
      return ofDialogue;
    case Search:
    case Recommendation:
      return ofDerived;
    case Knowledge:
      return none;
  }
  return none;
}

bool canHaveStandby(Component component) {
  return component != Component::Ui && component != Component::Knowledge;
}

std::vector<Component> callersOf(Component component) {
  std::vector<Component> callers;
  for (const auto caller : kComponents) {
    const auto& called = upstreamsOf(caller);
    if (std::find(called.begin(), called.end(), component) != called.end()) {
      callers.push_back(caller);
    }
  }
  return callers;
}

}  // namespace shopkeeper::api
