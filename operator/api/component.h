// The five services of a guide, and who may call whom.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

namespace shopkeeper::api {

enum class Component { Ui, Search, Recommendation, Knowledge, Dialogue };

// In the order in which people read them.
inline constexpr std::array kComponents = {Component::Ui, Component::Search,
                                           Component::Recommendation, Component::Knowledge,
                                           Component::Dialogue};

// "ui", "search", "recommendation", "knowledge", "dialogue".
std::string_view toString(Component component);
std::optional<Component> parseComponent(std::string_view name);

// Whom this component may call; docs/architecture.md has the table. Directives, sidecar
// configuration and NetworkPolicies all follow it.
const std::vector<Component>& upstreamsOf(Component component);
// Who may call this component.
std::vector<Component> callersOf(Component component);

// Whether callers choose its pods by tier. Not ui: browsers come through a Service, which knows
// none. Not knowledge: its store has one writer.
bool canHaveStandby(Component component);

}  // namespace shopkeeper::api
