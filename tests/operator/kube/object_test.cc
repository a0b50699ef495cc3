#include "operator/kube/object.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "operator/kube/watch_event.h"

namespace shopkeeper::kube {
namespace {

TEST(Resource, PathsFollowGroupAndNamespace) {
  EXPECT_EQ(resources::pods().collectionPath("shop"), "/api/v1/namespaces/shop/pods");
  EXPECT_EQ(resources::pods().collectionPath(""), "/api/v1/pods");
  EXPECT_EQ(resources::deployments().objectPath({"shop", "a b"}, "status"),
            "/apis/apps/v1/namespaces/shop/deployments/a%20b/status");
  EXPECT_EQ(resources::nodes().objectPath({"ignored", "n1"}), "/api/v1/nodes/n1");
}

TEST(Object, AccessorsReadMetadata) {
  const auto object = Object::parse(R"({"apiVersion":"v1","kind":"Pod","metadata":{
    "name":"p","namespace":"shop","uid":"u1","resourceVersion":"7","generation":3,
    "creationTimestamp":"2026-11-23T10:00:00Z","deletionTimestamp":"2026-11-23T11:00:00Z",
    "labels":{"a":"b"},"annotations":{"x":"y"},"finalizers":["f1"],
    "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"r","uid":"u2"},
                       {"apiVersion":"v1","kind":"X","name":"x","uid":"u3","controller":true}]}})");
  ASSERT_TRUE(object);
  EXPECT_EQ(object->key().toString(), "shop/p");
  EXPECT_EQ(object->generation(), 3);
  EXPECT_TRUE(object->deleting());
  EXPECT_EQ(*object->deletionTime() - *object->creationTime(), std::chrono::hours(1));
  EXPECT_EQ(object->label("a"), "b");
  EXPECT_EQ(object->annotation("none"), std::nullopt);
  EXPECT_TRUE(object->hasFinalizer("f1"));
  ASSERT_EQ(object->owners().size(), 2u);
  EXPECT_EQ(object->controller()->uid, "u3");
  EXPECT_EQ(object->asControllerReference()["controller"], true);
}

TEST(Object, FieldsOfAnotherTypeReadAsEmpty) {
  const auto object = Object::parse(
      R"({"kind":7,"metadata":{"name":[],"labels":"x","generation":"1","finalizers":{},
          "ownerReferences":[3,{"uid":5,"controller":"yes"}]}})");
  ASSERT_TRUE(object);
  EXPECT_EQ(object->kind(), "");
  EXPECT_EQ(object->name(), "");
  EXPECT_EQ(object->generation(), 0);
  EXPECT_TRUE(object->labels().empty());
  EXPECT_TRUE(object->finalizers().empty());
  EXPECT_FALSE(object->controller());
  const auto odd = Object::parse(R"({"metadata":"x"})");
  EXPECT_EQ(odd->uid(), "");
}

TEST(Object, WhatIsNoObjectIsCorrupt) {
  for (const char* text : {"", "[]", "3", "{", "null", "{\"a\":\"\xff\"}"}) {
    const auto object = Object::parse(text);
    ASSERT_FALSE(object) << text;
    EXPECT_EQ(object.error().code(), ErrorCode::Corrupt);
  }
}

TEST(WatchEvent, ReadsEveryType) {
  const auto line = [](const std::string& type) {
    return R"({"type":")" + type + R"(","object":{"metadata":{"name":"a","resourceVersion":"5"}}})";
  };
  EXPECT_EQ(parseWatchEvent(line("ADDED"))->type, WatchEventType::Added);
  EXPECT_EQ(parseWatchEvent(line("MODIFIED"))->type, WatchEventType::Modified);
  EXPECT_EQ(parseWatchEvent(line("DELETED"))->type, WatchEventType::Deleted);
  EXPECT_EQ(parseWatchEvent(line("BOOKMARK"))->object.resourceVersion(), "5");
  EXPECT_EQ(parseWatchEvent(line("RENAMED")).error().code(), ErrorCode::Corrupt);
}

TEST(WatchEvent, ErrorEventsBecomeErrors) {
  const auto gone = parseWatchEvent(
      R"({"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired",
          "message":"too old resource version"}})");
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code(), ErrorCode::Gone);
  EXPECT_NE(gone.error().message().find("too old"), std::string::npos);
}

TEST(WatchEvent, RefusesWhatIsNoEvent) {
  for (const char* text : {"", "x", "[]", "{}", R"({"type":"ADDED"})", R"({"type":1,"object":{}})",
                           R"({"type":"ADDED","object":[]})", R"({"type":"ADDED","object":{}})",
                           R"({"type":"ADDED","object":{"metadata":{"name":"a"}}})",
                           R"({"type":"ADDED","object":{"metadata":{"resourceVersion":"5"}}})"}) {
    const auto event = parseWatchEvent(text);
    ASSERT_FALSE(event) << text;
    EXPECT_EQ(event.error().code(), ErrorCode::Corrupt) << text;
  }
}

}  // namespace
}  // namespace shopkeeper::kube
