#include "services/knowledge/declared.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/services/catalog/gzip.h"
#include "tests/services/knowledge/fixture.h"

namespace shopkeeper::knowledge {
namespace {

namespace fs = std::filesystem;
using testing::OpenStore;
using testing::productLines;

void put(const std::string& path, const std::string& text) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

// Answers one URL from memory, with an ETag.
class WebDouble {
 public:
  ClientFactory factory() {
    return [this](const std::string& base) -> Result<std::unique_ptr<http::HttpClient>> {
      lastBase = base;
      return std::unique_ptr<http::HttpClient>(std::make_unique<Client>(*this));
    };
  }

  std::string body, etag = "\"1\"", lastBase, lastTarget;
  bool down = false, breakOff = false;
  int full = 0, unchanged = 0;

 private:
  class Client final : public http::HttpClient {
   public:
    explicit Client(WebDouble& web) : web_(web) {}
    Result<http::Response> send(const http::Request&, const http::CallOptions&) override {
      return Error(ErrorCode::Internal, "not used");
    }
    Result<http::Response> stream(const http::Request& request, const http::CallOptions&,
                                  const http::ChunkSink& sink) override {
      web_.lastTarget = request.target;
      if (web_.down) return Error(ErrorCode::Unavailable, "connection refused");
      http::Response response;
      response.headers.set("ETag", web_.etag);
      if (request.headers.get("If-None-Match") == web_.etag) {
        ++web_.unchanged;
        response.status = 304;
        return response;
      }
      const std::size_t half = web_.body.size() / 2;
      sink(std::string_view(web_.body).substr(0, half));
      if (web_.breakOff) return Error(ErrorCode::Unavailable, "connection reset");
      sink(std::string_view(web_.body).substr(half));
      ++web_.full;
      return response;
    }

   private:
    WebDouble& web_;
  };
};

class DeclaredTest : public ::testing::Test {
 protected:
  std::unique_ptr<Declared> declare(std::vector<std::string> sources) {
    DeclaredOptions options;
    options.sources = std::move(sources);
    options.directory = open_.directory.path();
    options.refresh = *Cron::parse("0 * * * *");
    auto declared =
        Declared::create(options, *open_.store, *open_.importer, web_.factory(), open_.clock);
    if (!declared) throw std::runtime_error(declared.error().message());
    return std::move(*declared);
  }

