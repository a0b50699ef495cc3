// A write-only stream buffer that hands each piece of a body on as it arrives.
//
// cpprestsdk's own buffers hold a watch back (getn waits for the full count) or grow without
// bound; with this one the next piece is read only after the last one was taken.
#pragma once

#include <cpprest/astreambuf.h>

#include <memory>

#include "common/http/cpprest_exchange.h"

namespace shopkeeper::http {

class CpprestBody final
    : public concurrency::streams::details::streambuf_state_manager<std::uint8_t> {
  using Base = concurrency::streams::details::streambuf_state_manager<std::uint8_t>;

 public:
  explicit CpprestBody(std::shared_ptr<CpprestExchange> exchange)
      : Base(std::ios_base::out), exchange_(std::move(exchange)) {}

  bool can_seek() const override { return false; }
  bool has_size() const override { return false; }
  std::size_t buffer_size(std::ios_base::openmode) const override { return 0; }
  void set_buffer_size(std::size_t, std::ios_base::openmode) override {}
  std::size_t in_avail() const override { return 0; }
  pos_type getpos(std::ios_base::openmode) const override { return failed(); }
  pos_type seekpos(pos_type, std::ios_base::openmode) override { return failed(); }
  pos_type seekoff(off_type, std::ios_base::seekdir, std::ios_base::openmode) override {
    return failed();
  }
  bool acquire(std::uint8_t*&, std::size_t&) override { return false; }
  void release(std::uint8_t*, std::size_t) override {}

 protected:
  pplx::task<std::size_t> _putn(const std::uint8_t* bytes, std::size_t count) override {
    return exchange_->onBody(bytes, count);
  }
  pplx::task<int_type> _putc(std::uint8_t byte) override {
    const auto held = std::make_shared<std::uint8_t>(byte);
    return exchange_->onBody(held.get(), 1).then([held](std::size_t) {
      return static_cast<int_type>(*held);
    });
  }
  pplx::task<bool> _sync() override { return pplx::task_from_result(true); }
  std::uint8_t* _alloc(std::size_t) override { return nullptr; }
  void _commit(std::size_t) override {}

  // Nobody reads from it.
  pplx::task<int_type> _bumpc() override { return end(); }
  int_type _sbumpc() override { return traits::eof(); }
  pplx::task<int_type> _getc() override { return end(); }
  int_type _sgetc() override { return traits::eof(); }
  pplx::task<int_type> _nextc() override { return end(); }
  pplx::task<int_type> _ungetc() override { return end(); }
  pplx::task<std::size_t> _getn(std::uint8_t*, std::size_t) override {
    return pplx::task_from_result<std::size_t>(0);
  }
  std::size_t _scopy(std::uint8_t*, std::size_t) override { return 0; }

 private:
  static pos_type failed() { return static_cast<pos_type>(traits::eof()); }
  static pplx::task<int_type> end() { return pplx::task_from_result<int_type>(traits::eof()); }

  const std::shared_ptr<CpprestExchange> exchange_;
};

}  // namespace shopkeeper::http
