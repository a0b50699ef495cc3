// The HTTP side of the guide: pages, assets and /api.
#pragma once

#include <vector>

#include "common/clock.h"
#include "common/http/router.h"
#include "common/random.h"
#include "services/ui/api/guide.h"
#include "services/ui/server/assets.h"
#include "services/ui/server/event_queue.h"
#include "services/ui/server/visitor.h"

namespace shopkeeper::ui {

// What the handlers use; all of it outlives the router.
struct Handlers {
  Guide& guide;
  EventQueue& events;
  const Assets& assets;
  std::string_view page;             // the template of the page
  std::vector<Upstream*> upstreams;  // for /api/status
  std::function<bool()> catalogStale;
  const Clock& clock;
  Random& random;

  void addTo(http::Router& router);

 private:
  // Who is there; calls to upstreams from here on are made for them.
  Visitor visit(const http::Request& request);
  http::Response home(const http::Request& request, int status = 200);
  http::Response searchPage(const http::Request& request);
  http::Response productPage(const http::Request& request, const std::string& id);
  http::Response search(const http::Request& request);
  http::Response recommendations(const http::Request& request);
  http::Response chat(const http::Request& request);
  http::Response takeEvents(const http::Request& request);
  http::Response status();
};

}  // namespace shopkeeper::ui
