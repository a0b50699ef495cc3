#include "sidecar/proxy/mirror.h"

#include "sidecar/proxy/dial.h"
#include "sidecar/proxy/exchange.h"

namespace shopkeeper::sidecar {
namespace {

using Steady = std::chrono::steady_clock;

// Collects a body up to what is compared; false where it is longer or broke off.
Task<bool> readBody(UpstreamConnection& connection, std::string& body) {
  BodyReader reader(connection.stream, connection.input, connection.parser);
  for (;;) {
    const BodyReader::Got got = co_await reader.next();
    if (got == BodyReader::Got::End) co_return true;
    if (got != BodyReader::Got::Pieces) co_return false;
    for (const std::string_view piece : reader.pieces()) body.append(piece);
    if (body.size() > kMaxMirrorBody) co_return false;
    if (reader.done()) co_return true;
  }
}

// The final head of the answer; 0 where none came.
Task<int> readStatus(UpstreamConnection& connection) {
  for (;;) {
    ParseError malformed;
    const std::size_t used = connection.parser.parseHead(connection.input.data(), malformed);
    if (malformed || (used == 0 && connection.input.full())) co_return 0;
    if (used > 0) {
      connection.input.consume(used);
      const int status = connection.parser.response().status;
      if (status / 100 != 1) co_return status;
      connection.parser.startMessage();
      continue;
    }
    error_code error;
    co_await connection.stream.read(connection.input, error);
    if (error) co_return 0;
  }
}

Task<std::unique_ptr<UpstreamConnection>> connect(ExchangeContext& context,
                                                  const Upstream& upstream,
                                                  const EndpointRef& endpoint) {
  auto connection = context.pool.take(endpoint);
  if (connection != nullptr) co_return connection;
  const DialTarget target{endpoint, upstream.name(), Steady::now() + kMirrorTimeout};
  const bool connected = co_await dial(context, target, connection);
  if (!connected) connection.reset();
  co_return connection;
}

Task<MirrorResult> exchangeCopy(ExchangeContext& context, const Upstream& upstream,
                                const MirrorPick& mirror, const std::string& head,
                                const MirrorExpectation& expected) {
  std::unique_ptr<UpstreamConnection> connection =
      co_await connect(context, upstream, mirror.endpoint);
  if (connection == nullptr) co_return MirrorResult::Failed;
  connection->stream.limitWrite(kMirrorTimeout);
  connection->stream.limitRead(kMirrorTimeout);
  error_code error;
  const asio::const_buffer buffer = asio::buffer(head);
  co_await connection->stream.write({&buffer, 1}, error);
  if (error) co_return MirrorResult::Failed;
  connection->parser.startMessage();
  const int status = co_await readStatus(*connection);
  if (status == 0) co_return MirrorResult::Failed;
  std::string body;
  const bool whole = co_await readBody(*connection, body);
  if (!whole) co_return MirrorResult::Failed;
  if (connection->parser.response().keepAlive && connection->input.empty()) {
    context.pool.put(std::move(connection));
  }
  if (!expected.compare) co_return MirrorResult::NotCompared;
  const bool same = status == expected.status && body == expected.body;
  co_return same ? MirrorResult::Same : MirrorResult::Different;
}

}  // namespace

Task<void> sendCopy(ExchangeContext& context, std::shared_ptr<Upstream> upstream, MirrorPick mirror,
                    std::string head, MirrorExpectation expected) {
  ++context.mirrorsInFlight;
  const MirrorResult result = co_await exchangeCopy(context, *upstream, mirror, head, expected);
  upstream->mirrored(mirror.version, result);
  --context.mirrorsInFlight;
}

}  // namespace shopkeeper::sidecar
