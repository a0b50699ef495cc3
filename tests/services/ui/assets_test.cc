#include "services/ui/server/assets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shopkeeper::ui {
namespace {

using ::testing::HasSubstr;

class AssetsTest : public ::testing::Test {
 protected:
  const std::string script_ = std::string(5000, 'a');
  const std::vector<EmbeddedFile> files_{{"page/app.js", script_}, {"page/style.css", "b{}"}};
  const Assets assets_{files_};
  const std::string digest_ = assets_.base().substr(8, 16);
  http::Request request_;
};

TEST_F(AssetsTest, RightDigestIsKeptForever) {
  const auto response = assets_.serve(request_, digest_, "app.js");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, script_);
  EXPECT_THAT(std::string(*response.headers.get("Cache-Control")), HasSubstr("immutable"));
  EXPECT_EQ(*response.headers.get("Content-Type"), "text/javascript; charset=utf-8");
}

TEST_F(AssetsTest, OtherDigestDuringARolloutIsServedButNotKept) {
  const auto response = assets_.serve(request_, "0123456789abcdef", "app.js");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(*response.headers.get("Cache-Control"), "no-cache");
}

TEST_F(AssetsTest, UnchangedIsNotSentAgain) {
  const std::string tag(*assets_.serve(request_, digest_, "app.js").headers.get("ETag"));
  request_.headers.set("If-None-Match", tag);
  const auto response = assets_.serve(request_, digest_, "app.js");
  EXPECT_EQ(response.status, 304);
  EXPECT_TRUE(response.body.empty());
}

TEST_F(AssetsTest, GzipOnlyWhereWantedAndSmaller) {
  request_.headers.set("Accept-Encoding", "gzip, br");
  const auto packed = assets_.serve(request_, digest_, "app.js");
  EXPECT_EQ(*packed.headers.get("Content-Encoding"), "gzip");
  EXPECT_LT(packed.body.size(), script_.size());
  EXPECT_FALSE(assets_.serve(request_, digest_, "style.css").headers.has("Content-Encoding"));
  request_.headers.set("Accept-Encoding", "gzip;q=0");
  EXPECT_FALSE(assets_.serve(request_, digest_, "app.js").headers.has("Content-Encoding"));
}

TEST_F(AssetsTest, PathTricksFindNothing) {
  for (const char* name :
       {"../main.cc", "page/app.js", "..", "", "app.js/", "/etc/passwd", "app.js\0x"}) {
    EXPECT_EQ(assets_.serve(request_, digest_, name).status,
              name == std::string("app.js") ? 200 : 404)
        << name;
  }
}

TEST(Assets, DigestFollowsAnyFile) {
  const std::vector<EmbeddedFile> one{{"a.js", "1"}, {"b.js", "2"}};
  const std::vector<EmbeddedFile> two{{"a.js", "1"}, {"b.js", "3"}};
  EXPECT_NE(Assets(one).base(), Assets(two).base());
  EXPECT_EQ(Assets(one).base(), Assets(one).base());
}

}  // namespace
}  // namespace shopkeeper::ui
