// The watcher's steps, without a network.
#include "operator/kube/watcher.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace shopkeeper::kube::watcher {
namespace {

Object object(const std::string& name, const std::string& version) {
  return Object(nlohmann::json{{"metadata", {{"name", name}, {"resourceVersion", version}}}});
}

Page page(std::vector<Object> items, std::string next, std::string version = "10") {
  return {std::move(items), std::move(version), std::move(next)};
}

Input event(WatchEventType type, const std::string& name, const std::string& version) {
  return EventArrived{{type, object(name, version)}};
}

std::string versionOf(const State& state) {
  if (const auto* listed = std::get_if<InitListed>(&state)) return listed->resourceVersion;
  if (const auto* watching = std::get_if<Watching>(&state)) return watching->resourceVersion;
  return "none";
}

template <class T>
bool is(const Output& output) {
  return std::holds_alternative<T>(output);
}

TEST(Watcher, OnePageListsAtOnce) {
  const Transition t = step(Empty{}, PageArrived{page({object("a", "3")}, "")});
  EXPECT_EQ(name(t.state), "InitListed");
  EXPECT_EQ(versionOf(t.state), "10");
  ASSERT_EQ(t.outputs.size(), 3u);
  EXPECT_TRUE(is<InitStarted>(t.outputs[0]));
  EXPECT_TRUE(is<InitApply>(t.outputs[1]));
  EXPECT_TRUE(is<InitDone>(t.outputs[2]));
}

TEST(Watcher, PagesAreOneList) {
  Transition t = step(Empty{}, PageArrived{page({object("a", "3")}, "next")});
  EXPECT_EQ(std::get<InitPage>(t.state).continueToken, "next");
  EXPECT_TRUE(is<InitStarted>(t.outputs[0]));
  t = step(t.state, PageArrived{page({object("b", "4")}, "")});
  EXPECT_EQ(name(t.state), "InitListed");
  ASSERT_EQ(t.outputs.size(), 2u);  // no second InitStarted
  EXPECT_TRUE(is<InitApply>(t.outputs[0]));
  EXPECT_TRUE(is<InitDone>(t.outputs[1]));
}

TEST(Watcher, ExpiredTokenMidListStartsOver) {
  Transition t = step(InitPage{"old"}, ListFailed{Error(ErrorCode::Gone, "expired")});
  EXPECT_EQ(name(t.state), "Empty");
  EXPECT_TRUE(t.failed);
  t = step(t.state, PageArrived{page({}, "")});
  EXPECT_TRUE(is<InitStarted>(t.outputs[0]));  // what was collected before is dropped
}

TEST(Watcher, LostConnectionMidListKeepsTheToken) {
  const Transition t = step(InitPage{"token"}, ListFailed{Error(ErrorCode::Unavailable, "reset")});
  EXPECT_EQ(std::get<InitPage>(t.state).continueToken, "token");
  EXPECT_TRUE(t.failed);
}

TEST(Watcher, EventsAndBookmarksMoveTheVersion) {
  State state = step(InitListed{"10"}, WatchStarted{}).state;
  EXPECT_EQ(name(state), "Watching");
  Transition t = step(state, event(WatchEventType::Added, "a", "11"));
  EXPECT_TRUE(is<Applied>(t.outputs.at(0)));
  t = step(t.state, event(WatchEventType::Modified, "a", "12"));
  EXPECT_TRUE(is<Applied>(t.outputs.at(0)));
  t = step(t.state, event(WatchEventType::Deleted, "a", "13"));
  EXPECT_TRUE(is<Deleted>(t.outputs.at(0)));
  t = step(t.state, event(WatchEventType::Bookmark, "", "99"));
  EXPECT_TRUE(t.outputs.empty());
  EXPECT_EQ(versionOf(t.state), "99");
}

TEST(Watcher, EndOfTheTimeLimitResumesWithoutWaiting) {
  const Transition t = step(Watching{"42"}, WatchEnded{ok()});
  EXPECT_EQ(std::get<InitListed>(t.state).resourceVersion, "42");
  EXPECT_FALSE(t.failed);
}

TEST(Watcher, CutWatchResumesWhereItWas) {
  for (const ErrorCode code : {ErrorCode::Unavailable, ErrorCode::Timeout,
                               ErrorCode::TooManyRequests, ErrorCode::PermissionDenied}) {
    const Transition t = step(Watching{"42"}, WatchEnded{Error(code, "cut")});
    EXPECT_EQ(std::get<InitListed>(t.state).resourceVersion, "42");
    EXPECT_TRUE(t.failed);
  }
}

TEST(Watcher, GoneListsAgain) {
  for (const State& state : {State(InitListed{"1"}), State(Watching{"1"})}) {
    const Transition t = step(state, WatchEnded{Error(ErrorCode::Gone, "too old")});
    EXPECT_EQ(name(t.state), "Empty");
    EXPECT_TRUE(t.outputs.empty());  // the store keeps what it has until the new list is whole
  }
}

// An event that cannot be read would come again at the same version for ever.
TEST(Watcher, UnreadableEventListsAgain) {
  for (const ErrorCode code : {ErrorCode::Corrupt, ErrorCode::TooLarge}) {
    EXPECT_EQ(name(step(Watching{"5"}, WatchEnded{Error(code, "x")}).state), "Empty");
  }
}

TEST(Watcher, ListWithoutVersionIsNoList) {
  const Transition t = step(Empty{}, PageArrived{page({}, "", "")});
  EXPECT_EQ(name(t.state), "Empty");
  EXPECT_TRUE(t.outputs.empty());
  EXPECT_TRUE(t.failed);
}

TEST(Watcher, InputsOutOfPlaceChangeNothing) {
  EXPECT_EQ(name(step(Empty{}, WatchStarted{}).state), "Empty");
  EXPECT_EQ(name(step(Empty{}, event(WatchEventType::Added, "a", "1")).state), "Empty");
  const Transition t = step(Watching{"7"}, PageArrived{page({object("a", "1")}, "")});
  EXPECT_EQ(versionOf(t.state), "7");
  EXPECT_TRUE(t.outputs.empty());
}

}  // namespace
}  // namespace shopkeeper::kube::watcher
