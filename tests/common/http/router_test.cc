#include "common/http/router.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace shopkeeper::http {
namespace {

Request make(const std::string& method, const std::string& target) {
  Request request;
  request.method = method;
  request.target = target;
  return request;
}

class RouterTest : public ::testing::Test {
 protected:
  RouterTest() {
    router.get("/v1/products/{id}", [](const Request&, const PathParams& params) {
      return jsonResponse("\"" + params.at("id") + "\"");
    });
    router.post("/v1/products/{id}",
                [](const Request&, const PathParams&) { return jsonResponse("{}", 201); });
    router.get("/throws", [](const Request&, const PathParams&) -> Response {
      throw std::runtime_error("boom");
    });
  }
  Metrics metrics;
  Router router{&metrics};
};

TEST_F(RouterTest, FillsPathParameters) {
  EXPECT_EQ(router.handle(make("GET", "/v1/products/lap-0001?x=1")).body, "\"lap-0001\"");
  EXPECT_EQ(router.handle(make("POST", "/v1/products/a")).status, 201);
}

TEST_F(RouterTest, DecodesSegmentsOnlyAfterMatching) {
  EXPECT_EQ(router.handle(make("GET", "/v1/products/a%2Fb")).body, "\"a/b\"");
  EXPECT_EQ(router.handle(make("GET", "/v1%2Fproducts/a")).status, 404);
  EXPECT_EQ(router.handle(make("GET", "/v1/products/")).status, 404);
}

TEST_F(RouterTest, SaysWhichMethodsAreAllowed) {
  const Response response = router.handle(make("DELETE", "/v1/products/a"));
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.headers.get("Allow"), "GET, POST");
}

TEST_F(RouterTest, HeadIsGetWithoutItsBody) {
  const Response response = router.handle(make("HEAD", "/v1/products/abc"));
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(response.body.empty());
  EXPECT_EQ(response.headers.get("Content-Length"), "5");
}

TEST_F(RouterTest, AThrowingHandlerIsA500AndTellsNothing) {
  const Response response = router.handle(make("GET", "/throws"));
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body.find("boom"), std::string::npos);
}

TEST_F(RouterTest, CountsByRouteNotByPath) {
  router.handle(make("GET", "/v1/products/a"));
  router.handle(make("GET", "/v1/products/b"));
  router.handle(make("GET", "/nowhere/1"));
  router.handle(make("BREW", "/nowhere/2"));
  const std::string text = metrics.expose();
  EXPECT_NE(
      text.find(R"(http_requests_total{code="200",method="GET",route="/v1/products/{id}"} 2)"),
      std::string::npos)
      << text;
  EXPECT_NE(text.find(R"(method="other",route="unmatched")"), std::string::npos) << text;
  EXPECT_EQ(text.find("BREW"), std::string::npos);
}

TEST(ErrorResponse, CodesMapBothWays) {
  for (const ErrorCode code :
       {ErrorCode::InvalidArgument, ErrorCode::NotFound, ErrorCode::Conflict, ErrorCode::Gone,
        ErrorCode::PermissionDenied, ErrorCode::Unauthenticated, ErrorCode::TooLarge,
        ErrorCode::TooManyRequests, ErrorCode::Unavailable, ErrorCode::Timeout}) {
    EXPECT_EQ(errorFromStatus(statusOf(code), "x").code(), code) << toString(code);
  }
}

}  // namespace
}  // namespace shopkeeper::http
