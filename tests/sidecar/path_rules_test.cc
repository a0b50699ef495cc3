#include "sidecar/proxy/path_rules.h"

#include <gtest/gtest.h>

namespace shopkeeper::sidecar {
namespace {

struct PathCase {
  const char* target;
  int status;
};

class PathRules : public ::testing::TestWithParam<PathCase> {};

TEST_P(PathRules, Table) {
  EXPECT_EQ(checkIngressTarget(GetParam().target).status, GetParam().status) << GetParam().target;
}

INSTANTIATE_TEST_SUITE_P(Allowed, PathRules,
                         ::testing::Values(PathCase{"/", 0},
                                           PathCase{"/v1/search?q=a//b/../c%2fd", 0},
                                           PathCase{"/v1/products/%E4%BA%A7%E5%93%81", 0},
                                           PathCase{"/v1/", 0}, PathCase{"/administration", 0},
                                           PathCase{"/v1/admin", 0}, PathCase{"/metricsx", 0},
                                           PathCase{"/a.b/..c/d..", 0}, PathCase{"/a?/admin/", 0},
                                           PathCase{"/%2561dmin", 0}));

INSTANTIATE_TEST_SUITE_P(Forbidden, PathRules,
                         ::testing::Values(PathCase{"/admin", 403}, PathCase{"/admin/", 403},
                                           PathCase{"/admin/v1/catalog?x=1", 403},
                                           PathCase{"/admin?x", 403}, PathCase{"/%61dmin/v1", 403},
                                           PathCase{"/%41DMIN", 403}, PathCase{"/ADMIN/v1", 403},
                                           PathCase{"/admin;x=1/v1", 403},
                                           PathCase{"/%61%64%6d%69%6e", 403}));

INSTANTIATE_TEST_SUITE_P(Hidden, PathRules,
                         ::testing::Values(PathCase{"/metrics", 404}, PathCase{"/healthz", 404},
                                           PathCase{"/readyz", 404}, PathCase{"/readyz/", 404},
                                           PathCase{"/metrics?name=x", 404},
                                           PathCase{"/%6detrics", 404}));

INSTANTIATE_TEST_SUITE_P(
    Tricks, PathRules,
    ::testing::Values(PathCase{"//admin", 400}, PathCase{"/./admin", 400},
                      PathCase{"/x/../admin", 400}, PathCase{"/x/..", 400}, PathCase{"/.", 400},
                      PathCase{"/x/%2e%2e/admin", 400}, PathCase{"/%2e/admin", 400},
                      PathCase{"/.%2E/admin", 400}, PathCase{"/x%2fadmin", 400},
                      PathCase{"/%2Fadmin", 400}, PathCase{"/x%5c..%5cadmin", 400},
                      PathCase{"/x\\..\\admin", 400}, PathCase{"/a//b", 400},
                      PathCase{"/%00admin", 400}, PathCase{"/admin%00", 400}, PathCase{"/a%", 400},
                      PathCase{"/a%2", 400}, PathCase{"/a%zz", 400}, PathCase{"/a#b", 400},
                      PathCase{"/a\x01", 400}, PathCase{"/\x80", 400}, PathCase{"/%7f", 400},
                      PathCase{"", 400}, PathCase{"admin", 400}, PathCase{"*", 400}));

TEST(OriginForm, TakesPathsAndHttpUrls) {
  std::string_view path, authority;
  EXPECT_TRUE(toOriginForm("/a?b", path, authority));
  EXPECT_EQ(path, "/a?b");
  EXPECT_EQ(authority, "");
  EXPECT_TRUE(toOriginForm("HTTP://search:80/a?b", path, authority));
  EXPECT_EQ(path, "/a?b");
  EXPECT_EQ(authority, "search:80");
  EXPECT_TRUE(toOriginForm("http://search", path, authority));
  EXPECT_EQ(path, "/");
  for (const char* bad : {"*", "search:80", "https://x/", "http://", "http:///a", "http://a@b/",
                          "http://a?x", "ftp://a/"}) {
    EXPECT_FALSE(toOriginForm(bad, path, authority)) << bad;
  }
}

}  // namespace
}  // namespace shopkeeper::sidecar
