#pragma once

#include <glib-object.h>
#include <utility>

#include "../slots.hpp"

namespace sferic::bench {

class GObjectSignal {
 public:
  class Connection {
   public:
    Connection(GObject* object, gulong handler) : object_(object), handler_(handler) {}
    void disconnect() const { g_signal_handler_disconnect(object_, handler_); }

   private:
    GObject* object_;
    gulong handler_;
  };

  GObjectSignal() : object_(G_OBJECT(g_object_new(type(), nullptr))) {}
  ~GObjectSignal() { g_object_unref(object_); }
  GObjectSignal(GObjectSignal const&) = delete;
  GObjectSignal& operator=(GObjectSignal const&) = delete;

  template <class Handler>
  Connection connect(Handler handler) {
    auto const call = +[](GObject*, gpointer tick, gpointer target) {
      (*static_cast<Handler*>(target))(*static_cast<Tick const*>(tick));
    };
    auto const destroy = +[](gpointer target, GClosure*) { delete static_cast<Handler*>(target); };
    return {object_, g_signal_connect_data(object_, "tick", G_CALLBACK(call),
                                           new Handler(std::move(handler)), destroy, {})};
  }
  void emit(Tick const& tick) { g_signal_emit(object_, signal(), 0, const_cast<Tick*>(&tick)); }

 private:
  static GType type() {
    static GType const type =
        g_type_register_static_simple(G_TYPE_OBJECT, "SfericBenchSource", sizeof(GObjectClass),
                                      nullptr, sizeof(GObject), nullptr, {});
    return type;
  }
  static guint signal() {
    static guint const signal =
        g_signal_new("tick", type(), G_SIGNAL_RUN_LAST, 0, nullptr, nullptr,
                     g_cclosure_marshal_VOID__POINTER, G_TYPE_NONE, 1, G_TYPE_POINTER);
    return signal;
  }

  GObject* object_;
};

}  // namespace sferic::bench
