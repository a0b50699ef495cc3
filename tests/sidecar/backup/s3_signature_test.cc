// The examples of "Signature Calculations for the Authorization Header" in Amazon's S3 reference.
#include "sidecar/backup/storage/s3_signature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testing/bytes.h"

namespace shopkeeper::backup::testing {
namespace {

const S3Credentials kExample{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                             ""};
constexpr char kHost[] = "examplebucket.s3.amazonaws.com";

WallTime exampleTime() {
  WallTime time;
  parseRfc3339("2013-05-24T00:00:00Z", time);
  return time;
}

std::string header(const S3Request& request, const std::string& name) {
  for (const auto& [key, value] : request.headers) {
    if (key == name) return value;
  }
  return "";
}

std::string authorizationOf(S3Request request) {
  request.headers.emplace_back("host", kHost);
  if (request.payloadHash.empty()) request.payloadHash = sha256Hex({});
  sign(request, kExample, "us-east-1", exampleTime());
  return header(request, "authorization");
}

TEST(S3SignatureTest, SignsTheExampleOfGettingARange) {
  EXPECT_EQ(authorizationOf({"GET", "/test.txt", {}, {{"range", "bytes=0-9"}}, ""}),
            "AWS4-HMAC-SHA256 "
            "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
            "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
            "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST(S3SignatureTest, SignsTheExampleOfPuttingAnObject) {
  EXPECT_THAT(
      authorizationOf({"PUT",
                       "/test$file.text",
                       {},
                       {{"date", "Fri, 24 May 2013 00:00:00 GMT"},
                        {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                       sha256Hex(bytesOf("Welcome to Amazon S3."))}),
      ::testing::EndsWith("98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"));
}

TEST(S3SignatureTest, SignsTheExampleOfListing) {
  EXPECT_THAT(
      authorizationOf({"GET", "/", {{"prefix", "J"}, {"max-keys", "2"}}, {}, ""}),
      ::testing::EndsWith("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"));
}

TEST(S3SignatureTest, SignsTheExampleOfAValuelessParameter) {
  EXPECT_THAT(
      authorizationOf({"GET", "/", {{"lifecycle", ""}}, {}, ""}),
      ::testing::EndsWith("fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"));
}

TEST(S3SignatureTest, TemporaryCredentialsSignTheirToken) {
  S3Request request{"GET", "/a", {}, {{"host", kHost}}, sha256Hex({})};
  sign(request, {"key", "secret", "token"}, "eu-central-1", exampleTime());
  EXPECT_EQ(header(request, "x-amz-security-token"), "token");
  EXPECT_THAT(header(request, "authorization"), ::testing::HasSubstr("x-amz-security-token"));
  EXPECT_THAT(header(request, "authorization"), ::testing::HasSubstr("/eu-central-1/s3/"));
}

TEST(S3SignatureTest, EncodesPathsAndQueries) {
  EXPECT_EQ(encodePath("/a b/c=d/~e$\xc3\xa4"), "/a%20b/c%3Dd/~e%24%C3%A4");
  EXPECT_EQ(encodeQuery({{"b", "/x y"}, {"a", ""}}), "a=&b=%2Fx%20y");
}

TEST(S3SignatureTest, HashesAsTheServerDoes) {
  EXPECT_EQ(sha256Hex({}), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(md5Base64({}), "1B2M2Y8AsgTpgAmY7PhCfg==");
}

}  // namespace
}  // namespace shopkeeper::backup::testing
