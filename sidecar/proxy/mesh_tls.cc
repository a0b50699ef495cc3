#include "sidecar/proxy/mesh_tls.h"

#include <openssl/err.h>
#include <sys/stat.h>

#include <chrono>
#include <map>
#include <mutex>

#include "common/clock.h"
#include "common/log.h"
#include "sidecar/proxy/data_plane.h"
#include "sidecar/proxy/stream.h"

namespace shopkeeper::sidecar {
namespace {

using Steady = std::chrono::steady_clock;
constexpr std::size_t kMaxRemembered = 1024;  // peers
constexpr std::chrono::seconds kPlainFor{30};
constexpr std::chrono::seconds kSilence{30};

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct FreeSession {
  void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};
using Context = std::unique_ptr<SSL_CTX, FreeContext>;

// Changes whenever one of the files does.
std::string signatureOf(const MeshConfig& config) {
  std::string signature;
  for (const std::string* path : {&config.certFile, &config.keyFile, &config.caFile}) {
    struct stat info{};
    if (::stat(path->c_str(), &info) != 0) continue;
    signature += std::to_string(info.st_ino) + ":" + std::to_string(info.st_size) + ":" +
                 std::to_string(info.st_mtim.tv_sec) + "." + std::to_string(info.st_mtim.tv_nsec) +
                 ";";
  }
  return signature;
}

Error unusable(const std::string& path) {
  char text[160] = "no reason given";
  if (const unsigned long code = ERR_get_error(); code != 0)
    ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return Error(ErrorCode::InvalidArgument, "mesh: " + path + " cannot be used: " + text);
}

Result<Context> makeContext(const MeshConfig& config, const SSL_METHOD* method) {
  Context context(SSL_CTX_new(method));
  SSL_CTX* const raw = context.get();
  ERR_clear_error();
  SSL_CTX_set_min_proto_version(raw, TLS1_3_VERSION);
  SSL_CTX_set_read_ahead(raw, 1);  // one system call a record instead of two
  SSL_CTX_set_mode(raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                            SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_verify(raw, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  if (SSL_CTX_use_certificate_chain_file(raw, config.certFile.c_str()) != 1) {
    return unusable(config.certFile);
  }
  if (SSL_CTX_use_PrivateKey_file(raw, config.keyFile.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(raw) != 1) {
    return unusable(config.keyFile);
  }
  if (SSL_CTX_load_verify_file(raw, config.caFile.c_str()) != 1) return unusable(config.caFile);
  return Result<Context>(std::move(context));
}

std::int64_t endOf(SSL_CTX* context) {
  std::tm end{};
  ASN1_TIME_to_tm(X509_get0_notAfter(SSL_CTX_get0_certificate(context)), &end);
  return ::timegm(&end);
}

std::string dateOf(std::int64_t seconds) {
  return toRfc3339Seconds(WallTime(std::chrono::seconds(seconds)));
}

int generationIndex() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

int addressIndex() {
  static const int index = SSL_get_ex_new_index(
      0, nullptr, nullptr, nullptr, [](void*, void* address, CRYPTO_EX_DATA*, int, long, void*) {
        delete static_cast<std::string*>(address);
      });
  return index;
}

}  // namespace

// Kept alive by the State and, through SSL_CTX reference counts, its contexts by connections.
struct MeshTls::Generation {
  Context server;
  Context client;
  std::string signature;
  std::int64_t expiresAt = 0;
};

struct MeshTls::State {
  std::mutex refreshing;  // one loop does it
  mutable std::mutex mutex;
  std::shared_ptr<Generation> generation;
  std::map<std::string, std::unique_ptr<SSL_SESSION, FreeSession>> sessions;  // by address
  std::map<std::string, Steady::time_point> plainUntil;
  std::map<std::pair<MeshRefusal, std::string>, Steady::time_point> reported;
  std::uint64_t taken = 0;
  std::string refused;  // signature of files that did not work

  static int onSession(SSL* ssl, SSL_SESSION* session) {
    SSL_CTX* const context = SSL_get_SSL_CTX(ssl);
    auto* const state = static_cast<State*>(SSL_CTX_get_ex_data(context, generationIndex()));
    const auto* const address =
        static_cast<const std::string*>(SSL_get_ex_data(ssl, addressIndex()));
    if (state == nullptr || address == nullptr) return 0;
    std::lock_guard lock(state->mutex);
    if (state->generation == nullptr || state->generation->client.get() != context) return 0;
    if (state->sessions.size() >= kMaxRemembered) state->sessions.clear();
    state->sessions[*address].reset(session);
    return 1;  // ours now
  }
};

MeshTls::MeshTls(const MeshConfig& config, std::string trustPrefix)
    : config_(config), trustPrefix_(std::move(trustPrefix)), state_(std::make_unique<State>()) {}
MeshTls::~MeshTls() = default;

Result<std::unique_ptr<MeshTls>> MeshTls::load(const SidecarConfig& config) {
  std::unique_ptr<MeshTls> mesh;
  if (config.mesh.mode == MeshMode::Off) return mesh;
  mesh.reset(new MeshTls(config.mesh, "spiffe://" + config.guide + "." + config.nameSpace + "/"));
  mesh->refresh();
  if (mesh->current() == nullptr) {
    auto tried = makeContext(config.mesh, TLS_method());
    return tried ? Error(ErrorCode::Unavailable, "mesh: the files changed while they were read")
                 : tried.error();
  }
  return mesh;
}

std::shared_ptr<MeshTls::Generation> MeshTls::current() const {
  std::lock_guard lock(state_->mutex);
  return state_->generation;
}

void MeshTls::refresh() {
  const std::unique_lock turn(state_->refreshing, std::try_to_lock);
  if (!turn) return;
  auto next = std::make_shared<Generation>();
  next->signature = signatureOf(config_);
  {
    std::lock_guard lock(state_->mutex);
    if (state_->generation != nullptr && state_->generation->signature == next->signature) return;
    if (state_->refused == next->signature) return;
  }
  auto server = makeContext(config_, TLS_server_method());
  auto client =
      server ? makeContext(config_, TLS_client_method()) : Result<Context>(server.error());
  if (!client) {
    log::warn("mesh certificates not taken", client.error());
    std::lock_guard lock(state_->mutex);
    state_->refused = next->signature;
    return;
  }
  constexpr unsigned char kSessions[] = "shopkeeper";
  SSL_CTX_set_session_id_context(server->get(), kSessions, sizeof kSessions - 1);
  SSL_CTX_set_num_tickets(server->get(), 1);  // one session a peer is kept
  SSL_CTX_set_session_cache_mode(client->get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_set_ex_data(client->get(), generationIndex(), state_.get());
  SSL_CTX_sess_set_new_cb(client->get(), &State::onSession);
  next->expiresAt = endOf(server->get());
  next->server = std::move(*server);
  next->client = std::move(*client);
  log::info("mesh certificates taken", {{"tls.server.not_after", dateOf(next->expiresAt)}});
  std::lock_guard lock(state_->mutex);
  state_->generation = std::move(next);
  state_->sessions.clear();
  state_->refused.clear();
  ++state_->taken;
}

MeshTls::Handle MeshTls::accepting() const {
  Handle ssl(SSL_new(current()->server.get()));
  SSL_set_accept_state(ssl.get());
  return ssl;
}

MeshTls::Handle MeshTls::dialing(const std::string& address) const {
  std::lock_guard lock(state_->mutex);
  Handle ssl(SSL_new(state_->generation->client.get()));
  SSL_set_connect_state(ssl.get());
  SSL_set_ex_data(ssl.get(), addressIndex(), new std::string(address));
  const auto session = state_->sessions.find(address);
  if (session != state_->sessions.end()) SSL_set_session(ssl.get(), session->second.get());
  return ssl;
}

std::optional<MeshRefusal> MeshTls::refusalOf(const Stream& stream, const Handshake& made,
                                              std::string_view component) const {
  switch (made.end) {
    case Handshake::End::Done:
      return judgePeer(*stream.tls(), trustPrefix_, component);
    case Handshake::End::NotTls:
      return MeshRefusal::Plain;
    case Handshake::End::Failed:
    case Handshake::End::Interrupted:
      break;
  }
  return whyFailed(*stream.tls(), made.reason);
}

void MeshTls::report(MeshRefusal refusal, const char* door, const std::string& peer) {
  const auto now = Steady::now();
  {
    std::lock_guard lock(state_->mutex);
    if (state_->reported.size() >= kMaxRemembered) state_->reported.clear();
    auto& until = state_->reported[{refusal, peer}];
    if (now < until) return;
    until = now + kSilence;
  }
  log::warn("mesh connection refused", {{"mesh.door", door},
                                        {"mesh.peer", peer},
                                        {"event.reason", toString(refusal)},
                                        {"error.message", sentence(refusal)}});
}

MeshView MeshTls::view() const {
  std::lock_guard lock(state_->mutex);
  return {state_->taken, state_->generation->expiresAt};
}

bool MeshTls::plainPeer(const std::string& address) const {
  if (strict()) return false;
  std::lock_guard lock(state_->mutex);
  const auto found = state_->plainUntil.find(address);
  return found != state_->plainUntil.end() && Steady::now() < found->second;
}

void MeshTls::notePlainPeer(const std::string& address) {
  std::lock_guard lock(state_->mutex);
  if (state_->plainUntil.size() >= kMaxRemembered) state_->plainUntil.clear();
  state_->plainUntil[address] = Steady::now() + kPlainFor;
}

}  // namespace shopkeeper::sidecar
