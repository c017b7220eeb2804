package spoke

import (
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
)

// health answers whoever watches over processes.
type health struct {
	state  atomic.Value
	server *http.Server
}

// serveHealth listens at an address; empty: nowhere.
func serveHealth(address string, log *slog.Logger) (*health, error) {
	made := &health{}
	made.state.Store("starting")
	if address == "" {
		return made, nil
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { made.answer(w, true) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) { made.answer(w, made.state.Load() == "running") })
	made.server = &http.Server{Handler: mux}
	go func() { _ = made.server.Serve(listener) }()
	log.Info("health is served", "port", listener.Addr().(*net.TCPAddr).Port)
	return made, nil
}

func (h *health) answer(w http.ResponseWriter, ok bool) {
	w.Header().Set("content-type", "application/json")
	w.Header().Set("cache-control", "no-store")
	if !ok {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"ok": ok, "state": h.state.Load()})
}

func (h *health) close() {
	if h.server != nil {
		_ = h.server.Close()
	}
}
