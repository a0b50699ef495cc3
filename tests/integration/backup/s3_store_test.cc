// S3Store against a real S3 server.
#include "sidecar/backup/storage/s3_store.h"

#include <fstream>

#include "sidecar/backup/storage/retrying_store.h"
#include "tests/integration/backup/s3_server.h"
#include "tests/sidecar/backup/store_conformance.h"
#include "tests/testing/test_pki.h"

namespace shopkeeper::backup::testing {
namespace {

StoreUnderTest storeWith(const std::function<void(S3Options&)>& change) {
  StoreUnderTest made;
  S3Server* server = sharedS3Server(made.missing);
  if (server == nullptr) return made;
  S3Options options = server->optionsForNewBucket();
  change(options);
  auto store = S3Store::make(options);
  if (store) {
    made.store = std::move(*store);
  } else {
    made.missing = store.error().message();
  }
  return made;
}

INSTANTIATE_TEST_SUITE_P(
    S3, StoreConformance,
    ::testing::Values(StoreFactory{"bucket", [] { return storeWith([](S3Options&) {}); }},
                      StoreFactory{"prefix",
                                   [] {
                                     return storeWith(
                                         [](S3Options& options) { options.prefix = "eu/demo"; });
                                   }}),
    [](const auto& param) { return param.param.name; });

class S3StoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string whyNot;
    server_ = sharedS3Server(whyNot);
    if (server_ == nullptr) GTEST_SKIP() << whyNot;
    options_ = server_->optionsForNewBucket();
  }

  std::unique_ptr<S3Store> store() { return std::move(S3Store::make(options_).value()); }

  S3Server* server_ = nullptr;
  S3Options options_;
};

TEST_F(S3StoreTest, ListsMoreThanOnePage) {
  const auto s3 = store();
  constexpr int kObjects = 1'203;
  for (int i = 0; i < kObjects; ++i) {
    ASSERT_TRUE(s3->put("data/" + std::to_string(i), {}, PutMode::Replace));
  }
  const auto found = s3->list("data/");
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ(found->size(), static_cast<std::size_t>(kObjects));
  EXPECT_TRUE(std::ranges::is_sorted(*found, {}, &StoredObject::key));
}

TEST_F(S3StoreTest, KnowsThatThisServerCreatesAtomically) {
  const auto s3 = store();
  const auto atomic = s3->createsAtomically();
  ASSERT_TRUE(atomic) << atomic.error().message();
  EXPECT_TRUE(*atomic);
  EXPECT_TRUE(store()->createsAtomically().value());  // the second to ask, too
  EXPECT_TRUE(s3->list("").value().empty());          // its object is nobody's business
}

TEST_F(S3StoreTest, AMissingBucketIsNotAnEmptyRepository) {
  options_.bucket = "no-such-bucket";
  const auto s3 = store();
  for (const Error& error :
       {s3->get("config").error(), s3->size("config").error(), s3->list("").error(),
        s3->put("a", bytesOf("x"), PutMode::Replace).error(),
        s3->put("a", bytesOf("x"), PutMode::CreateOnly).error()}) {
    EXPECT_EQ(error.code(), ErrorCode::InvalidArgument) << error.message();
    EXPECT_THAT(error.message(), ::testing::HasSubstr("NoSuchBucket"));
    EXPECT_FALSE(error.retryable());
  }
}

TEST_F(S3StoreTest, WrongKeysAreSaidByTheirS3Name) {
  options_.credentials.secretKey = "wrong";
  const Error error = store()->get("a").error();
  EXPECT_EQ(error.code(), ErrorCode::Unauthenticated);
  EXPECT_THAT(error.message(), ::testing::HasSubstr("SignatureDoesNotMatch"));
  options_.credentials.accessKey = "nobody";
  // InvalidAccessKeyId with Amazon; this server says 404, which is not a missing object.
  EXPECT_NE(store()->get("a").error().code(), ErrorCode::NotFound);
  EXPECT_NE(store()->size("a").error().code(), ErrorCode::NotFound);
  EXPECT_FALSE(store()->get("a").error().retryable());
}

TEST_F(S3StoreTest, AWrongRegionIsSaid) {
  options_.region = "mars-1";
  const Error error = store()->get("a").error();
  EXPECT_EQ(error.code(), ErrorCode::InvalidArgument) << error.message();
  EXPECT_THAT(error.message(), ::testing::HasSubstr("check the region"));
}

