// Stands in for GitLab Workhorse, which Debian does not ship: a reverse proxy of Go's standard library with its options
// and its way to stop, http.Server.Shutdown with a limit.
package main

import (
	"context"
	"flag"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	listen := flag.String("listenAddr", "", "")
	backend := flag.String("authBackend", "", "")
	flag.String("documentRoot", "", "")
	flag.String("config", "", "")
	flag.Parse()
	target, err := url.Parse(*backend)
	if err != nil {
		log.Fatal(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	server := &http.Server{Addr: *listen, Handler: httputil.NewSingleHostReverseProxy(target)}
	drained := make(chan struct{})
	go func() {
		<-ctx.Done()
		log.Print("shutdown initiated")
		limit, cancel := context.WithTimeout(context.Background(), 61*time.Second)
		defer cancel()
		server.Shutdown(limit)
		close(drained)
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
	<-drained
}