  shopkeeper::testing::TemporaryDirectory files_;
  WebDouble web_;
  OpenStore open_;
};

TEST_F(DeclaredTest, AMountedConfigMapIsFollowedThroughItsSwappedLink) {
  // As kubelet lays it out: data in a hidden directory, "..data" points there, files point through.
  const std::string root = files_.path();
  put(root + "/..2026_1/catalog.jsonl", productLines(2, "one"));
  put(root + "/..2026_2/catalog.jsonl", productLines(3, "two"));
  fs::create_directory_symlink("..2026_1", root + "/..data");
  fs::create_symlink("..data/catalog.jsonl", root + "/catalog.jsonl");
  const auto declared = declare({root});
  EXPECT_NE(declared->notLoadedReason(), "");
  declared->look({});
  EXPECT_EQ(declared->notLoadedReason(), "");
  EXPECT_EQ(open_.state().products, 2);
  fs::create_directory_symlink("..2026_2", root + "/..data_tmp");
  fs::rename(root + "/..data_tmp", root + "/..data");
  declared->look({});
  EXPECT_EQ(open_.state().products, 3);
}

TEST_F(DeclaredTest, SeveralFilesAreOneCatalogue) {
  put(files_.path() + "/a.csv", "id,title\np1,One\n");
  put(files_.path() + "/b.jsonl.gz", catalog::testing::gzip(productLines(2, "two")));
  put(files_.path() + "/notes.txt", "not a catalogue");
  const auto declared = declare({files_.path()});
  declared->look({});
  EXPECT_EQ(open_.state().products, 3);
  fs::remove(files_.path() + "/a.csv");
  declared->look({});
  EXPECT_EQ(open_.state().products, 2);
}

TEST_F(DeclaredTest, ADuplicateAcrossFilesNamesBoth) {
  put(files_.path() + "/a.csv", "id,title\np1,One\n");
  put(files_.path() + "/b.csv", "id,title\np0,Zero\np1,Again\n");
  const auto declared = declare({files_.path()});
  declared->look({});
  const std::string reason = declared->notLoadedReason();
  EXPECT_NE(reason.find("b.csv row 3"), std::string::npos) << reason;
  EXPECT_NE(reason.find("row 2 of a.csv"), std::string::npos) << reason;
}

TEST_F(DeclaredTest, ARestartDoesNotImportWhatIsLoaded) {
  put(files_.path() + "/a.jsonl", productLines(2, "one"));
  declare({files_.path()})->look({});
  const CatalogState before = open_.state();
  open_.clock.advance(std::chrono::hours(1));
  open_.reopen();
  const auto declared = declare({files_.path()});
  EXPECT_EQ(declared->notLoadedReason(), "") << "loaded by the process before";
  declared->look({});
  EXPECT_EQ(open_.state().importedAt, before.importedAt);
  EXPECT_EQ(open_.state().version, before.version);
}

TEST_F(DeclaredTest, ABrokenUpdateKeepsTheOldCatalogueUntilItIsRepaired) {
  const std::string file = files_.path() + "/a.jsonl";
  put(file, productLines(2, "one"));
  const auto declared = declare({file});
  declared->look({});
  put(file, productLines(2, "two") + "{broken\n");
  declared->look({});
  declared->look({});
  EXPECT_EQ(open_.state().products, 2);
  EXPECT_EQ(declared->notLoadedReason(), "") << "the old one still serves";
  fs::remove(file);
  declared->look({});
  EXPECT_EQ(open_.state().products, 2);
  put(file, productLines(4, "three"));
  declared->look({});
  EXPECT_EQ(open_.state().products, 4);
}

TEST_F(DeclaredTest, MissingAndEmptyPlacesAreSaid) {
  const auto missing = declare({files_.path() + "/none.jsonl"});
  missing->look({});
  EXPECT_NE(missing->notLoadedReason().find("does not exist"), std::string::npos);
  const auto empty = declare({files_.path()});
  empty->look({});
  EXPECT_NE(empty->notLoadedReason().find("must hold 1 to"), std::string::npos);
}

TEST_F(DeclaredTest, AUrlIsReadAtStartAndBySchedule) {
  web_.body = productLines(2, "one");
  const auto declared = declare({"https://shop.example:8443/feed?x=1"});
  declared->look({});
  EXPECT_EQ(web_.lastBase, "https://shop.example:8443");
  EXPECT_EQ(web_.lastTarget, "/feed?x=1");
  EXPECT_EQ(open_.state().products, 2);
  web_.body = productLines(3, "two");
  web_.etag = "\"2\"";
  declared->look({});
  EXPECT_EQ(web_.full, 1) << "not due yet";
  open_.clock.advance(std::chrono::hours(1));
  declared->look({});
  EXPECT_EQ(open_.state().products, 3);
  open_.clock.advance(std::chrono::hours(1));
  declared->look({});
  EXPECT_EQ(web_.unchanged, 1);
  EXPECT_EQ(web_.full, 2);
}

TEST_F(DeclaredTest, AnInterruptedDownloadIsRetriedAndNeverUsed) {
  web_.body = productLines(10, "one");
  web_.breakOff = true;
  const auto declared = declare({"http://shop.example/feed"});
  declared->look({});
  EXPECT_EQ(open_.state().version, "");
  EXPECT_NE(declared->notLoadedReason().find("shop.example"), std::string::npos);
  web_.breakOff = false;
  declared->look({});
  EXPECT_EQ(open_.state().version, "") << "not before the retry is due";
  open_.clock.advance(std::chrono::seconds(30));
  declared->look({});
  EXPECT_EQ(open_.state().products, 10);
}

TEST_F(DeclaredTest, WhatWasDownloadedServesARestartWithoutNetwork) {
  web_.body = productLines(2, "one");
  declare({"http://shop.example/feed"})->look({});
  web_.down = true;
  put(files_.path() + "/more.csv", "id,title\nextra,Extra\n");
  const auto declared = declare({"http://shop.example/feed", files_.path()});
  declared->look({});
  EXPECT_EQ(open_.state().products, 3);
}

TEST_F(DeclaredTest, UrlsThatAreNoneAreRefused) {
  for (const char* url : {"ftp://host/x", "http://", "http:///x", "http://user@host/x",
                          "http://host/x#part", "http://ho st/x", "://host"}) {
    EXPECT_FALSE(splitUrl(url)) << url;
  }
}

}  // namespace
}  // namespace shopkeeper::knowledge