class SkewedClock final : public Clock {
 public:
  explicit SkewedClock(Duration by) : by_(by) {}
  MonotonicTime now() const override { return systemClock().now(); }
  WallTime wallNow() const override {
    return systemClock().wallNow() + std::chrono::duration_cast<WallTime::duration>(by_);
  }

 private:
  const Duration by_;
};

TEST_F(S3StoreTest, AClockThatIsFarOffIsSaid) {
  for (const auto by : {std::chrono::hours(1), std::chrono::hours(-24 * 365)}) {
    const SkewedClock clock(by);
    const auto s3 = std::move(S3Store::make(options_, clock).value());
    const Error error = s3->get("a").error();
    EXPECT_FALSE(error.retryable());
    EXPECT_THAT(error.message(), ::testing::HasSubstr("clock")) << error.message();
  }
}

TEST_F(S3StoreTest, ADeadServerIsUnavailable) {
  options_.endpoint = "http://127.0.0.1:1";
  const Error error = store()->get("a").error();
  EXPECT_EQ(error.code(), ErrorCode::Unavailable);
  EXPECT_TRUE(error.retryable());
  options_.endpoint = "http://no-such-host.invalid";
  EXPECT_EQ(store()->get("a").error().code(), ErrorCode::Unavailable);
}

TEST_F(S3StoreTest, LockedObjectsCannotBeRemoved) {
  options_.bucket = "locked";
  server_->makeBucket("locked", true);
  options_.objectLock = ObjectLock{"COMPLIANCE", std::chrono::hours(1)};
  const auto s3 = store();
  const Status put = s3->put("data/a", bytesOf("x"), PutMode::CreateOnly);
  ASSERT_TRUE(put) << put.error().message();
  EXPECT_TRUE(s3->get("data/a").value() == bytesOf("x"));
  EXPECT_EQ(s3->put("data/a", bytesOf("y"), PutMode::CreateOnly).error().code(),
            ErrorCode::AlreadyExists);
  const Status removed = s3->remove("data/a");
  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().code(), ErrorCode::PermissionDenied) << removed.error().message();
  EXPECT_TRUE(s3->get("data/a").value() == bytesOf("x"));
}

class S3TlsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto identity = ca_.issue("s3", {"IP:127.0.0.1"});
    const S3Server::Tls tls{identity.certificate, identity.key};
    std::string whyNot;
    server_ = S3Server::start(whyNot, &tls);
    if (server_ == nullptr) GTEST_SKIP() << whyNot;
    std::ofstream(directory_.path() + "/ca.crt") << ca_.certificate();
    std::ofstream(directory_.path() + "/other.crt") << shopkeeper::testing::TestCa().certificate();
    options_ = server_->optionsForNewBucket();
  }

  shopkeeper::testing::TestCa ca_;
  shopkeeper::testing::TemporaryDirectory directory_;
  std::unique_ptr<S3Server> server_;
  S3Options options_;
};

TEST_F(S3TlsTest, TrustsTheAuthorityItIsGivenAndNoOther) {
  options_.transfer.caFile = directory_.path() + "/ca.crt";
  const auto s3 = std::move(S3Store::make(options_).value());
  const Bytes bytes = pattern(3 << 20, 1);
  const Status put = s3->put("a", bytes, PutMode::CreateOnly);
  ASSERT_TRUE(put) << put.error().message();
  EXPECT_TRUE(s3->get("a").value() == bytes);

  for (const char* file : {"/other.crt", "/missing.crt"}) {
    options_.transfer.caFile = directory_.path() + file;
    const Error error = (*S3Store::make(options_))->get("a").error();
    EXPECT_FALSE(error.retryable()) << error.message();
    EXPECT_NE(error.code(), ErrorCode::NotFound);
  }
  options_.transfer.caFile = "";
  const Error error = (*S3Store::make(options_))->get("a").error();
  EXPECT_EQ(error.code(), ErrorCode::Unauthenticated);
  EXPECT_THAT(error.message(), ::testing::HasSubstr("certificate is not trusted"));
}

}  // namespace
}  // namespace shopkeeper::backup::testing
