#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sidecar/backup/storage/s3_error.h"
#include "sidecar/backup/storage/s3_store.h"
#include "sidecar/backup/storage/s3_xml.h"
#include "tests/testing/bytes.h"

namespace shopkeeper::backup::testing {
namespace {

constexpr char kPage[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>b</Name>"
    "<IsTruncated>true</IsTruncated><NextContinuationToken>t/1=</NextContinuationToken>"
    "<Contents><Key>data/a%2Bb%20c</Key><Size>7</Size><Owner><ID>x</ID></Owner></Contents>"
    "<Contents><Size>18446744073709551615</Size><Key>z</Key></Contents>"
    "<EncodingType>url</EncodingType></ListBucketResult>";

TEST(S3ListingTest, ReadsObjectsAndTheNextToken) {
  const auto page = parseListing(bytesOf(kPage));
  ASSERT_TRUE(page) << page.error().message();
  EXPECT_EQ(page->nextToken, "t/1=");
  EXPECT_EQ(page->objects, (std::vector<StoredObject>{{"data/a+b c", 7}, {"z", ~0ULL}}));
}

TEST(S3ListingTest, AnEmptyLastPageIsAPage) {
  const auto page = parseListing(
      bytesOf("<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"));
  ASSERT_TRUE(page);
  EXPECT_TRUE(page->objects.empty());
  EXPECT_TRUE(page->nextToken.empty());
}

TEST(S3ListingTest, EveryTornAnswerIsRefused) {
  const std::string whole = kPage;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(parseListing(bytesOf(whole.substr(0, size)))) << size;
  }
}

TEST(S3ListingTest, RefusesWhatIsNoListing) {
  const std::string contents = "<Contents><Key>a</Key><Size>1</Size></Contents>";
  const std::string end = "<IsTruncated>false</IsTruncated></ListBucketResult>";
  ASSERT_TRUE(parseListing(bytesOf("<ListBucketResult>" + contents + end)));
  for (const std::string& xml : std::vector<std::string>{
           std::string("<html><body>Welcome to the hotel</body></html>"),
           "<ListBucketResult>" + contents + "</ListBucketResult>",  // whether there is more?
           "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
           "<ListBucketResult><Contents><Key>a</Key></Contents>" + end,
           "<ListBucketResult><Contents><Key></Key><Size>1</Size></Contents>" + end,
           "<ListBucketResult><Contents><Key>a</Key><Size>-1</Size></Contents>" + end,
           "<ListBucketResult><Contents><Key>a</Key><Size>1x</Size></Contents>" + end,
           "<ListBucketResult><Contents><Key>a</Key><Size>99999999999999999999</Size></Contents>" +
               end,
           "<!DOCTYPE x [<!ENTITY e \"aaaa\">]><ListBucketResult>" + contents + end,
           "<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>%zz</Key><Size>1"
           "</Size></Contents>" +
               end,
       }) {
    const auto page = parseListing(bytesOf(xml));
    ASSERT_FALSE(page) << xml;
    EXPECT_TRUE(page.error().retryable());
  }
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  EXPECT_FALSE(parseListing(bytesOf("<ListBucketResult>" + deep)));
}

Error refused(int status, const std::string& code) {
  const std::string body =
      "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>because</Message></Error>";
  return s3Error("reading a", status, code.empty() ? Bytes() : bytesOf(body));
}

TEST(S3ErrorTest, NamesTheCodeAndWhatToDo) {
  EXPECT_EQ(refused(403, "AccessDenied").message(),
            "reading a: the S3 server answered 403 AccessDenied (because)");
  EXPECT_THAT(refused(403, "RequestTimeTooSkewed").message(), ::testing::HasSubstr("clock"));
  EXPECT_EQ(s3Error("x", 404, {}).message(), "x: the S3 server answered 404");
  EXPECT_THAT(s3Error("x", 302, bytesOf("<html>")).message(),
              ::testing::HasSubstr("is this an S3 server?"));
}

TEST(S3ErrorTest, SaysWhetherAnotherTryHelps) {
  const auto expect = [](int status, const std::string& s3Code, ErrorCode code, bool retryable) {
    const Error error = refused(status, s3Code);
    EXPECT_EQ(error.code(), code) << status << " " << s3Code;
    EXPECT_EQ(error.retryable(), retryable) << status << " " << s3Code;
  };
  expect(404, "NoSuchKey", ErrorCode::NotFound, false);
  expect(404, "", ErrorCode::NotFound, false);
  expect(404, "XAdminUserNotFound", ErrorCode::InvalidArgument, false);
  expect(404, "NoSuchBucket", ErrorCode::InvalidArgument, false);  // not an empty repository
  expect(403, "AccessDenied", ErrorCode::PermissionDenied, false);
  expect(403, "SignatureDoesNotMatch", ErrorCode::Unauthenticated, false);
  expect(400, "ExpiredToken", ErrorCode::Unauthenticated, false);
  expect(400, "RequestTimeout", ErrorCode::Timeout, true);
  expect(400, "BadDigest", ErrorCode::Unavailable, true);
  expect(400, "InvalidRequest", ErrorCode::InvalidArgument, false);
  expect(412, "PreconditionFailed", ErrorCode::AlreadyExists, false);
  expect(409, "ConditionalRequestConflict", ErrorCode::Conflict, true);
  expect(429, "", ErrorCode::TooManyRequests, true);
  expect(503, "SlowDown", ErrorCode::TooManyRequests, true);
  expect(500, "InternalError", ErrorCode::Unavailable, true);
  expect(502, "", ErrorCode::Unavailable, true);
  expect(504, "", ErrorCode::Unavailable, true);
}

TEST(S3OptionsTest, WrongOnesAreRefusedWithASentence) {
  const S3Options right{.endpoint = "https://s3.example:9000",
                        .bucket = "guide-backups",
                        .prefix = "eu/demo",
                        .credentials = {"key", "secret", ""}};
  ASSERT_TRUE(S3Store::make(right));
  EXPECT_EQ((*S3Store::make(right))->describe(),
            "bucket guide-backups/eu/demo at https://s3.example:9000");
  const auto refuses = [&](auto change) {
    S3Options options = right;
    change(options);
    const auto made = S3Store::make(options);
    return !made && made.error().code() == ErrorCode::InvalidArgument;
  };
  EXPECT_TRUE(refuses([](auto& o) { o.endpoint = "s3.example"; }));
  EXPECT_TRUE(refuses([](auto& o) { o.endpoint = "https://"; }));
  EXPECT_TRUE(refuses([](auto& o) { o.endpoint = "https://s3.example/path"; }));
  EXPECT_TRUE(refuses([](auto& o) { o.endpoint = "https://user@s3.example"; }));
  EXPECT_TRUE(refuses([](auto& o) { o.bucket = "a/b"; }));
  EXPECT_TRUE(refuses([](auto& o) { o.bucket = ""; }));
  EXPECT_TRUE(refuses([](auto& o) { o.prefix = "/eu"; }));
  EXPECT_TRUE(refuses([](auto& o) { o.prefix = "eu/"; }));
  EXPECT_TRUE(refuses([](auto& o) { o.credentials.secretKey = ""; }));
  EXPECT_TRUE(refuses([](auto& o) { o.region = ""; }));
}

}  // namespace
}  // namespace shopkeeper::backup::testing
